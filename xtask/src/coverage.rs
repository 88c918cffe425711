//! Which lines the tests of the library crates run, measured by `cargo-llvm-cov`, and whether that is
//! enough.
//!
//! Two bars: a share of all lines, and every line of the code that replaces files, locks them and recovers
//! them. A line of the latter that no test runs stands in [`exceptions`] with the reason, or the command fails.

mod exceptions;
mod report;

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::ci;
use crate::error::Error;
use crate::tree::{self, Tree};
use exceptions::{CRITICAL, EXCEPTIONS, Exception};
use report::{Lines, Report};

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave out the explorations in the simulator, which take most of the time
    #[arg(long, conflicts_with = "last")]
    brief: bool,
    /// Judge the report of the last run; measure nothing
    #[arg(long)]
    last: bool,
}

/// The share of all lines of library crates that tests must run, in percent.
const ALL_LINES_MIN: f64 = 90.0;

/// Where the report is left, and what was built for it.
const FOLDER: &str = "target/coverage";
const REPORT: &str = "lcov.info";

/// Measures, prints a table, and fails below a bar.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let root = tree::root();
    let path = root.join(FOLDER).join(REPORT);
    let tree = Tree::read(&root)?;
    if !args.last {
        measure(&root, &libraries(&tree), args.brief)?;
    }
    let lcov = fs::read_to_string(&path).map_err(Error::file(&path))?;
    let report = Report::parse(&lcov, &root, &tree).map_err(|reason| Error::File {
        path,
        source: io::Error::other(reason),
    })?;
    let verdict = judge(&report, &tree, EXCEPTIONS);
    println!("{}", table(&report));
    for finding in &verdict.findings {
        println!("{finding}");
    }
    println!(
        "coverage: {:.1} % of {} lines in library crates (at least {ALL_LINES_MIN} %), {} of {} critical lines, {} exceptions",
        report.all().percent(),
        report.all().coverable,
        verdict.critical.covered,
        verdict.critical.coverable,
        EXCEPTIONS.len(),
    );
    match (
        verdict.findings.len(),
        report.all().percent() < ALL_LINES_MIN,
    ) {
        (0, false) => Ok(()),
        (0, true) => Err(Error::Coverage("too few lines are run by tests".to_owned())),
        (findings, _) => Err(Error::Coverage(format!(
            "{findings} findings in critical code: test the line, or say in xtask/src/coverage/exceptions.rs why not"
        ))),
    }
}

fn libraries(tree: &Tree) -> Vec<&str> {
    // The command is a program: what its tests run as a process of its own is not seen here.
    tree.names_in("crates")
        .filter(|name| *name != "persist-cli")
        .collect()
}

fn measure(root: &Path, packages: &[&str], brief: bool) -> Result<(), Error> {
    let installed = Command::new("cargo")
        .args(["llvm-cov", "--version"])
        .output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return Err(Error::Missing {
            tool: "cargo-llvm-cov",
            install: "cargo install cargo-llvm-cov --locked",
        });
    }
    let folder = root.join(FOLDER);
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    // What a process that a test starts has run counts as well; one that was killed has told nothing.
    let mut line =
        format!("cargo llvm-cov --no-cfg-coverage --lcov --output-path {FOLDER}/{REPORT}");
    for package in packages {
        line.push_str(" --package ");
        line.push_str(package);
    }
    if ci::has_c_compiler() {
        line.push_str(" --all-features");
    }
    if brief {
        line.push_str(" -- --skip crash::");
    }
    let status = Command::new("cargo")
        .args(line.split(' ').skip(1))
        .env("CARGO_LLVM_COV_TARGET_DIR", folder.join("build"))
        // It is built once.
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(root)
        .status();
    let status = status.map_err(|source| Error::Start {
        line: line.clone(),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed { line, status })
    }
}

/// What is to be said of a report.
struct Verdict {
    critical: Lines,
    findings: Vec<String>,
}

fn judge(report: &Report, tree: &Tree, exceptions: &[Exception]) -> Verdict {
    let mut verdict = Verdict {
        critical: Lines::default(),
        findings: Vec::new(),
    };
    let is_critical = |path: &str| CRITICAL.iter().any(|start| path.starts_with(start));
    let mut used = vec![false; exceptions.len()];
    for file in report.files.iter().filter(|file| is_critical(&file.path)) {
        verdict.critical.add(file.lines);
        let text: Vec<_> = tree.text(&file.path).unwrap_or_default().lines().collect();
        for number in &file.missed {
            let line = number
                .checked_sub(1)
                .and_then(|index| text.get(index))
                .map_or("", |line| line.trim());
            let known = exceptions
                .iter()
                .position(|known| known.path == file.path && known.line == line);
            match known {
                Some(index) => used[index] = true,
                None => verdict
                    .findings
                    .push(format!("{}:{number}: no test runs `{line}`", file.path)),
            }
        }
    }
    let stale = exceptions.iter().zip(used).filter(|(_, used)| !used);
    verdict.findings.extend(stale.map(|(known, _)| {
        format!(
            "{}: `{}` needs no exception any more",
            known.path, known.line
        )
    }));
    verdict
}

fn table(report: &Report) -> String {
    let rows = report.by_crate().into_iter().map(|(name, lines)| {
        format!(
            "{name:<14} {:>7} {:>11.1} %",
            lines.coverable,
            lines.percent()
        )
    });
    let head = "crate            lines   run by tests".to_owned();
    [head]
        .into_iter()
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::report::File;

    fn report(missed: &[usize]) -> Report {
        Report {
            files: vec![File {
                path: "crates/lock/src/guard.rs".to_owned(),
                lines: Lines {
                    covered: 3 - missed.len(),
                    coverable: 3,
                },
                missed: missed.to_vec(),
            }],
        }
    }

    #[test]
    fn a_critical_line_that_no_test_runs_is_found_unless_a_reason_is_given() {
        let tree = Tree::of(&[("crates/lock/src/guard.rs", "a();\n    b();\nc();\n")]);
        let known = Exception {
            path: "crates/lock/src/guard.rs",
            line: "b();",
            reason: "",
        };
        assert!(judge(&report(&[]), &tree, &[]).findings.is_empty());
        assert_eq!(
            judge(&report(&[2]), &tree, &[]).findings,
            ["crates/lock/src/guard.rs:2: no test runs `b();`"]
        );
        assert!(judge(&report(&[2]), &tree, &[known]).findings.is_empty());
        let stale = judge(&report(&[3]), &tree, &[known]).findings;
        assert_eq!(stale.len(), 2, "{stale:?}");
    }
}
