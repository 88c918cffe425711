//! The crash tests of the crates: where they are, and how one is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::Error;

/// The crates that have protocols, or canaries of some.
pub(super) const PACKAGES: [&str; 5] = ["atomic-io", "lock", "wal", "persist", "crash-sim"];

/// One `#[test]` of one crate.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) package: String,
    /// Its path, such as `crash::replace::a_new_file`.
    pub(super) name: String,
    binary: PathBuf,
    crate_dir: PathBuf,
}

/// What a test run has said.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) passed: bool,
    pub(super) output: String,
}

/// What `cargo test --message-format=json` says of each thing that it has built.
#[derive(Deserialize)]
struct Artifact {
    target: Option<Target>,
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds the test programs of these crates, and lists their tests of the modules `crash` and `canary`.
pub(super) fn build_and_list(root: &Path, packages: &[&str]) -> Result<Vec<Test>, Error> {
    let mut arguments = vec![
        "test",
        "--release",
        "--no-run",
        "--message-format=json-render-diagnostics",
        "--test",
        "it",
    ];
    arguments.extend(packages.iter().flat_map(|package| ["--package", package]));
    let line = format!("cargo {}", arguments.join(" "));
    let built = Command::new("cargo")
        .args(&arguments)
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output();
    let built = built.map_err(|source| Error::Start {
        line: line.clone(),
        source,
    })?;
    if !built.status.success() {
        return Err(Error::Failed {
            line,
            status: built.status,
        });
    }
    let mut tests = Vec::new();
    for message in String::from_utf8_lossy(&built.stdout).lines() {
        let artifact: Artifact = serde_json::from_str(message)?;
        let (Some(target), Some(binary), Some(manifest)) =
            (artifact.target, artifact.executable, artifact.manifest_path)
        else {
            continue;
        };
        if target.name == "it" {
            let crate_dir = manifest.parent().unwrap_or(root).to_owned();
            tests.extend(list(&binary, &crate_dir)?);
        }
    }
    Ok(tests)
}

fn list(binary: &Path, crate_dir: &Path) -> Result<Vec<Test>, Error> {
    let line = format!("{} --list", binary.display());
    let listed = Command::new(binary)
        .arg("--list")
        .current_dir(crate_dir)
        .output();
    let listed = listed.map_err(|source| Error::Start { line, source })?;
    let package = crate_dir
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let names = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    // Programs that stand on the crates have crash tests of their own, under their own names.
    let wanted = names.filter(|name| name.starts_with("crash::") || name.starts_with("canary::"));
    Ok(wanted
        .map(|name| Test {
            package: package.clone(),
            name: name.to_owned(),
            binary: binary.to_owned(),
            crate_dir: crate_dir.to_owned(),
        })
        .collect())
}

impl Test {
    /// Whether it plants a bug that must be found.
    pub(super) fn is_canary(&self) -> bool {
        self.name.split("::").any(|part| part == "canary")
    }

    /// Whether it is the right protocol in a canary's place, which must not be caught.
    pub(super) fn is_control(&self) -> bool {
        self.short_name().starts_with("control")
    }

    /// The test's own part of its path.
    pub(super) fn short_name(&self) -> &str {
        self.name.rsplit("::").next().unwrap_or(&self.name)
    }

    /// Runs it alone, wishing for so many states.
    pub(super) fn run(&self, states: u64) -> Result<Answer, Error> {
        let mut command = Command::new(&self.binary);
        command.args(["--exact", &self.name, "--nocapture", "--test-threads=1"]);
        command
            .env("CRASH_SIM_REPORT", "1")
            .env("CRASH_SIM_STATES", states.to_string());
        // Millions of small states: glibc should keep the memory that it will need again at once.
        command
            .env("MALLOC_TRIM_THRESHOLD_", "1000000000")
            .env("MALLOC_TOP_PAD_", "67108864");
        let output = command.current_dir(&self.crate_dir).output();
        let output = output.map_err(|source| Error::Start {
            line: self.by_hand(states),
            source,
        })?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok(Answer {
            passed: output.status.success(),
            output: text,
        })
    }

    /// The command that repeats the run.
    pub(super) fn by_hand(&self, states: u64) -> String {
        format!(
            "CRASH_SIM_STATES={states} cargo test --release --package {} --test it -- --exact {} --nocapture",
            self.package, self.name
        )
    }
}

impl Answer {
    /// The coverage lines, each as its numbers by name.
    pub(super) fn coverages(&self) -> Vec<BTreeMap<&str, &str>> {
        let reports = self
            .output
            .lines()
            .filter_map(|line| line.split_once("crash-sim: ").map(|(_, report)| report));
        reports
            .map(|report| {
                report
                    .split(' ')
                    .filter_map(|field| field.split_once('='))
                    .collect()
            })
            .collect()
    }
}

#[cfg(test)]
mod unit {
    use super::Answer;

    #[test]
    fn a_report_is_found_in_what_a_test_says() {
        let output =
            "running 1 test\ntest crash::a ... crash-sim: crash::a states=12 saturated=true\nok\n"
                .to_owned();
        let answer = Answer {
            passed: true,
            output,
        };
        assert_eq!(answer.coverages().len(), 1);
        assert_eq!(answer.coverages()[0]["states"], "12");
        assert_eq!(answer.coverages()[0]["saturated"], "true");
    }
}
