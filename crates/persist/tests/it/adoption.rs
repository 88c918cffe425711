//! Files that are there already: which layout they are taken for, and what a save makes of them.

use std::collections::BTreeMap;

use persist::{Chain, Codec, Document, ErrorKind, FlatNames, Layout, Member, Options};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::scratch::Scratch;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mappings {
    mappings: BTreeMap<String, BTreeMap<String, String>>,
}

fn flat() -> Layout {
    Layout::Flat(FlatNames::default())
}

fn layouts() -> [Layout; 3] {
    [Layout::Wrapped, flat(), Layout::Bare]
}

fn any(layout: Layout) -> Options<Value> {
    Document::options().layout(layout)
}

#[test]
fn a_file_keeps_its_layout_and_compression_whatever_the_settings() {
    for theirs in layouts() {
        for codec in [Codec::Plain, Codec::Gzip] {
            for ours in layouts() {
                let scratch = Scratch::new();
                any(theirs.clone())
                    .compression(codec)
                    .at(scratch.path())
                    .save(&json!({ "a": 1 }))
                    .unwrap();
                let document = any(ours.clone()).at(scratch.path());
                document.update(|value| value["a"] = json!(2)).unwrap();
                for layout in layouts() {
                    let loaded = any(layout).at(scratch.path()).load().unwrap().unwrap();
                    assert_eq!(loaded.value, json!({ "a": 2 }), "{theirs:?} {ours:?}");
                    assert_eq!(loaded.recovery, None);
                }
                let bytes = scratch.files().remove("notes.json").unwrap();
                assert_eq!(bytes.starts_with(b"\x1f\x8b"), codec == Codec::Gzip);
            }
        }
    }
}

#[test]
fn overwriting_changes_layout_and_compression_and_keeps_the_old_file() {
    let scratch = Scratch::new();
    scratch.write("notes.json", "[1]");
    let document = Document::<Vec<u8>>::options()
        .compression(Codec::Gzip)
        .at(scratch.path());
    document.overwrite(&vec![2]).unwrap();
    assert!(scratch.files()["notes.json"].starts_with(b"\x1f\x8b"));
    let plain = Document::<Vec<u8>>::options()
        .compression(Codec::Plain)
        .at(scratch.path());
    plain.update(|list| list.push(3)).unwrap();
    assert!(
        scratch
            .text("notes.json")
            .starts_with("{\n  \"format\": \"persist/1\",\n")
    );
    assert_eq!(plain.load_or_default().unwrap(), [2, 3]);
    let backups = plain.backups().unwrap();
    assert_eq!(std::fs::read(backups[1].path()).unwrap(), b"[1]");
}

#[test]
fn a_flat_file_that_another_program_wrote_is_sealed_by_the_first_save() {
    let scratch = Scratch::new();
    let theirs = "{\n  \"mappings\": {\n    \"T-1\": {\n      \"jira\": \"P-4\"\n    }\n  },\n  \
                  \"updated\": \"2025-11-10T14:45:00.123456+00:00\",\n  \"version\": \"1.0\"\n}";
    scratch.write("notes.json", theirs);

    let document = Document::<Mappings>::options()
        .layout(flat())
        .versions(Chain::new("1.0"))
        .at(scratch.path());
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.mappings["T-1"]["jira"], "P-4");
    assert_eq!(
        (loaded.revision.unwrap().number(), loaded.migrated_from),
        (None, None)
    );
    assert!(loaded.updated.is_some());

    let revision = document
        .update(|all| all.mappings.clear())
        .and(document.load())
        .unwrap()
        .unwrap()
        .revision;
    assert_eq!(revision.unwrap().number(), Some(1));
    let text = scratch.text("notes.json");
    assert!(
        text.starts_with("{\n  \"version\": \"1.0\",\n  \"revision\": 1,\n  \"updated\": \""),
        "{text}"
    );
    assert!(
        text.contains("\n  \"mappings\": {},\n  \"checksum\": \"sha256:"),
        "{text}"
    );
    let kept = scratch.named("backups/");
    assert_eq!(scratch.text(&kept[0]), theirs);
}

#[test]
fn the_members_of_a_flat_file_have_the_names_that_are_set() {
    let scratch = Scratch::new();
    let names = FlatNames::default()
        .called(Member::Version, "dataModelVersion")
        .called(Member::Checksum, "sum \u{fc}")
        .without(Member::Revision)
        .without(Member::Updated);
    let document = any(Layout::Flat(names))
        .versions(Chain::new("2.1.0"))
        .at(scratch.path());
    document
        .save(&json!({ "revision": "mine", "checksum": 1, "version": null }))
        .unwrap();
    let text = scratch.text("notes.json");
    assert!(
        text.starts_with("{\n  \"dataModelVersion\": \"2.1.0\",\n  \"revision\": \"mine\",\n"),
        "{text}"
    );
    assert!(text.contains("\n  \"sum \u{fc}\": \"sha256:"), "{text}");
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(
        loaded.value,
        json!({ "revision": "mine", "checksum": 1, "version": null })
    );
}

#[test]
fn a_value_that_would_not_come_back_is_refused_before_anything_is_touched() {
    let cases: [(Layout, Value); 7] = [
        (flat(), json!({ "version": 7 })),
        (flat(), json!({ "checksum": "mine" })),
        (flat(), json!([1])),
        (flat(), json!({ "format": "persist/1" })),
        (Layout::Bare, json!({ "format": "persist/9" })),
        (Layout::Bare, json!({ "format": "persist/1", "data": 1 })),
        (
            Layout::Flat(FlatNames::default().called(Member::Checksum, "a\"b")),
            json!({}),
        ),
    ];
    for (layout, value) in cases {
        let scratch = Scratch::new();
        let error = any(layout).at(scratch.path()).save(&value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains("notes.json"), "{error}");
        assert_eq!(scratch.names(), [""; 0], "{value}");
    }
    let scratch = Scratch::new();
    let numbers = Document::<Vec<f64>>::at(scratch.path());
    let error = numbers.save(&vec![f64::NAN]).unwrap_err();
    assert!(
        error.to_string().contains("could not be loaded again"),
        "{error}"
    );
    let keys = Document::<BTreeMap<(u8, u8), u8>>::at(scratch.path());
    assert_eq!(
        keys.save(&BTreeMap::from([((1, 2), 3)]))
            .unwrap_err()
            .kind(),
        ErrorKind::Invalid
    );
}

#[test]
fn numbers_and_texts_that_no_type_holds_stay_exact() {
    for layout in layouts() {
        let scratch = Scratch::new();
        let document = Options::<Box<RawValue>>::without_default()
            .layout(layout)
            .at(scratch.path());
        let exact =
            r#"{"n":123456789012345678901234567890,"e":1e999,"z":4.0,"s":"\u00e9\ud83d\ude00"}"#;
        document
            .save(&RawValue::from_string(exact.to_owned()).unwrap())
            .unwrap();
        let loaded = document.load().unwrap().unwrap();
        let tokens: String = loaded.get().split_ascii_whitespace().collect();
        assert_eq!(tokens, exact, "but for white space");
    }
    let scratch = Scratch::new();
    any(Layout::Wrapped)
        .at(scratch.path())
        .save(&json!({ "z": 4.0, "n": u64::MAX, "i": i64::MIN }))
        .unwrap();
    let text = scratch.text("notes.json");
    for exact in [
        "\"z\": 4.0,",
        "\"n\": 18446744073709551615,",
        "\"i\": -9223372036854775808\n",
    ] {
        assert!(text.contains(exact), "{text}");
    }
}

#[test]
fn a_later_format_or_version_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let document = any(Layout::Wrapped).at(scratch.path());
    document.save(&json!(1)).unwrap();
    document.save(&json!(2)).unwrap();
    let text = scratch.text("notes.json");
    let cases = [
        (
            text.replace("persist/1", "persist/2"),
            ErrorKind::NewerFormat,
        ),
        (
            "{\"format\": \"persist/99\", \"what\": [1]}".to_owned(),
            ErrorKind::NewerFormat,
        ),
    ];
    let newer = Scratch::new();
    any(Layout::Wrapped)
        .versions(Chain::new(2))
        .at(newer.path())
        .save(&json!(3))
        .unwrap();
    let strange = Scratch::new();
    any(Layout::Wrapped)
        .versions(Chain::new("draft"))
        .at(strange.path())
        .save(&json!(3))
        .unwrap();
    let sealed = [
        (newer.text("notes.json"), ErrorKind::NewerVersion),
        (strange.text("notes.json"), ErrorKind::UnknownVersion),
    ];
    for (text, kind) in cases.into_iter().chain(sealed) {
        scratch.write("notes.json", &text);
        let before = scratch.files();
        for error in [
            document.load().map(drop).unwrap_err(),
            document.save(&json!(3)).map(drop).unwrap_err(),
            document.update(|value| *value = json!(3)).unwrap_err(),
            document.backup().map(drop).unwrap_err(),
        ] {
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains("is left alone"), "{error}");
        }
        assert_eq!(scratch.files(), before);
        document.overwrite(&json!(4)).unwrap();
        assert_eq!(document.load().unwrap().unwrap().value, json!(4));
        let kept = scratch.named("notes.json.damaged-");
        assert!(
            kept.iter().any(|name| scratch.text(name) == text),
            "{kept:?}"
        );
    }
}

#[test]
fn a_tool_reads_every_version_and_keeps_it() {
    for layout in [Layout::Wrapped, flat()] {
        let scratch = Scratch::new();
        let tool = any(layout.clone()).versions_as_found().at(scratch.path());
        let program = any(layout.clone())
            .versions(Chain::new("1.9").step("2.0", |_| Ok(())))
            .at(scratch.path());
        program.save(&json!({ "a": 4.0 })).unwrap();
        let loaded = tool.load().unwrap().unwrap();
        assert_eq!(
            (loaded.value, loaded.migrated_from),
            (json!({ "a": 4.0 }), None)
        );
        tool.update(|value| value["b"] = json!(1)).unwrap();
        tool.overwrite(&json!({ "c": 1 })).unwrap();
        assert!(scratch.text("notes.json").contains("\"version\": \"2.0\""));
        let loaded = program.load().unwrap().unwrap();
        assert_eq!(
            (loaded.value, loaded.migrated_from),
            (json!({ "c": 1 }), None)
        );
    }
    // What nobody has given a version gets none.
    let scratch = Scratch::new();
    let tool = any(Layout::Wrapped).versions_as_found().at(scratch.path());
    tool.save(&json!(1)).unwrap();
    tool.save(&json!(2)).unwrap();
    assert!(!scratch.text("notes.json").contains("\"version\""));
    assert_eq!(
        any(Layout::Wrapped)
            .at(scratch.path())
            .load_or_default()
            .unwrap(),
        json!(2)
    );
}
