//! A newcomer with a damaged `contacts.json` gets it back in two commands, each suggested by the one before.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use persist::Document;

use crate::run::{hint, paste, said};

type Contacts = BTreeMap<String, String>;

/// A program's file with a past: what it was before the last save, as text.
fn saved(path: &Path) -> String {
    let contacts = Document::<Contacts>::at(path);
    let add = |name: &str| {
        contacts
            .update(|all| all.insert(name.into(), "555-0100".into()))
            .unwrap()
    };
    add("Ada");
    add("Grace");
    let before = fs::read_to_string(path).unwrap();
    add("Barbara");
    before
}

/// What becomes of files: cut off, emptied, zeroed, scribbled over, edited.
fn damages(text: &str) -> Vec<Vec<u8>> {
    let mut scribbled = text.as_bytes().to_vec();
    scribbled[40..60].fill(0xff);
    vec![
        text.as_bytes()[..text.len() / 2].to_vec(),
        Vec::new(),
        vec![0; text.len()],
        scribbled,
        text.replace("0100", "0101").into_bytes(),
    ]
}

#[test]
fn without_any_backup_two_commands_save_what_still_parses() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("contacts.json");
    let whole = r#"{"Ada": "555-0100", "Grace": "555-0101", "Barbara": "555-0102"}"#;
    let damaged = &whole[..whole.len() - 8];
    fs::write(&path, damaged).unwrap();

    let (code, _, stderr) = said(&paste(dir.path(), "persist doctor"));
    assert_eq!(code, 1);
    let (code, stdout, stderr) = said(&paste(dir.path(), &hint(&stderr)));
    assert_eq!(code, 0, "{stdout}{stderr}");
    assert!(stdout.contains("lost"), "{stdout}");
    let left: Contacts = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(left["Ada"], "555-0100");
    assert_eq!(left["Grace"], "555-0101");
}

#[test]
fn two_commands_lead_from_damage_to_a_restored_file() {
    for name in ["contacts.json", "my friends' contacts.json"] {
        for first in ["persist doctor", "persist verify ."] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(name);
            let before = saved(&path);
            let whole = fs::read_to_string(&path).unwrap();
            for damaged in damages(&whole) {
                fs::write(&path, &damaged).unwrap();

                let (code, stdout, stderr) = said(&paste(dir.path(), first));
                assert_eq!(code, 1, "{stdout}{stderr}");
                assert!(stdout.contains("damaged"), "{stdout}");
                assert_eq!(fs::read(&path).unwrap(), damaged, "looking changes nothing");

                let (code, stdout, stderr) = said(&paste(dir.path(), &hint(&stderr)));
                assert_eq!(code, 0, "{stdout}{stderr}");
                assert_eq!(fs::read_to_string(&path).unwrap(), before);

                // The damaged bytes are where it says, and the next suggestion works, too.
                let kept = fs::read_dir(dir.path())
                    .unwrap()
                    .map(|entry| entry.unwrap().path());
                assert!(
                    kept.into_iter()
                        .any(|path| fs::read(path).is_ok_and(|kept| kept == damaged))
                );
                let (code, stdout, _) = said(&paste(dir.path(), &hint(&stderr)));
                assert!(code == 0 && stdout.contains("Grace"), "{stdout}");
            }
        }
    }
}
