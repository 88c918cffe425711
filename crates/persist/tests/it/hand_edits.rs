//! Files that somebody has edited, converted or made by hand.

use persist::{DamageKind, Document, ErrorKind, FlatNames, HandEdits, Layout, Options};
use serde_json::{Value, json};

use crate::scratch::Scratch;

fn flat() -> Layout {
    Layout::Flat(FlatNames::default())
}

fn any(layout: Layout) -> Options<Value> {
    Document::options().layout(layout)
}

#[test]
fn line_ends_and_a_byte_order_mark_are_no_damage() {
    for layout in [Layout::Wrapped, flat()] {
        let scratch = Scratch::new();
        let document = any(layout.clone()).at(scratch.path());
        document.save(&json!({ "a": "\r\n" })).unwrap();
        let text = scratch.text("notes.json");
        let windows = text.replace('\n', "\r\n");
        for changed in [
            windows.clone(),
            format!("\u{feff}{text}"),
            format!("\u{feff}{windows}"),
        ] {
            scratch.write("notes.json", &changed);
            let loaded = document.load().unwrap().unwrap();
            assert_eq!(
                (loaded.value, loaded.hand_edited),
                (json!({ "a": "\r\n" }), false)
            );

            scratch.write("notes.json", changed.replace("\\r", "\\n"));
            assert_eq!(document.load().unwrap_err().kind(), ErrorKind::Damaged);
        }
    }
    let scratch = Scratch::new();
    scratch.write("notes.json", "\u{feff}[1,\r\n2]\r\n");
    assert_eq!(
        Document::<Vec<u8>>::at(scratch.path())
            .load_or_default()
            .unwrap(),
        [1, 2]
    );
}

#[test]
fn a_hand_edit_is_damage_unless_it_is_accepted() {
    for layout in [Layout::Wrapped, flat()] {
        let scratch = Scratch::new();
        let strict = any(layout.clone()).at(scratch.path());
        strict.save(&json!({ "a": 1 })).unwrap();
        let edited = scratch.text("notes.json").replace("\"a\": 1", "\"a\": 2");
        scratch.write("notes.json", &edited);
        let error = strict.load().unwrap_err();
        assert_eq!(error.damage().unwrap().kind, DamageKind::Checksum);
        assert_eq!(
            strict.save(&json!({})).unwrap_err().kind(),
            ErrorKind::Damaged
        );
        assert_eq!(scratch.text("notes.json"), edited);

        let lenient = any(layout.clone())
            .hand_edits(HandEdits::Accept)
            .at(scratch.path());
        let loaded = lenient.load().unwrap().unwrap();
        assert_eq!(
            (loaded.value, loaded.hand_edited),
            (json!({ "a": 2 }), true)
        );
        lenient.update(|value| value["b"] = json!(3)).unwrap();
        let loaded = strict.load().unwrap().unwrap();
        assert_eq!(
            (loaded.value, loaded.hand_edited),
            (json!({ "a": 2, "b": 3 }), false)
        );

        // What is no envelope any more is not taken for something else.
        scratch.write(
            "notes.json",
            scratch.text("notes.json").replace("persist/", "persisted/"),
        );
        if layout == Layout::Wrapped {
            assert_eq!(
                lenient.load().unwrap().unwrap().value,
                json!({ "a": 2 }),
                "from the backup"
            );
        }
    }
}

#[test]
fn an_envelope_with_something_else_in_it_is_not_believed() {
    let scratch = Scratch::new();
    let lenient = any(Layout::Wrapped)
        .hand_edits(HandEdits::Accept)
        .at(scratch.path());
    for (text, reason) in [
        (
            r#"{"format":"persist/1","data":1,"data":2}"#,
            "the member `data` is there twice",
        ),
        (
            r#"{"format":"persist/1","format":"persist/1","data":2}"#,
            "the member `format` is there twice",
        ),
        (r#"{"format":"persist/1"}"#, "the member `data` is missing"),
        (
            r#"{"format":"persist/1","data":1,"extra":2}"#,
            "`extra` is no member of persist/1",
        ),
        (
            r#"{"format":"persist/1","data":1,"revision":-1}"#,
            "the revision -1 is no integer",
        ),
        (
            r#"{"format":"persist/1","data":1,"version":1.5}"#,
            "the version 1.5 is neither",
        ),
        (
            r#"{"format":"persist/x","data":1}"#,
            "the member `format` names no format",
        ),
        (
            r#"{"format":"persist/0","data":1}"#,
            "the member `format` names no format",
        ),
    ] {
        scratch.write("notes.json", text);
        let error = lenient.load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged, "{text}");
        assert!(error.to_string().contains(reason), "{error}");
    }
    scratch.write("notes.json", r#"{"format":"persist/1","data":1}"#);
    assert!(lenient.load().unwrap().unwrap().hand_edited);
}
