//! Files of programs that have never heard of `persist`: no seal, a version in one place or another or
//! in none.

use persist::{Chain, Document, FlatNames, Layout, Member, Options};
use serde_json::{Value, json};

use super::*;

fn flat(chain: Chain) -> Options<Value> {
    let layout = Layout::Flat(FlatNames::default());
    fixed(Document::options().versions(chain).layout(layout))
}

fn bare() -> Options<Value> {
    fixed(Document::options().layout(Layout::Bare))
}

/// Each file, how it is read, and a place in its value with what stands there.
fn files() -> Vec<(&'static str, Options<Value>, &'static str, Value)> {
    let tasks = || flat(Chain::new("1.0"));
    let named = FlatNames::default().called(Member::Version, "dataModelVersion");
    let training = Document::options()
        .versions(Chain::new("0.0.1"))
        .layout(Layout::Flat(named));
    vec![
        (
            "features.json",
            tasks(),
            "/features/0/seed_time_hours",
            json!(4.0),
        ),
        (
            "tracked_time.json",
            tasks(),
            "/entries/0/date",
            json!("2025-01-15"),
        ),
        (
            "external_id_mapping.json",
            tasks(),
            "/mappings/T-20251207-001/jira",
            json!("PROJ-456"),
        ),
        (
            "external_id_counters.json",
            tasks(),
            "/counters/jira/PROJ",
            json!(456),
        ),
        ("session.json", bare(), "/1/content", json!("Hello")),
        (
            "training_session.json",
            fixed(training),
            "/exercises/0/Name",
            json!("Bench Press"),
        ),
    ]
}

#[test]
fn s3_56_foreign_files_are_read_as_they_are_and_written_back_whole() {
    let mut names = vec!["envelope.json", "legacy.json"];
    for (name, options, pointer, expected) in files() {
        names.push(name);
        let scratch = placed(&format!("foreign/{name}"));
        let before = scratch.files();
        let document = options.at(scratch.path());
        let loaded = document.load().unwrap().unwrap();
        assert_eq!(loaded.pointer(pointer), Some(&expected), "{name}");
        assert!(
            loaded.recovery.is_none() && loaded.migrated_from.is_none(),
            "{name}"
        );
        assert_eq!(scratch.files(), before);

        document.update(|_| ()).unwrap();
        let again = document.load().unwrap().unwrap();
        assert_eq!(again.value, loaded.value, "{name}");
        let old: Value = serde_json::from_slice(&before["notes.json"]).unwrap();
        let new: Value = serde_json::from_str(&scratch.text("notes.json")).unwrap();
        // What other programs read is still there; only the time is another one.
        if let Value::Object(old) = old {
            for (key, value) in old.iter().filter(|(key, _)| *key != "updated") {
                assert_eq!(new.get(key), Some(value), "{name} {key}");
            }
        }
    }
    are_all("foreign", &names);
}

/// An envelope of a version and data, and files from before there was one: the steps are handed what
/// the envelope holds beside the version.
#[test]
fn s3_14_s3_17_s3_58_versioned_and_unversioned_files_stand_side_by_side() {
    let chain = Chain::new(1)
        .step(2, |value| {
            *value = json!({ "data": { "name": value["name"].take(), "tags": [] } });
            Ok(())
        })
        .unlabelled(1);
    for (name, from, tags) in [
        ("envelope.json", None, json!(["a"])),
        ("legacy.json", Some(1.into()), json!([])),
    ] {
        let scratch = placed(&format!("foreign/{name}"));
        let document = flat(chain.clone()).at(scratch.path());
        let loaded = document.load().unwrap().unwrap();
        assert_eq!(loaded.migrated_from, from);
        assert_eq!(
            loaded.value,
            json!({ "data": { "name": "Ada", "tags": tags } })
        );
        document.update(|_| ()).unwrap();
        assert!(
            scratch
                .text("notes.json")
                .starts_with("{\n  \"version\": 2,")
        );
    }
}
