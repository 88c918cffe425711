//! The common tools see what we see. On a machine without them the tests say that they were skipped.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use integrity::manifest::Manifest;
use integrity::{digest, line, seal};

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
    Some(
        Command::new("sh")
            .current_dir(dir)
            .args(["-c", command])
            .output()
            .unwrap(),
    )
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn head_and_sha256sum_show_the_digest_of_a_sealed_file() {
    let dir = tempfile::tempdir().unwrap();
    let sealed = seal::seal("{\n  \"a\": \"é\"\n}\n", "checksum").unwrap();
    fs::write(dir.path().join("FILE"), &sealed).unwrap();
    let digest = seal::verify(sealed.as_bytes(), "checksum").unwrap();
    if let Some(output) = shell(dir.path(), "sha256sum", "head -n -2 FILE | sha256sum") {
        assert_eq!(stdout(&output), format!("{digest}  -\n"));
    }
}

#[test]
fn a_sealed_file_is_json() {
    let dir = tempfile::tempdir().unwrap();
    let sealed = seal::seal("{\n  \"a\": 1\n}\n", "checksum").unwrap();
    fs::write(dir.path().join("FILE"), &sealed).unwrap();
    if let Some(output) = shell(dir.path(), "jq", "jq --indent 2 . FILE") {
        assert_eq!(stdout(&output), sealed);
    }
}

#[test]
fn cut_shows_the_payloads_of_lines() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Vec::new();
    line::encode(b"{\"a\":1}", 0, &mut log).unwrap();
    line::encode(b"{\"b\":2}", 1, &mut log).unwrap();
    fs::write(dir.path().join("LOG"), &log).unwrap();
    if let Some(output) = shell(dir.path(), "cut", "cut -c19- LOG") {
        assert_eq!(stdout(&output), "{\"a\":1}\n{\"b\":2}\n");
    }
}

/// Files with names that tools get wrong, and the manifest of them.
#[cfg(unix)]
fn files_with_hard_names(dir: &Path) -> Manifest {
    let mut manifest = Manifest::new();
    let names = [
        "plain.json",
        "two words",
        " *lead",
        "#hash",
        "trail ",
        "back\\slash",
        "line\nfeed",
        "\\n",
        "é",
        "./-",
    ];
    for name in names {
        fs::write(dir.join(name), format!("contents of {name}")).unwrap();
        manifest
            .insert(name, digest(format!("contents of {name}").as_bytes()))
            .unwrap();
    }
    manifest
}

#[test]
#[cfg(unix)]
fn sha256sum_checks_our_manifest_without_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = files_with_hard_names(dir.path());
    fs::write(dir.path().join("MANIFEST"), manifest.write()).unwrap();
    for (tool, command) in [
        ("sha256sum", "sha256sum --check --strict --warn MANIFEST"),
        ("shasum", "shasum -a 256 --check --strict --warn MANIFEST"),
    ] {
        if let Some(output) = shell(dir.path(), tool, command) {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && stderr.is_empty(),
                "{tool}: {stderr}{}",
                stdout(&output)
            );
            assert_eq!(stdout(&output).matches(": OK\n").count(), manifest.len());
        }
    }
}

#[test]
#[cfg(unix)]
fn the_manifest_that_sha256sum_makes_is_ours_without_its_last_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut manifest = files_with_hard_names(dir.path());
    fs::write(dir.path().join("return\r"), "").unwrap();
    manifest.insert("return\r", digest(b"")).unwrap();
    let command = "LC_ALL=C sha256sum -- ' '* '#'* ./- [a-z]* '\\n' é";
    if let Some(output) = shell(dir.path(), "sha256sum", command) {
        assert_eq!(Manifest::parse_unsealed(&output.stdout).unwrap(), manifest);
        let ours = manifest.write();
        let mut theirs: Vec<&str> = stdout(&output).lines().collect();
        let mut lines: Vec<&str> = ours.lines().collect();
        lines.pop();
        theirs.sort_unstable();
        lines.sort_unstable();
        assert_eq!(theirs, lines);
    }
}

#[test]
fn head_and_sha256sum_show_what_closes_a_manifest() {
    let dir = tempfile::tempdir().unwrap();
    let mut manifest = Manifest::new();
    manifest.insert("a", digest(b"a")).unwrap();
    let text = manifest.write();
    fs::write(dir.path().join("MANIFEST"), &text).unwrap();
    if let Some(output) = shell(
        dir.path(),
        "sha256sum",
        "head -n -1 MANIFEST | sha256sum | cut -c-64",
    ) {
        assert!(text.ends_with(&format!("# sha256:{}", stdout(&output))));
    }
}
