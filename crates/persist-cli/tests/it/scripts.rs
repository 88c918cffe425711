//! What scripts rely on: exit codes, JSON, closed pipes, locks, colours.

use std::fs;
use std::process::{Command, Stdio};

use lock::Lock;
use serde_json::Value;

use crate::run::{hint, persist, said};

#[test]
fn a_document_in_use_is_left_alone_and_its_holder_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let notes = dir.path().join("notes.json");
    fs::write(&notes, "[1]").unwrap();
    let lock = Lock::exclusive(&notes).unwrap();

    let (code, _, stderr) = said(&persist(
        dir.path(),
        &["adopt", "--wait", "0s", "notes.json"],
    ));
    assert_eq!(code, 3, "{stderr}");
    assert_eq!(hint(&stderr), "persist lock status notes.json");
    assert_eq!(fs::read_to_string(&notes).unwrap(), "[1]");

    let (code, stdout, _) = said(&persist(
        dir.path(),
        &["lock", "status", "--json", "notes.json"],
    ));
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["lock"]), (3, &"exclusive".into()));
    assert_eq!(report["holder"]["pid"], std::process::id());

    lock.release().unwrap();
    let (code, stdout, _) = said(&persist(dir.path(), &["lock", "status", "notes.json"]));
    assert_eq!((code, stdout.as_str()), (0, "notes.json is free\n"));
}

#[test]
fn a_failure_in_json_is_one_object_on_stderr() {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = said(&persist(dir.path(), &["show", "--json", "notes.json"]));
    let report: Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!((code, stdout.as_str()), (4, ""));
    assert_eq!(report["exit_code"], 4);
    assert_eq!(report["error"], "missing");
    assert_eq!(report["path"], "notes.json");
    assert_eq!(report["hint"], "persist doctor .");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    let big = format!("[{}1]", "\"some text\", ".repeat(100_000));
    fs::write(dir.path().join("big.json"), big).unwrap();
    for args in [
        &["show", "big.json"][..],
        &["show", "big.json", "--json"],
        &["man"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_persist"));
        command.args(args).current_dir(dir.path());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let (code, _, stderr) = said(&child.wait_with_output().unwrap());
        assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn colour_is_for_terminals_and_for_who_asks() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("notes.json"), "[1]").unwrap();
    let is_coloured = |args: &[&str]| said(&persist(dir.path(), args)).1.contains('\u{1b}');
    assert!(!is_coloured(&["verify", "notes.json"]));
    assert!(is_coloured(&["verify", "notes.json", "--color", "always"]));
    assert!(!is_coloured(&["verify", "notes.json", "--color", "never"]));
}

#[test]
fn the_doctor_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, _) = said(&persist(dir.path(), &["doctor", "--json"]));
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(code, 0, "{stdout}");
    for probe in report["probes"].as_array().unwrap() {
        assert!(
            probe["name"].is_string() && probe["answer"].is_string(),
            "{probe}"
        );
    }
    let locks = report["probes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|probe| probe["name"] == "locks");
    assert_eq!(locks.unwrap()["answer"], "works");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
