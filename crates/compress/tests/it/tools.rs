//! gzip and zstd read what we write, and we read what they write. On a machine without them the
//! tests say that they were skipped.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use compress::{Codec, Level};

use crate::{decoded, text};

/// Runs a shell command in `dir`; `None` where the tool it needs is missing.
fn shell(dir: &Path, tool: &str, command: &str) -> Option<Output> {
    let probe = Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !probe.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no `{tool}` on this machine");
        return None;
    }
    let output = Command::new("sh")
        .current_dir(dir)
        .args(["-c", command])
        .output()
        .unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    Some(output)
}

#[test]
fn gunzip_reads_what_we_write() {
    let dir = tempfile::tempdir().unwrap();
    for level in [Level::Fast, Level::Balanced, Level::Small] {
        for contents in [Vec::new(), text()] {
            fs::write(
                dir.path().join("FILE.gz"),
                Codec::Gzip.encode(&contents, level).unwrap(),
            )
            .unwrap();
            if let Some(output) = shell(
                dir.path(),
                "gzip",
                "gzip --test FILE.gz && gunzip --stdout FILE.gz",
            ) {
                assert_eq!(output.stdout, contents);
            }
        }
    }
}

#[test]
fn gunzip_reads_members_one_after_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let members =
        ["one ", "two"].map(|text| Codec::Gzip.encode(text.as_bytes(), Level::Fast).unwrap());
    fs::write(dir.path().join("FILE.gz"), members.concat()).unwrap();
    if let Some(output) = shell(dir.path(), "gzip", "gunzip --stdout FILE.gz") {
        assert_eq!(output.stdout, b"one two");
    }
}

#[test]
fn we_read_what_gzip_writes() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("FILE"), text()).unwrap();
    for command in [
        "gzip -1 --stdout FILE",
        "gzip -9 --name --stdout FILE",
        "gzip < FILE",
        "gzip -c FILE; printf '' | gzip",
    ] {
        if let Some(output) = shell(dir.path(), "gzip", command) {
            assert_eq!(
                decoded(&output.stdout).unwrap(),
                (Codec::Gzip, text()),
                "{command}"
            );
        }
    }
}

#[test]
#[cfg(feature = "zstd")]
fn zstd_and_we_read_one_another() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("FILE"), text()).unwrap();
    for level in [Level::Fast, Level::Balanced, Level::Small] {
        fs::write(
            dir.path().join("FILE.zst"),
            Codec::Zstd.encode(&text(), level).unwrap(),
        )
        .unwrap();
        if let Some(output) = shell(
            dir.path(),
            "zstd",
            "zstd -q --test FILE.zst && zstd -dcq FILE.zst",
        ) {
            assert_eq!(output.stdout, text());
        }
    }
    let commands = [
        "zstd -q -c FILE",
        "zstd -q -19 < FILE",
        "zstd -q --no-check -c FILE",
        "zstd -qc FILE; printf '' | zstd -q",
    ];
    for command in commands {
        if let Some(output) = shell(dir.path(), "zstd", command) {
            assert_eq!(
                decoded(&output.stdout).unwrap(),
                (Codec::Zstd, text()),
                "{command}"
            );
        }
    }
}
