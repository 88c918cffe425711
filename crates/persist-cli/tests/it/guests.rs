//! The command is a guest: it keeps what the program that owns a document decided.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use persist::{BackupKind, Backups, Chain, Codec, Document, Naming, Options, Retention};
use serde_json::{Value, json};

use crate::run::{persist, said};

fn set(dir: &Path, value: &str) {
    let (code, _, stderr) = said(&persist(dir, &["set", "notes.json", "/n", value]));
    assert_eq!(code, 0, "{stderr}");
}

fn saved(dir: &Path, options: Options<Value>, times: u32) -> Document<Value> {
    let document = options.at(dir.join("notes.json"));
    for n in 0..times {
        document.save(&json!({ "n": n })).unwrap();
    }
    document
}

#[test]
fn no_backup_of_others_is_thrown_away_however_many_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let document = saved(
        dir.path(),
        Document::options().backups(Backups::newest(40)),
        20,
    );
    let before = document.backups().unwrap();
    set(dir.path(), "100");
    let after = document.backups().unwrap();
    assert_eq!((before.len(), after.len()), (19, 20));
    assert_eq!(after[1..], before);
}

#[test]
fn a_backup_is_made_where_those_of_the_program_are() {
    let beside = Backups::Dated {
        naming: Naming::Beside,
        retention: Retention::default(),
    };
    for (backups, kind, folder) in [
        (Backups::newest(5), BackupKind::Dated, true),
        (beside, BackupKind::Dated, false),
        (Backups::Single, BackupKind::Single, false),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let document = saved(dir.path(), Document::options().backups(backups), 2);
        let before = fs::read(document.path()).unwrap();
        set(dir.path(), "7");
        let newest = document.backups().unwrap().remove(0);
        assert_eq!(
            (newest.kind(), dir.path().join("backups").exists()),
            (kind, folder)
        );
        assert_eq!(fs::read(newest.path()).unwrap(), before, "{backups:?}");
    }
}

#[test]
fn version_layout_compression_and_digits_stay() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"{"n": 1, "big": 12345678901234567890123, "exact": 4.0, "text": "\u00e9"}"#;
    fs::write(dir.path().join("notes.json"), text).unwrap();
    set(dir.path(), "2");
    let now = fs::read_to_string(dir.path().join("notes.json")).unwrap();
    assert_eq!(now.trim_end(), text.replace("\"n\": 1", "\"n\": 2"));

    let dir = tempfile::tempdir().unwrap();
    let program = Document::<Value>::options()
        .versions(Chain::new("2025-q4"))
        .compression(Codec::Gzip);
    let document = saved(dir.path(), program, 1);
    set(dir.path(), "2");
    assert_eq!(document.load_or_default().unwrap(), json!({ "n": 2 }));
    assert!(
        fs::read(document.path())
            .unwrap()
            .starts_with(&[0x1f, 0x8b])
    );
}

#[test]
fn changes_of_many_commands_at_once_are_all_kept() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("notes.json"), "[]").unwrap();
    let start = |n: u32| -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_persist"));
        command.args(["set", "--wait", "1min", "notes.json", "/-", &n.to_string()]);
        command
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    for mut child in (0..8).map(start).collect::<Vec<_>>() {
        assert!(child.wait().unwrap().success());
    }
    let mut all: Vec<u32> =
        serde_json::from_slice(&fs::read(dir.path().join("notes.json")).unwrap()).unwrap();
    all.sort_unstable();
    assert_eq!(all, (0..8).collect::<Vec<_>>());
}
