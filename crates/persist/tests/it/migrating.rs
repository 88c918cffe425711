//! Migrations and downgrades that a program asks for, and looks at before.

use std::fs;

use persist::{
    BackupKind, Backups, Chain, Document, ErrorKind, FlatNames, Layout, Member, Options, Wait,
};
use serde_json::{Value, json};

use crate::scratch::{Scratch, noon};

/// Features have got a date, then their hours became minutes.
fn chain() -> Chain {
    Chain::new("1.0")
        .step("1.1", |value| {
            for feature in value["features"].as_array_mut().ok_or("no features")? {
                let feature = feature.as_object_mut().ok_or("no feature")?;
                feature
                    .entry("created_at")
                    .or_insert_with(|| "2025-01-01".into());
            }
            Ok(())
        })
        .down("1.0", |_| Ok(()))
        .step("2.0", |value| {
            value["minutes"] = json!(value["hours"].as_u64().ok_or("`hours` is no number")? * 60);
            value
                .as_object_mut()
                .ok_or("no object")?
                .shift_remove("hours");
            Ok(())
        })
        .down("1.1", |value| {
            value["hours"] = json!(value["minutes"].as_u64().ok_or("no minutes")? / 60);
            value
                .as_object_mut()
                .ok_or("no object")?
                .shift_remove("minutes");
            Ok(())
        })
        .unlabelled("1.0")
}

fn flat() -> Options<Value> {
    Document::options()
        .layout(Layout::Flat(FlatNames::default()))
        .lock_wait(Wait::Never)
        .clock(noon)
}

fn release(chain: Chain) -> Options<Value> {
    flat().versions(chain)
}

const OLD: &str = r#"{"version": "1.0", "features": [{"name": "crud"}], "hours": 2}"#;

#[test]
fn a_dry_run_shows_what_would_change_and_touches_nothing() {
    let scratch = Scratch::new();
    let document = release(chain()).at(scratch.path());
    assert!(document.preview_migration().unwrap().is_none());
    assert_eq!(fs::read_dir(scratch.dir()).unwrap().count(), 0);

    scratch.write("notes.json", OLD);
    let before = scratch.files();
    let preview = document.preview_migration().unwrap().unwrap();
    assert_eq!(
        preview.to_string(),
        "\"1.0\" to \"2.0\": 2 steps, 3 changes\n  \
         + /features/0/created_at: \"2025-01-01\"\n  \
         - /hours: 2\n  \
         + /minutes: 120"
    );
    let down = document.preview_downgrade("1.0").unwrap();
    assert!(down.is_none(), "it is that version: {down:?}");
    assert_eq!(scratch.files(), before);
    assert_eq!(
        fs::read_dir(scratch.dir()).unwrap().count(),
        1,
        "no lock file"
    );
}

#[test]
fn s0_72_a_dry_run_fails_as_the_migration_does_and_names_the_step() {
    let scratch = Scratch::new();
    scratch.write("notes.json", OLD.replace("2}", "\"two\"}"));
    let before = scratch.files();
    let document = release(chain()).at(scratch.path());
    let tried = [
        document.preview_migration().map(drop),
        document.migrate().map(drop),
        document.downgrade("1.0").map(drop),
    ];
    for tried in tried {
        let error = tried.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        let message = error.to_string();
        assert!(
            message.contains("the step from \"1.1\" to \"2.0\" failed"),
            "{message}"
        );
    }
    assert_eq!(scratch.files(), before);
}

#[test]
fn a_migration_says_what_it_did_and_its_backup_leads_back() {
    let scratch = Scratch::new();
    scratch.write("notes.json", OLD);
    let document = release(chain()).at(scratch.path());
    let done = document.migrate().unwrap().unwrap();
    assert_eq!(
        (done.from.clone(), done.to.clone()),
        ("1.0".into(), "2.0".into())
    );
    assert_eq!(done.backup.kind(), BackupKind::Version);
    assert_eq!(fs::read_to_string(done.backup.path()).unwrap(), OLD);
    assert_eq!(
        done.to_string(),
        format!(
            "from \"1.0\" to \"1.1\", from \"1.1\" to \"2.0\"; the file as it was is {}",
            scratch.at("notes.json.v1.0.bak").display()
        )
    );
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.revision, Some(done.revision));
    assert_eq!(loaded.migrated_from, None);
    assert!(document.migrate().unwrap().is_none());

    document.restore(&done.backup).unwrap();
    assert_eq!(scratch.text("notes.json"), OLD);
    assert!(document.migrate().unwrap().is_some());
}

#[test]
fn a_file_that_is_damaged_newer_or_unknown_is_not_migrated() {
    let scratch = Scratch::new();
    let document = release(chain()).at(scratch.path());
    document
        .save(&json!({"features": [], "minutes": 0}))
        .unwrap();
    document
        .save(&json!({"features": [], "minutes": 60}))
        .unwrap();
    let good = scratch.text("notes.json");
    for (text, kind) in [
        (good.replace("\"2.0\"", "\"3.0\""), ErrorKind::Damaged),
        (OLD.replace("1.0", "3.0"), ErrorKind::NewerVersion),
        (OLD.replace("1.0", "0.1"), ErrorKind::UnknownVersion),
    ] {
        scratch.write("notes.json", &text);
        let before = scratch.files();
        let error = document.preview_migration().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(scratch.files(), before);
        if kind == ErrorKind::Damaged {
            // It is recovered from a backup of the current version, and nothing is left to do.
            assert!(document.migrate().unwrap().is_none());
            assert_eq!(document.load_or_default().unwrap()["minutes"], 0);
        } else {
            assert_eq!(document.migrate().unwrap_err().kind(), kind);
            assert_eq!(document.downgrade("1.0").unwrap_err().kind(), kind);
            assert_eq!(scratch.files(), before);
        }
    }
}

#[test]
fn s3_88_the_release_before_goes_on_with_a_downgraded_file() {
    let scratch = Scratch::new();
    scratch.write("notes.json", OLD);
    let new = release(chain()).at(scratch.path());
    new.update(|value| {
        value["minutes"] = json!(150);
        value["unknown"] = json!("kept");
    })
    .unwrap();
    let as_new = scratch.text("notes.json");

    let preview = new.preview_downgrade("1.1").unwrap().unwrap();
    assert_eq!(
        preview.to_string(),
        "\"2.0\" to \"1.1\": 1 step, 2 changes\n  - /minutes: 150\n  + /hours: 2"
    );
    let done = new.downgrade("1.1").unwrap().unwrap();
    assert_eq!(done.steps.len(), 1);
    assert_eq!(scratch.text("notes.json.v2.0.bak"), as_new);
    assert_eq!(done.backup.path(), scratch.at("notes.json.v2.0.bak"));

    let step = Chain::new("1.0").step("1.1", |_| Ok(()));
    let old = release(step).at(scratch.path());
    let loaded = old.load().unwrap().unwrap();
    assert_eq!(loaded.migrated_from, None);
    assert_eq!(loaded.revision, Some(done.revision));
    assert_eq!(
        loaded.value,
        json!({
            "features": [{"name": "crud", "created_at": "2025-01-01"}],
            "unknown": "kept",
            "hours": 2
        })
    );
    old.update(|value| value["hours"] = json!(3)).unwrap();

    // And the new release takes it up again.
    assert_eq!(new.load_or_default().unwrap()["minutes"], 180);
    // From the older version there is a way further down, and none up.
    assert!(new.downgrade("1.1").unwrap().is_none());
    let error = new.downgrade("2.0").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(error.to_string().contains("not older"), "{error}");
    assert!(new.downgrade("1.0").unwrap().is_some());
}

#[test]
fn a_downgrade_without_a_way_or_back_to_something_unreadable_changes_nothing() {
    let scratch = Scratch::new();
    let one_way = Chain::new(1).step(2, |_| Ok(()));
    let no_return = Chain::new(1)
        .step(2, |value| {
            value
                .as_array()
                .map(drop)
                .ok_or_else(|| "not a list".into())
        })
        .down(1, |value| {
            *value = json!("no list any more");
            Ok(())
        });
    let document = release(one_way.clone()).layout(Layout::Wrapped);
    document.at(scratch.path()).save(&json!([1])).unwrap();
    let before = scratch.files();
    for (chain, to, kind, said) in [
        (
            &one_way,
            1,
            ErrorKind::Migration,
            "there is no step down from 2 to 1",
        ),
        (&one_way, 0, ErrorKind::UnknownVersion, "unknown version 0"),
        (&one_way, 3, ErrorKind::NewerVersion, "version 3 is newer"),
        (
            &no_return,
            1,
            ErrorKind::Invalid,
            "could not be loaded again",
        ),
    ] {
        let document = release(chain.clone()).at(scratch.path());
        let error = document.downgrade(to).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(said), "{error}");
        assert_eq!(scratch.files(), before);
    }
    let tool = Document::<Value>::options().versions_as_found();
    let error = tool.at(scratch.path()).downgrade(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownVersion, "{error}");
}

#[test]
fn the_copy_is_made_whatever_the_backups() {
    let scratch = Scratch::new();
    scratch.write("notes.json", OLD);
    let document = release(chain()).backups(Backups::Off).at(scratch.path());
    document.migrate().unwrap().unwrap();
    document.downgrade("1.0").unwrap().unwrap();
    assert_eq!(
        scratch.names(),
        ["notes.json", "notes.json.v1.0.bak", "notes.json.v2.0.bak"]
    );
}

#[test]
fn s0_73_each_collection_has_a_chain_of_its_own() {
    let scratch = Scratch::new();
    scratch.write("features.json", OLD);
    scratch.write(
        "tracked_time.json",
        r#"{"version": "1.0", "entries": [90]}"#,
    );
    let entries = Chain::new("1.0").step("1.1", |value| {
        for entry in value["entries"].as_array_mut().ok_or("no entries")? {
            *entry = json!({ "minutes": entry.take() });
        }
        Ok(())
    });
    let features = release(chain()).at(scratch.at("features.json"));
    let times = release(entries).at(scratch.at("tracked_time.json"));
    assert_eq!(features.migrate().unwrap().unwrap().to, "2.0".into());
    assert_eq!(times.migrate().unwrap().unwrap().to, "1.1".into());
    assert_eq!(
        times.load_or_default().unwrap()["entries"],
        json!([{ "minutes": 90 }])
    );
}

#[test]
fn s3_19_a_step_that_is_missing_between_two_versions_is_an_error() {
    let scratch = Scratch::new();
    scratch.write("notes.json", r#"{"version": 2}"#);
    let gap = Chain::new(1).step(3, |_| panic!("a step of another version ran"));
    let document = release(gap).at(scratch.path());
    let error = document.migrate().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownVersion, "{error}");
    assert_eq!(scratch.names(), ["notes.json"]);
}

#[test]
fn s4_17_semantic_versions_stand_under_a_name_of_the_programs_choice() {
    let scratch = Scratch::new();
    let session = |chain: Chain| {
        let names = FlatNames::default().called(Member::Version, "dataModelVersion");
        let options = flat().layout(Layout::Flat(names)).versions(chain);
        options.at(scratch.path())
    };
    let old = || Chain::new("0.0.1").step("1.9.0", |_| Ok(()));
    scratch.write("notes.json", r#"{"dataModelVersion": "0.0.1", "phase": 1}"#);
    session(old()).migrate().unwrap().unwrap();
    let new = session(
        old()
            .step("1.10.0-rc.1", |_| Ok(()))
            .step("1.10.0", |_| Ok(())),
    );
    assert_eq!(new.migrate().unwrap().unwrap().steps.len(), 2);
    assert!(
        scratch
            .text("notes.json")
            .contains("\"dataModelVersion\": \"1.10.0\"")
    );

    let before = scratch.files();
    let error = session(old()).migrate().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NewerVersion, "{error}");
    assert_eq!(scratch.files(), before);
}
