//! Documents whose values nobody reads.

use persist::{Codec, Document, ErrorKind, FlatNames, Json, JsonErrorKind, Layout, Options};
use serde::{Deserialize, Serialize};

use crate::scratch::Scratch;

/// What no type of Rust holds: digits, exponents, escapes, half a character, two members of one name.
const EXACT: &str = r#"{"z":4.0,"a":[1e400,-0,123456789012345678901234567890,0.10],"s":"\u00e9\/\ud800","d":1,"d":2,"e":{},"\u0066":[]}"#;

fn layouts() -> [Layout; 3] {
    [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default()),
        Layout::Bare,
    ]
}

fn any() -> Options<Json> {
    Document::options()
}

fn json(text: &str) -> Json {
    text.parse().unwrap()
}

#[test]
fn s0_16_every_digit_and_escape_survives_in_every_layout() {
    for layout in layouts() {
        for codec in [Codec::Plain, Codec::Gzip] {
            let scratch = Scratch::new();
            let document = any()
                .layout(layout.clone())
                .compression(codec)
                .at(scratch.path());
            document.save(&json(EXACT)).unwrap();
            for _ in 0..2 {
                let loaded = document.load().unwrap().unwrap();
                assert_eq!(loaded.to_compact().as_str(), EXACT, "{layout:?}");
                document.save(&loaded).unwrap();
            }
        }
    }
}

#[test]
fn s0_16_a_part_that_nobody_reads_stays_as_it_is() {
    #[derive(Default, Serialize, Deserialize)]
    struct Plugin {
        name: String,
        state: Json,
    }
    let scratch = Scratch::new();
    scratch.write("notes.json", format!(r#"{{"name":"x","state":{EXACT}}}"#));
    let document = Document::<Plugin>::at(scratch.path());
    document.update(|plugin| plugin.name = "y".into()).unwrap();
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.state, json(EXACT));
    // In lines like all the rest.
    let text = scratch.text("notes.json");
    let lines = "\n  \"state\": {\n    \"z\": 4.0,\n    \"a\": [\n      1e400,\n";
    assert!(text.contains(lines), "{text}");
}

#[test]
fn places_are_set_and_removed_and_the_rest_is_not_touched() {
    let mut text = json("{ \"a\" : [ 1.0 , {\"b\": 2} ],\n\t\"c\": {} }");
    for (pointer, value, expected) in [
        (
            "/a/0",
            "1e5",
            "{ \"a\" : [ 1e5 , {\"b\": 2} ],\n\t\"c\": {} }",
        ),
        (
            "/a/1/x",
            "[1, 2]",
            "{ \"a\" : [ 1e5 , {\"b\": 2, \"x\": [1,2]} ],\n\t\"c\": {} }",
        ),
        (
            "/c/d~1e",
            "{\"f\":null}",
            "{ \"a\" : [ 1e5 , {\"b\": 2, \"x\": [1,2]} ],\n\t\"c\": {\n\t  \"d/e\": {\n\t    \"f\": null\n\t  }\n\t} }",
        ),
        (
            "/c",
            "7",
            "{ \"a\" : [ 1e5 , {\"b\": 2, \"x\": [1,2]} ],\n\t\"c\": 7 }",
        ),
        (
            "/a/-",
            "3",
            "{ \"a\" : [ 1e5 , {\"b\": 2, \"x\": [1,2]}, 3 ],\n\t\"c\": 7 }",
        ),
    ] {
        text.set(pointer, json(value)).unwrap();
        assert_eq!(text.as_str(), expected, "{pointer}");
    }
    let removed = text.remove("/a/1").unwrap();
    assert_eq!(removed, json("{\"b\":2,\"x\":[1,2]}"));
    assert_eq!(text.remove("/a/0").unwrap(), json("1e5"));
    assert_eq!(text.remove("/a/0").unwrap(), json("3"));
    assert_eq!(text.remove("/c").unwrap(), json("7"));
    assert_eq!(text.as_str(), "{ \"a\" : [] }");
    assert_eq!(text.set("", json("[]")).unwrap(), Some(json("{\"a\":[]}")));
    assert_eq!(text.as_str(), "[]");
}

#[test]
fn what_can_not_be_done_says_why_and_changes_nothing() {
    let mut text = json(r#"{"a":[1],"b":2,"d":1,"d":2}"#);
    let before = text.clone();
    for (pointer, kind, message) in [
        (
            "/a/1",
            JsonErrorKind::NotFound,
            "`/a` has no `1`; `-` adds an element",
        ),
        (
            "/b/c",
            JsonErrorKind::NotFound,
            "`/b` has no `c`, being neither an object nor an array",
        ),
        ("/x/y", JsonErrorKind::NotFound, "the value has no `x`"),
        (
            "/d",
            JsonErrorKind::Ambiguous,
            "the value has two members `d`",
        ),
        (
            "a",
            JsonErrorKind::Pointer,
            "`a` is no JSON Pointer: it does not begin with `/`",
        ),
    ] {
        let error = text.set(pointer, Json::default()).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
        assert_eq!(text.get(pointer).unwrap_err().kind(), kind, "{pointer}");
        assert_eq!(text.remove(pointer).unwrap_err().kind(), kind, "{pointer}");
    }
    let error = text.remove("/a/-").unwrap_err();
    assert_eq!(error.to_string(), "`/a` is an array, and `-` is no index");
    assert_eq!(text.remove("").unwrap_err().kind(), JsonErrorKind::NotFound);
    assert_eq!(text.as_str(), before.as_str());
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    let error = Json::parse("[1,\n 01]").unwrap_err();
    assert_eq!(error.kind(), JsonErrorKind::Syntax);
    assert_eq!(
        error.to_string(),
        "not JSON: invalid number at line 2, column 3"
    );
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(Json::parse(deep(128)).is_ok());
    let error = Json::parse(deep(129)).unwrap_err();
    assert_eq!(error.kind(), JsonErrorKind::TooDeep);
    let scratch = Scratch::new();
    scratch.write("notes.json", deep(100_000));
    let error = any().at(scratch.path()).load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);

    let numbers: Vec<f64> = json("[4.0]").decode().unwrap();
    assert_eq!(Json::encode(&numbers).unwrap().as_str(), "[4.0]");
    let error = json("[4.5]").decode::<Vec<u8>>().unwrap_err();
    assert_eq!(error.kind(), JsonErrorKind::Type);
}
