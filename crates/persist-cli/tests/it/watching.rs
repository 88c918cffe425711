//! `watch` tells of changes that others make.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use persist::Document;
use serde_json::Value;

/// A watch on `notes.json`, and what it says line by line.
fn watch(dir: &std::path::Path, args: &[&str]) -> (Child, impl FnMut() -> String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_persist"));
    command
        .args(["watch", "notes.json", "--idle", "1min"])
        .args(args);
    let mut child = command
        .current_dir(dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    let next = move || {
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        line
    };
    (child, next)
}

#[test]
fn every_state_is_one_line_of_json_from_missing_to_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, mut next) = watch(dir.path(), &["--json", "--count", "3"]);
    let mut state = || -> Value { serde_json::from_str(&next()).unwrap() };
    assert_eq!(state()["state"], "missing");

    let notes = Document::<Vec<String>>::at(dir.path().join("notes.json"));
    for (value, revision) in [("tea", 1), ("milk", 2)] {
        notes.update(|notes| notes.push(value.into())).unwrap();
        let seen = state();
        assert_eq!(
            (&seen["state"], &seen["revision"]),
            (&"good".into(), &revision.into())
        );
        assert_eq!(seen["value"].as_array().unwrap().last().unwrap(), value);
    }
    fs::write(notes.path(), "[").unwrap();
    let seen = state();
    assert!(
        seen["reason"].as_str().unwrap().contains("not JSON"),
        "{seen}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn people_see_what_has_changed() {
    let dir = tempfile::tempdir().unwrap();
    let notes = Document::<Vec<String>>::at(dir.path().join("notes.json"));
    notes.save(&vec!["tea".into()]).unwrap();
    let (mut child, mut next) = watch(dir.path(), &["--count", "1"]);
    assert!(next().starts_with("notes.json is good, revision 1, "));
    notes.update(|notes| notes.push("milk".into())).unwrap();
    assert!(next().starts_with("notes.json is good, revision 2, "));
    let diff: Vec<_> = (0..7).map(|_| next()).collect();
    assert!(diff.iter().any(|line| line == "+  \"milk\"\n"), "{diff:?}");
    assert!(child.wait().unwrap().success());
}
