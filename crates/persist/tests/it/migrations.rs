//! Files of older versions.

use std::fs;

use persist::{BackupKind, Backups, Chain, Document, ErrorKind, FlatNames, Label, Layout, Options};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::scratch::Scratch;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    theme: String,
    width: u32,
}

fn chain() -> Chain {
    Chain::new("1.0")
        .step("1.1", |value| {
            let dark = value["dark"].as_bool().ok_or("`dark` is not a boolean")?;
            *value = json!({ "theme": if dark { "dark" } else { "light" } });
            Ok(())
        })
        .step("2.0", |value| {
            value["width"] = json!(640);
            Ok(())
        })
        .unlabelled("1.0")
}

fn windows() -> Options<Window> {
    Document::options().versions(chain())
}

fn old(version: &str) -> Options<Value> {
    Document::options().versions(Chain::new(version))
}

fn dark(width: u32) -> Window {
    Window {
        theme: "dark".into(),
        width,
    }
}

#[test]
fn s3_21_s3_23_an_old_file_is_migrated_in_memory_by_loads_and_on_the_disk_by_the_first_save() {
    for layout in [Layout::Wrapped, Layout::Flat(FlatNames::default())] {
        let scratch = Scratch::new();
        old("1.0")
            .layout(layout.clone())
            .at(scratch.path())
            .save(&json!({ "dark": true }))
            .unwrap();
        let text = scratch.text("notes.json");
        let document = windows().at(scratch.path());
        for _ in 0..2 {
            let loaded = document.load().unwrap().unwrap();
            assert_eq!(
                (loaded.value, loaded.migrated_from),
                (dark(640), Some(Label::from("1.0")))
            );
            assert_eq!(scratch.text("notes.json"), text);
        }
        document.update(|window| window.width = 800).unwrap();
        assert_eq!(scratch.text("notes.json.v1.0.bak"), text);
        let loaded = document.load().unwrap().unwrap();
        assert_eq!((loaded.value, loaded.migrated_from), (dark(800), None));
        assert!(scratch.text("notes.json").contains("\"version\": \"2.0\""));

        // The old program refuses the new file.
        let error = old("1.0")
            .at(scratch.path())
            .save(&json!({ "dark": false }))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NewerVersion);
        assert_eq!(document.load_or_default().unwrap(), dark(800));
    }
}

#[test]
fn the_copy_of_the_old_version_is_made_whatever_the_backups_and_never_pruned() {
    let scratch = Scratch::new();
    old("1.1")
        .at(scratch.path())
        .save(&json!({ "theme": "dark" }))
        .unwrap();
    let document = windows().backups(Backups::Off).at(scratch.path());
    for width in 0..15 {
        document.save(&dark(width)).unwrap();
    }
    assert_eq!(scratch.names(), ["notes.json", "notes.json.v1.1.bak"]);
    let backup = document.backups().unwrap().remove(0);
    assert_eq!(backup.kind(), BackupKind::Version);

    // Restored, it is an old file again, and is migrated again.
    document.restore(&backup).unwrap();
    assert_eq!(
        document.load().unwrap().unwrap().migrated_from,
        Some("1.1".into())
    );
    document.save(&dark(1)).unwrap();
    assert_eq!(
        scratch.named("notes.json.v"),
        ["notes.json.v1.1.bak"],
        "the same copy is not made twice"
    );

    old("1.1")
        .at(scratch.path())
        .overwrite(&json!({ "theme": "light" }))
        .unwrap();
    document.save(&dark(2)).unwrap();
    assert_eq!(
        scratch.named("notes.json.v"),
        ["notes.json.v1.1-2.bak", "notes.json.v1.1.bak"]
    );
}

#[test]
fn labels_of_all_sorts_make_names() {
    let scratch = Scratch::new();
    let label = "../a b/\u{fc}\n".repeat(100);
    old(&label).at(scratch.path()).save(&json!(1)).unwrap();
    let chain = Chain::new(label).step("2", |_| Ok(()));
    Document::<Value>::options()
        .versions(chain)
        .at(scratch.path())
        .save(&json!(2))
        .unwrap();
    let copies = scratch.named("notes.json.v");
    assert_eq!(copies.len(), 1);
    assert!(
        copies[0].starts_with("notes.json.v.._a_b___.._a_b___"),
        "{copies:?}"
    );
}

#[test]
fn s0_72_s3_20_a_step_that_fails_leaves_the_file_and_names_itself() {
    let scratch = Scratch::new();
    old("1.0")
        .at(scratch.path())
        .save(&json!({ "dark": "yes" }))
        .unwrap();
    let before = scratch.files();
    let document = windows().at(scratch.path());
    for error in [
        document.load().map(drop).unwrap_err(),
        document.save(&dark(1)).map(drop).unwrap_err(),
        document.update(|window| window.width = 1).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert!(
            error
                .to_string()
                .contains("the step from \"1.0\" to \"1.1\" failed"),
            "{error}"
        );
    }
    assert_eq!(scratch.files(), before);
}

#[test]
fn s0_67_s3_16_s3_17_a_file_without_a_version_counts_as_the_chain_says() {
    let scratch = Scratch::new();
    scratch.write("notes.json", r#"{"dark": false}"#);
    let document = windows()
        .layout(Layout::Flat(FlatNames::default()))
        .at(scratch.path());
    assert_eq!(
        document.load().unwrap().unwrap().migrated_from,
        Some("1.0".into())
    );
    document.update(|window| window.width = 1).unwrap();
    assert_eq!(document.load().unwrap().unwrap().migrated_from, None);
    assert_eq!(scratch.text("notes.json.v1.0.bak"), r#"{"dark": false}"#);

    // Without a word from the chain it is not guessed.
    scratch.write("other.json", r#"{"dark": false}"#);
    let silent = Chain::new(1).step(2, |_| Ok(()));
    let error = Document::<Value>::options()
        .versions(silent)
        .at(scratch.at("other.json"))
        .load()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownVersion);
}

#[test]
fn a_layout_without_a_place_for_the_version_is_not_kept_when_there_is_more_than_one() {
    let scratch = Scratch::new();
    scratch.write("notes.json", r#"{"dark": true}"#);
    let document = windows().at(scratch.path());
    document.update(|window| window.width = 5).unwrap();
    assert_eq!(document.load().unwrap().unwrap().value, dark(5));
    assert!(
        scratch
            .text("notes.json")
            .contains("\"format\": \"persist/1\"")
    );

    let bare = Scratch::new();
    let error = windows()
        .layout(Layout::Bare)
        .at(bare.path())
        .save(&dark(1))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    assert_eq!(bare.names(), [""; 0]);
}

#[test]
fn a_backup_of_an_older_version_is_good_for_recovery() {
    let scratch = Scratch::new();
    old("1.0")
        .at(scratch.path())
        .save(&json!({ "dark": true }))
        .unwrap();
    let document = windows().at(scratch.path());
    document.save(&dark(1)).unwrap();
    fs::write(scratch.path(), "?").unwrap();
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(
        (loaded.value, loaded.migrated_from),
        (dark(640), Some("1.0".into()))
    );
    document.save(&dark(2)).unwrap();
    assert_eq!(document.load_or_default().unwrap(), dark(2));
}

#[test]
fn a_chain_that_is_wrong_says_so() {
    let scratch = Scratch::new();
    let circle = Chain::new(1).step(2, |_| Ok(())).step(1, |_| Ok(()));
    let document = Document::<Value>::options()
        .versions(circle)
        .at(scratch.path());
    assert!(document.load().unwrap().is_none());
    assert_eq!(
        document.save(&json!(1)).unwrap_err().kind(),
        ErrorKind::Invalid
    );
    scratch.write("notes.json", "1");
    assert_eq!(document.load().unwrap_err().kind(), ErrorKind::Migration);
}
