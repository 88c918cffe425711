//! Benchmarks: raw system calls, other crates and ours, in one run.
//!
//! The program that measures is a workspace of its own, `xtask/bench`, because of the crates it compares
//! with. This builds and starts it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::tree;

/// The chapter that shows what came out.
const CHAPTER: &str = "docs/BENCHMARKS.md";

/// What there is to measure.
const WHAT: [&str; 7] = [
    "replace", "document", "lock", "codec", "append", "replay", "all",
];

/// What to measure, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to measure
    #[arg(value_parser = WHAT, default_value = "all")]
    what: String,
    /// Rounds of each table; in each, every row runs once [default: as many as the table needs]
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,
    /// Milliseconds that threads append in one round [default: 200]
    #[arg(long, value_name = "N")]
    millis: Option<u64>,
    /// Mebibytes of records in the log that is replayed [default: 256]
    #[arg(long, value_name = "N")]
    mib: Option<u64>,
    /// Leave out other logs and stores: they take minutes to build, and two of them need a C compiler
    #[arg(long)]
    without_log_peers: bool,
    /// Also write every number here, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where to make the files: a real disk, nothing in memory [default: a folder in target/]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Put the tables into docs/BENCHMARKS.md
    #[arg(long)]
    chapter: bool,
}

/// Builds the measuring program and runs it.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let root = tree::root();
    let target = root.join("target/bench");
    let mut build = Command::new("cargo");
    build
        .args(["build", "--quiet", "--release", "--manifest-path"])
        .arg(root.join("xtask/bench/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target);
    if ["append", "replay", "all"].contains(&&*args.what) && !args.without_log_peers {
        build.args(["--features", "log-peers"]);
    }
    finish(build)?;
    finish(measuring(args, &root, &target))
}

fn measuring(args: &Args, root: &Path, target: &Path) -> Command {
    let mut measure = Command::new(target.join("release/persist-bench"));
    measure.args(["measure", &args.what]).arg("--dir");
    measure.arg(args.dir.clone().unwrap_or_else(|| target.join("state")));
    if let Some(rounds) = args.rounds {
        measure.args(["--rounds", &rounds.to_string()]);
    }
    if let Some(millis) = args.millis {
        measure.args(["--millis", &millis.to_string()]);
    }
    if let Some(mib) = args.mib {
        measure.args(["--mib", &mib.to_string()]);
    }
    if let Some(json) = &args.json {
        measure.arg("--json").arg(json);
    }
    if args.chapter {
        measure.arg("--chapter").arg(root.join(CHAPTER));
    }
    measure
}

fn finish(mut command: Command) -> Result<(), Error> {
    let line = format!("{command:?}").replace('"', "");
    let status = command.status().map_err(|source| Error::Start {
        line: line.clone(),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed { line, status })
    }
}
