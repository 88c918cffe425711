//! The same value in another layout, or under another label.

use persist::{Document, ErrorKind, FlatNames, Health, Label, Layout, Options};
use serde_json::{Value, json};

use crate::scratch::Scratch;

fn tool() -> Options<Value> {
    Document::options().versions_as_found()
}

#[test]
fn a_plain_file_is_sealed_in_either_layout_and_kept_as_it_was() {
    for layout in [Layout::Wrapped, Layout::Flat(FlatNames::default())] {
        let scratch = Scratch::new();
        let plain = r#"{"tea": 3}"#;
        scratch.write("notes.json", plain);
        let document = tool().layout(layout.clone()).at(scratch.path());
        document.convert(Some("1.0".into())).unwrap();

        assert_eq!(document.load_or_default().unwrap(), json!({ "tea": 3 }));
        match document.verify().unwrap().document {
            Health::Good {
                sealed,
                version,
                layout: found,
                ..
            } => {
                assert!(sealed);
                assert_eq!((version, found), (Some(Label::from("1.0")), layout));
            }
            other => panic!("{other:?}"),
        }
        let kept = document.backups().unwrap().remove(0);
        assert_eq!(std::fs::read_to_string(kept.path()).unwrap(), plain);
    }
}

#[test]
fn a_label_is_changed_alone_and_the_file_with_the_old_one_is_kept_for_good() {
    let scratch = Scratch::new();
    let document = tool().at(scratch.path());
    document.save(&json!([1])).unwrap();
    document.relabel(3).unwrap();
    let old = scratch.text("notes.json");
    document.relabel("4-beta").unwrap();

    let new = scratch.text("notes.json");
    assert!(
        new.contains(r#""version": "4-beta""#) && new.contains("\"revision\": 3"),
        "{new}"
    );
    assert_eq!(document.load_or_default().unwrap(), json!([1]));
    assert_eq!(scratch.text("notes.json.v3.bak"), old);
}

#[test]
fn what_is_missing_damaged_or_without_a_place_for_a_label_is_left_alone() {
    let scratch = Scratch::new();
    let document = tool().at(scratch.path());
    assert_eq!(
        document.convert(None).unwrap_err().kind(),
        ErrorKind::Missing
    );
    for (text, kind) in [("[1]", ErrorKind::Invalid), ("[1", ErrorKind::Damaged)] {
        scratch.write("notes.json", text);
        let before = scratch.files();
        assert_eq!(document.relabel(2).unwrap_err().kind(), kind);
        assert_eq!(scratch.files(), before);
    }
}
