//! Logs: followed while they are written, left alone while they are in use, and repaired by who has never seen one.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use wal::{Tail, Wal};

use crate::run::{persist, said};

/// A log of three records in `wal`, and the segment that holds them.
fn three_records(dir: &Path) -> (Wal, PathBuf) {
    let (log, _) = Wal::open(dir.join("wal")).unwrap().finish().unwrap();
    for name in ["Ada", "Grace", "Barbara"] {
        let record = json!({ "put": name }).to_string();
        log.append_durable(record.as_bytes()).unwrap();
    }
    (log, dir.join("wal/00000000000000000001.log"))
}

/// Changes a byte of the second record.
fn damage(segment: &Path) {
    let mut bytes = fs::read(segment).unwrap();
    let at = bytes.windows(5).position(|five| five == b"Grace").unwrap();
    bytes[at] = b'T';
    fs::write(segment, bytes).unwrap();
}

#[test]
#[cfg(unix)]
fn two_commands_lead_from_a_damaged_log_to_one_that_goes_on() {
    use crate::run::{hint, paste};

    let dir = tempfile::tempdir().unwrap();
    let (log, segment) = three_records(dir.path());
    log.close().unwrap();
    damage(&segment);
    let damaged = fs::read(&segment).unwrap();

    for looking in ["verify", "show", "show --follow", "stat"] {
        let (code, _, stderr) = said(&paste(dir.path(), &format!("persist log {looking} wal")));
        assert_eq!(
            (code, hint(&stderr).as_str()),
            (1, "persist log repair wal")
        );
    }
    let (code, stdout, stderr) = said(&paste(dir.path(), "persist log repair wal"));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("record 2 and all behind it"), "{stdout}");
    // What was cut is where it says.
    let mut kept = stdout.lines().filter_map(|line| line.split_once("kept "));
    let kept = dir.path().join(kept.next().unwrap().1.trim());
    assert_eq!(fs::read(kept).unwrap(), damaged);

    let (code, stdout, _) = said(&paste(dir.path(), &hint(&stderr)));
    assert_eq!(code, 0, "{stdout}");
    let (log, tail) = Wal::open(dir.path().join("wal")).unwrap().finish().unwrap();
    assert_eq!(tail, Tail::Clean);
    assert_eq!(log.append_durable(b"again").unwrap().get(), 2);
}

#[test]
fn a_log_in_use_is_looked_at_and_not_repaired() {
    let dir = tempfile::tempdir().unwrap();
    let (log, segment) = three_records(dir.path());
    let log_command = |command: &str| {
        let args = ["log", command, "wal", "--json", "--wait", "0s"];
        said(&persist(dir.path(), &args))
    };
    let (code, stdout, _) = log_command("verify");
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["is_closed"]), (0, &json!(false)));

    damage(&segment);
    let before = fs::read(&segment).unwrap();
    assert_eq!(log_command("verify").0, 1);
    let (code, stdout, stderr) = log_command("repair");
    let report: Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!((code, stdout.as_str()), (3, ""));
    assert_eq!(report["error"], "in_use");
    assert_eq!(fs::read(&segment).unwrap(), before);
    drop(log);
}

#[test]
fn records_are_shown_as_they_come() {
    let dir = tempfile::tempdir().unwrap();
    let (log, _) = three_records(dir.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_persist"));
    command.args([
        "log", "show", "wal", "--follow", "--from", "3", "--limit", "3", "--json",
    ]);
    command.args(["--idle", "1min"]).current_dir(dir.path());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(
        next(),
        json!({"lsn": 3, "encoding": "json", "payload": {"put": "Barbara"}})
    );
    log.append_durable(b"tea").unwrap();
    assert_eq!(
        next(),
        json!({"lsn": 4, "encoding": "text", "payload": "tea"})
    );
    log.rotate().unwrap();
    log.append_durable(b"\xff").unwrap();
    assert_eq!(
        next(),
        json!({"lsn": 5, "encoding": "hex", "payload": "ff"})
    );
    assert!(child.wait().unwrap().success());
}
