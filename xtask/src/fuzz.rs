//! Fuzz targets under libFuzzer, one after the other.
//!
//! `cargo fuzz` does the building; this adds what a house needs around it: every target with one command,
//! the kept inputs of `fuzz/corpus/` read but never written, progress, and a count at the end. It runs on the
//! stable toolchain, without a sanitizer: there is no `unsafe` in the code under test for one to watch.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fmt, fs};

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Error;
use crate::tree::{self, Tree};

/// What to run and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The targets to run [default: all]
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Time for each target
    #[arg(long, value_name = "N", default_value_t = 60, conflicts_with = "runs")]
    seconds: u64,
    /// Executions for each target, instead of a time
    #[arg(long, value_name = "N")]
    runs: Option<u64>,
    /// Print the targets and run none
    #[arg(long)]
    list: bool,
}

/// When libFuzzer stops.
#[derive(Clone, Copy, Debug)]
enum Limit {
    Seconds(u64),
    Runs(u64),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(f, "{seconds} s"),
            Self::Runs(runs) => write!(f, "{runs} executions"),
        }
    }
}

/// Runs each target in turn; a target that fails does not keep the others from running.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let root = tree::root();
    let known = targets(&Tree::read(&root)?);
    if args.list {
        println!("{}", known.join("\n"));
        return Ok(());
    }
    if let Some(name) = args.targets.iter().find(|name| !known.contains(name)) {
        return Err(Error::Unknown {
            what: "fuzz target",
            name: name.clone(),
            known,
        });
    }
    let installed = Command::new("cargo").args(["fuzz", "--version"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return Err(Error::Missing {
            tool: "cargo-fuzz",
            install: "cargo install cargo-fuzz",
        });
    }

    let limit = args.runs.map_or(Limit::Seconds(args.seconds), Limit::Runs);
    let chosen = if args.targets.is_empty() {
        &known
    } else {
        &args.targets
    };
    let (mut executions, mut failed) = (0, 0);
    for target in chosen {
        let report = run_one(&root, target, limit)?;
        executions += report.executions;
        println!(
            "{target:<24} {:>12} executions  {}",
            report.executions,
            if report.passed { "ok" } else { "FAILED" }
        );
        if !report.passed {
            failed += 1;
            println!("{}\n{}", report.last_lines.join("\n"), how_to_keep(target));
        }
    }
    println!(
        "fuzz: {} targets, {executions} executions, {failed} failed",
        chosen.len()
    );
    if failed == 0 {
        Ok(())
    } else {
        Err(Error::Fuzzing(failed))
    }
}

fn targets(tree: &Tree) -> Vec<String> {
    tree.names_in("fuzz/fuzz_targets")
        .filter_map(|file| Some(file.strip_suffix(".rs")?.to_owned()))
        .collect()
}

fn how_to_keep(target: &str) -> String {
    format!(
        "the input is in fuzz/artifacts/{target}/; see it fail on stable with\n  \
         cargo run --manifest-path fuzz/Cargo.toml --bin {target} -- fuzz/artifacts/{target}/FILE\n\
         and keep it as a regression: move it to fuzz/corpus/{target}/ under a name that says what it is"
    )
}

/// What one target did.
#[derive(Debug, Default)]
struct Report {
    executions: u64,
    passed: bool,
    /// The end of what it said, for a failure.
    last_lines: Vec<String>,
}

impl Report {
    const LINES_KEPT: usize = 40;

    /// Takes in one line of libFuzzer's.
    fn read(&mut self, line: String) {
        // `#4096  pulse  cov: …` along the way, `stat::number_of_executed_units: 5000` at the end.
        let count = line
            .strip_prefix("stat::number_of_executed_units:")
            .or_else(|| line.strip_prefix('#'));
        let count = count.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        self.executions = count.map_or(self.executions, |count| self.executions.max(count));
        if self.last_lines.len() == Self::LINES_KEPT {
            self.last_lines.remove(0);
        }
        self.last_lines.push(line);
    }
}

fn run_one(root: &Path, target: &str, limit: Limit) -> Result<Report, Error> {
    // New inputs go to the first folder; the kept ones are read and stay as they are.
    let found = format!("target/fuzz/corpus/{target}");
    fs::create_dir_all(root.join(&found)).map_err(Error::file(&found))?;
    let limit_flag = match limit {
        Limit::Seconds(seconds) => format!("-max_total_time={seconds}"),
        Limit::Runs(runs) => format!("-runs={runs}"),
    };
    let line = format!(
        "cargo fuzz run --fuzz-dir fuzz --target-dir target/fuzz --sanitizer none {target} {found} fuzz/corpus/{target} \
         -- {limit_flag} -timeout=10 -print_final_stats=1"
    );
    let started = Command::new("cargo")
        .args(line.split(' ').skip(1))
        .current_dir(root)
        // The message and the input say it; of a backtrace only the harness would be seen.
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|source| Error::Start {
        line: line.clone(),
        source,
    })?;

    // Hides itself where standard error is not a terminal.
    let progress = ProgressBar::new_spinner().with_prefix(target.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {msg}") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(200));
    let mut report = Report::default();
    for said in child
        .stderr
        .take()
        .into_iter()
        .flat_map(|stderr| BufReader::new(stderr).split(b'\n'))
    {
        let said = said.map_err(Error::file("standard error of cargo fuzz"))?;
        report.read(String::from_utf8_lossy(&said).into_owned());
        progress.set_message(format!("{} executions (until {limit})", report.executions));
    }
    progress.finish_and_clear();
    let status = child
        .wait()
        .map_err(|source| Error::Start { line, source })?;
    // A run that executed nothing has shown nothing.
    report.passed = status.success() && report.executions > 0;
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::{Report, targets};
    use crate::tree::Tree;

    #[test]
    fn executions_are_read_from_what_libfuzzer_says() {
        let mut report = Report::default();
        for line in [
            "   Compiling x",
            "#2\tINITED cov: 9",
            "#4096\tpulse  cov: 10",
            "# not a count",
        ] {
            report.read(line.to_owned());
        }
        assert_eq!(report.executions, 4096);
        report.read("stat::number_of_executed_units: 5000".to_owned());
        assert_eq!(report.executions, 5000);
    }

    #[test]
    fn the_end_of_the_output_is_kept() {
        let mut report = Report::default();
        (0..100).for_each(|n| report.read(format!("line {n}")));
        assert_eq!(report.last_lines.len(), Report::LINES_KEPT);
        assert_eq!(report.last_lines.last().unwrap(), "line 99");
    }

    #[test]
    fn targets_are_the_files_of_their_folder() {
        let tree = Tree::of(&[
            ("fuzz/fuzz_targets/lock_file.rs", ""),
            ("fuzz/src/lock.rs", ""),
        ]);
        assert_eq!(targets(&tree), ["lock_file"]);
    }
}
