//! Running the command, as a person and as a script does.

use std::path::Path;
use std::process::{Command, Output};

/// The command, in a directory.
pub(crate) fn persist(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_persist"));
    command.args(args).current_dir(dir).output().unwrap()
}

/// Its exit code, what it says on stdout, and on stderr.
pub(crate) fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    (code, text(&output.stdout), text(&output.stderr))
}

/// The one command that was suggested.
pub(crate) fn hint(stderr: &str) -> String {
    let mut hints = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("hint: "));
    let hint = hints.next().unwrap().to_owned();
    assert_eq!(hints.next(), None, "{stderr}");
    hint
}

/// A line pasted into a shell.
#[cfg(unix)]
pub(crate) fn paste(dir: &Path, line: &str) -> Output {
    let binaries = Path::new(env!("CARGO_BIN_EXE_persist")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .current_dir(dir)
        .env("PATH", path)
        .output()
        .unwrap()
}
