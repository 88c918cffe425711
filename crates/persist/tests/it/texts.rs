//! How the text of a save looks.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use persist::{Document, FlatNames, Json, Keys, Layout, Options, TextForm};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::scratch::{Scratch, noon};

fn any(layout: Layout) -> Options<Value> {
    Document::options().layout(layout).clock(noon)
}

fn flat() -> Layout {
    Layout::Flat(FlatNames::default())
}

#[test]
fn s1_27_sorted_keys_make_texts_that_can_be_compared() {
    let scratch = Scratch::new();
    let value = json!({ "b": [{ "d": 1, "c": 2 }], "a": 3 });
    any(Layout::Bare)
        .keys(Keys::Sorted)
        .at(scratch.path())
        .save(&value)
        .unwrap();
    assert_eq!(
        scratch.text("notes.json"),
        "{\n  \"a\": 3,\n  \"b\": [\n    {\n      \"c\": 2,\n      \"d\": 1\n    }\n  ]\n}\n"
    );
}

#[test]
fn sorting_changes_the_order_and_no_number() {
    let exact: Json = r#"{"z":4.0,"b":[{"d":1e400,"c":123456789012345678901234567890}]}"#
        .parse()
        .unwrap();
    for layout in [Layout::Wrapped, flat(), Layout::Bare] {
        let scratch = Scratch::new();
        let document = Document::<Json>::options()
            .layout(layout)
            .keys(Keys::Sorted)
            .at(scratch.path());
        document.save(&exact).unwrap();
        let loaded = document.load().unwrap().unwrap();
        assert_eq!(
            loaded.to_compact().as_str(),
            r#"{"b":[{"c":123456789012345678901234567890,"d":1e400}],"z":4.0}"#
        );
    }
}

/// `json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)`.
#[test]
fn s2_52_two_spaces_sorted_and_every_letter_as_it_is() {
    let scratch = Scratch::new();
    let document = any(Layout::Bare).keys(Keys::Sorted).at(scratch.path());
    let value = json!({ "z": [], "name": "D\u{fc}nkel \u{1f319} \u{2028}", "e": {}, "n": null });
    document.save(&value).unwrap();
    assert_eq!(
        scratch.text("notes.json"),
        "{\n  \"e\": {},\n  \"n\": null,\n  \"name\": \"D\u{fc}nkel \u{1f319} \u{2028}\",\n  \"z\": []\n}\n"
    );
}

#[test]
fn compact_values_stay_within_the_lines_of_their_envelope() {
    let value = json!({ "a": [1, { "b": {} }], "c": 4.0 });
    let compact = |layout: Layout| {
        let scratch = Scratch::new();
        let document = any(layout).text(TextForm::Compact).at(scratch.path());
        document.save(&value).unwrap();
        assert_eq!(document.load_or_default().unwrap(), value);
        scratch.text("notes.json")
    };
    assert_eq!(compact(Layout::Bare), "{\"a\":[1,{\"b\":{}}],\"c\":4.0}\n");
    let (wrapped, flat) = (compact(Layout::Wrapped), compact(flat()));
    let lines: Vec<_> = wrapped.lines().collect();
    assert_eq!(lines.len(), 8, "{wrapped}");
    assert_eq!(lines[5], "  \"data\": {\"a\":[1,{\"b\":{}}],\"c\":4.0},");
    let lines: Vec<_> = flat.lines().collect();
    assert_eq!(lines[4..6], ["  \"a\": [1,{\"b\":{}}],", "  \"c\": 4.0,"]);
    for text in [wrapped, flat] {
        let digest = digest_above_the_checksum(&text);
        let end = format!(",\n  \"checksum\": \"sha256:{digest}\"\n}}\n");
        assert!(text.ends_with(&end), "{text}");
    }
}

/// What `head -n -2 FILE | sha256sum` prints.
fn digest_above_the_checksum(text: &str) -> String {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    integrity::digest(lines[..lines.len() - 2].concat().as_bytes()).to_string()
}

#[test]
fn s2_50_times_are_rfc_3339_and_come_back() {
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Note {
        due: Option<SystemTime>,
    }
    let scratch = Scratch::new();
    let document = Document::<Note>::options().clock(noon).at(scratch.path());
    let due = Some(noon() + Duration::from_nanos(1));
    document.save(&Note { due }).unwrap();
    let text = scratch.text("notes.json");
    assert!(
        text.contains("\"updated\": \"2026-11-20T03:10:32.000Z\""),
        "{text}"
    );
    let loaded = document.load().unwrap().unwrap();
    assert_eq!((loaded.updated, loaded.due), (Some(noon()), due));
}

/// Items that know how they are stored stand beside others that pass through as they are.
#[test]
fn s2_51_s2_53_typed_and_raw_items_stand_side_by_side() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Task {
        title: String,
    }
    let scratch = Scratch::new();
    let stored = Document::<BTreeMap<String, Vec<Json>>>::at(scratch.path());
    let task = Task {
        title: "tea".into(),
    };
    let items = vec![Json::encode(&task).unwrap(), "[4.0]".parse().unwrap()];
    stored
        .save(&BTreeMap::from([("items".to_owned(), items)]))
        .unwrap();

    let items = stored.load_or_default().unwrap().remove("items").unwrap();
    assert_eq!(items[0].decode::<Task>().unwrap(), task);
    assert!(items[1].decode::<Task>().is_err());
    assert_eq!(items[1].to_compact().as_str(), "[4.0]");
}
