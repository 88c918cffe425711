//! Records that are not what the type reads: kept, reported, written back.

use std::collections::HashSet;

use persist::{
    Document, ErrorKind, FlatNames, Health, Json, KeyedRecords, Layout, RecordPlace, Records,
    Untouched,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::scratch::Scratch;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Feature {
    name: String,
    rank: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Library {
    version: String,
    features: Records<Feature>,
}

const FILE: &str = r#"{"version": "1.0", "features": [
    {"name": "a", "rank": 1.0},
    {"nome": "b", "rank": 2.00, "big": 123456789012345678901},
    {"name": "c", "rank": 3.0},
    1e400,
    {"name": "d", "rank": "high"}
]}"#;

fn feature(name: &str) -> Feature {
    Feature {
        name: name.into(),
        rank: 0.5,
    }
}

fn names(library: &Library) -> Vec<&str> {
    library.features.iter().map(|it| it.name.as_str()).collect()
}

fn library(scratch: &Scratch) -> Document<Library> {
    scratch.write("notes.json", FILE);
    Document::at(scratch.path())
}

/// The elements of the array in the file, each on one line.
fn elements(scratch: &Scratch) -> Vec<String> {
    let all = Document::<Json>::options()
        .versions_as_found()
        .at(scratch.path())
        .load_or_default()
        .unwrap();
    let elements: Vec<Json> = all.get("/features").unwrap().decode().unwrap();
    elements
        .iter()
        .map(|it| it.to_compact().to_string())
        .collect()
}

#[test]
fn s0_58_one_bad_record_does_not_stop_the_others() {
    let scratch = Scratch::new();
    let loaded = library(&scratch).load().unwrap().unwrap();
    assert_eq!(names(&loaded), ["a", "c"]);
    let told: Vec<_> = loaded
        .unread
        .iter()
        .map(|it| format!("Feature {it}"))
        .collect();
    assert_eq!(
        told,
        [
            "Feature 1: missing field `name`",
            "Feature 3: number out of range",
            "Feature 4: invalid type: string \"high\", expected f64",
        ]
    );
    assert_eq!(loaded.unread[2].place, RecordPlace::Index(4));
    assert!(loaded.recovery.is_none());
}

#[test]
fn s0_59_what_a_rule_of_the_program_refuses_is_kept_and_told_in_the_same_way() {
    let scratch = Scratch::new();
    let document = library(&scratch);
    let mut loaded = document.load().unwrap().unwrap().into_value();
    let mut known = HashSet::from(["c".to_owned()]);
    let add = |feature: &Feature| {
        let is_new = known.insert(feature.name.clone());
        let reason = format!("`{}` is there already", feature.name);
        is_new.then_some(()).ok_or(reason)
    };
    loaded.features.check(add).unwrap();
    assert_eq!(names(&loaded), ["a"]);
    let told: Vec<_> = loaded
        .features
        .unread()
        .map(|it| format!("Feature {it}"))
        .collect();
    assert_eq!(told[1], "Feature 2: `c` is there already");
    assert_eq!(told.len(), 4);
    document.save(&loaded).unwrap();
    assert_eq!(elements(&scratch)[2], r#"{"name":"c","rank":3.0}"#);
}

#[test]
fn s0_60_a_summary_names_the_first_five_and_all_are_at_hand() {
    let bad: Vec<_> = (0..7)
        .map(|n| format!("{{\"name\": {n}, \"rank\": 0.0}}"))
        .collect();
    let scratch = Scratch::new();
    let text = format!(
        "{{\"version\": \"1.0\", \"features\": [{}]}}",
        bad.join(",")
    );
    scratch.write("notes.json", text);
    let loaded = Document::<Library>::at(scratch.path())
        .load()
        .unwrap()
        .unwrap();
    let mut summary = vec![format!(
        "Warning: {} features failed to load",
        loaded.unread.len()
    )];
    summary.extend(
        loaded
            .unread
            .iter()
            .take(5)
            .map(|it| format!("Feature {it}")),
    );
    assert_eq!(summary.len(), 6);
    assert_eq!(summary[0], "Warning: 7 features failed to load");
    assert_eq!(
        summary[5],
        "Feature 4: invalid type: integer `4`, expected a string"
    );
    let json = serde_json::to_value(&loaded.unread).unwrap();
    assert_eq!(json[6]["place"], 6);
    assert_eq!(json[6]["record"]["name"], 6);
}

#[test]
fn s0_61_records_that_were_not_read_are_written_back_unchanged() {
    for layout in [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default().without(persist::Member::Version)),
        Layout::Bare,
    ] {
        let scratch = Scratch::new();
        let document = Document::<Library>::options()
            .layout(layout)
            .at(scratch.path());
        document
            .overwrite(&serde_json::from_str(FILE).unwrap())
            .unwrap();
        document
            .update(|all| all.features.push(feature("e")))
            .unwrap();
        document
            .update(|all| all.features.insert(0, feature("_")))
            .unwrap();
        let kept = [
            r#"{"name":"_","rank":0.5}"#,
            r#"{"nome":"b","rank":2.00,"big":123456789012345678901}"#,
            r#"{"name":"a","rank":1.0}"#,
            "1e400",
            r#"{"name":"d","rank":"high"}"#,
            r#"{"name":"c","rank":3.0}"#,
            r#"{"name":"e","rank":0.5}"#,
        ];
        assert_eq!(
            elements(&scratch),
            kept,
            "after as many good ones as before"
        );
        document.update(|all| all.features.clear()).unwrap();
        assert_eq!(elements(&scratch).len(), 3);
        let taken = document.update(|all| all.features.take_unread()).unwrap();
        assert_eq!(taken.len(), 3);
        assert_eq!(elements(&scratch).len(), 0);
    }
}

#[test]
fn verify_names_them_and_calls_the_file_good() {
    let scratch = Scratch::new();
    let health = library(&scratch).verify().unwrap().document;
    assert!(
        matches!(&health, Health::Good { unread, .. } if unread.len() == 3),
        "{health:?}"
    );
}

#[test]
fn untouched_they_stay_to_the_byte() {
    let scratch = Scratch::new();
    library(&scratch);
    let document = Document::<Library>::options()
        .untouched(Untouched::Keep)
        .at(scratch.path());
    document.update(|all| all.features[1].rank = 3.5).unwrap();
    assert_eq!(
        scratch.text("notes.json"),
        FILE.replace("3.0", "3.5") + "\n"
    );
    document.update(|all| all.features.remove(0)).unwrap();
    let text = scratch.text("notes.json");
    assert!(
        text.contains(r#"{"nome": "b", "rank": 2.00, "big": 123456789012345678901}"#),
        "{text}"
    );
}

/// A record that can be written and not read is no bad record of a file: it is a value that would be
/// lost.
#[test]
fn a_record_that_could_not_be_read_again_is_refused() {
    let scratch = Scratch::new();
    let document = library(&scratch);
    let before = scratch.files();
    let error = document
        .update(|all| all.features[0].rank = f64::NAN)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(
        error.to_string().contains("record 0: invalid type: null"),
        "{error}"
    );
    assert_eq!(scratch.files(), before);
}

#[test]
fn keyed_records_keep_their_keys() {
    let scratch = Scratch::new();
    scratch.write(
        "notes.json",
        r#"{"T-2": {"rank": 1}, "T-1": 7, "T-3": 4.0}"#,
    );
    let document = Document::<KeyedRecords<u32>>::at(scratch.path());
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.get("T-1"), Some(&7));
    assert_eq!(
        loaded
            .unread
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [
            "T-2: invalid type: map, expected u32",
            "T-3: invalid type: floating point `4.0`, expected u32"
        ]
    );
    document.update(|all| all.insert("T-0".into(), 1)).unwrap();
    assert_eq!(
        scratch.text("notes.json"),
        "{\n  \"T-0\": 1,\n  \"T-1\": 7,\n  \"T-2\": {\n    \"rank\": 1\n  },\n  \"T-3\": 4.0\n}\n"
    );
    // Nobody's record is written over unseen.
    let error = document
        .update(|all| all.insert("T-3".into(), 4))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`T-3` is also the key of a record that could not be read"),
        "{error}"
    );
    document
        .update(|all| {
            all.take_unread();
            all.insert("T-3".into(), 4);
        })
        .unwrap();
    assert_eq!(
        scratch.text("notes.json"),
        "{\n  \"T-0\": 1,\n  \"T-1\": 7,\n  \"T-3\": 4\n}\n"
    );
    document
        .update(|all| {
            all.check(|key, _| {
                if key == "T-1" {
                    Err("no".into())
                } else {
                    Ok(())
                }
            })
        })
        .unwrap()
        .unwrap();
    assert_eq!(
        document.load().unwrap().unwrap().len(),
        3,
        "read again as long as the type reads it"
    );

    scratch.write("notes.json", r#"{"a": 1, "a": 2}"#);
    let error = document
        .load()
        .unwrap()
        .unwrap()
        .recovery
        .unwrap()
        .damage
        .to_string();
    assert!(error.contains("the record `a` is there twice"), "{error}");
}

#[test]
fn a_document_that_is_loaded_on_the_way_has_a_list_of_its_own() {
    #[derive(Default, Serialize, Deserialize)]
    struct Outer {
        first: Records<u8>,
        #[serde(default, deserialize_with = "load_another")]
        inner: u8,
        last: Records<u8>,
    }
    fn load_another<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        let scratch = Scratch::new();
        scratch.write("notes.json", "[1, \"x\", \"y\"]");
        let other = Document::<Records<u8>>::at(scratch.path())
            .load()
            .unwrap()
            .unwrap();
        assert_eq!(other.unread.len(), 2);
        u8::deserialize(deserializer)
    }
    let scratch = Scratch::new();
    scratch.write(
        "notes.json",
        r#"{"first": ["a", 1], "inner": 1, "last": [2, "b"]}"#,
    );
    let loaded = Document::<Outer>::at(scratch.path())
        .load()
        .unwrap()
        .unwrap();
    let texts: Vec<_> = loaded.unread.iter().map(|it| it.record.as_str()).collect();
    assert_eq!(texts, ["\"a\"", "\"b\""]);
}

/// A record of a file: a number that is read, or something else.
fn record() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..9_u8).prop_map(|n| n.to_string()),
        (0..9_u8).prop_map(|n| format!("{n}.50")),
        (0..9_u8).prop_map(|n| format!("{{\"{n}\":1e400}}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_to_the_good_ones_the_bad_ones_stay_in_their_order(
        records in prop::collection::vec(record(), 0..12),
        kept in any::<u16>(),
        added in prop::collection::vec(0..9_u8, 0..3),
    ) {
        let scratch = Scratch::new();
        scratch.write("notes.json", format!("[{}]", records.join(",")));
        let document = Document::<Records<u8>>::at(scratch.path());
        document.update(|_| ()).unwrap();
        let all = || {
            let all: Vec<Json> = Document::<Json>::at(scratch.path()).load_or_default().unwrap().decode().unwrap();
            all.iter().map(|it| it.to_compact().to_string()).collect::<Vec<_>>()
        };
        prop_assert_eq!(&all(), &records);
        document.update(|numbers| {
            let mut index = 0;
            numbers.retain(|_| { index += 1; kept & (1 << index) != 0 });
            numbers.extend(added);
        }).unwrap();
        let is_bad = |record: &&String| record.len() > 1;
        let after = all();
        prop_assert_eq!(after.iter().filter(is_bad).collect::<Vec<_>>(), records.iter().filter(is_bad).collect::<Vec<_>>());
    }
}
