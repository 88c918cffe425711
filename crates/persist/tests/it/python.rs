//! The Python programs whose files the examples adopt, where there is a Python.

use std::path::Path;
use std::process::Command;

/// A `seed.py` of these tests, on the files in one directory.
pub(crate) struct Python<'d> {
    /// Whose: a folder of `tests/it`.
    pub(crate) of: &'static str,
    pub(crate) dir: &'d Path,
}

impl Python<'_> {
    #[expect(
        clippy::print_stderr,
        reason = "a test that was skipped must not look like one that passed"
    )]
    pub(crate) fn is_there() -> bool {
        let there = Command::new("python3").arg("--version").output();
        let there = there.is_ok_and(|output| output.status.success());
        if !there {
            eprintln!("SKIPPED: there is no python3, so what it reads and writes was not tried");
        }
        there
    }

    /// What it prints.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
        let output = Command::new("python3")
            .arg(tests.join(self.of).join("seed.py"))
            .arg(self.dir)
            .args(arguments)
            // It writes local times: here they are those that we write.
            .env("TZ", "UTC")
            .output();
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let printed = String::from_utf8(output.stdout).unwrap();
        printed.trim_end().to_owned()
    }
}
