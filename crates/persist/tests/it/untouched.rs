//! What a program has not changed stays as it stands in the file.

mod any_change;

use std::collections::{BTreeMap, HashMap, HashSet};

use persist::{
    Chain, Codec, Document, ErrorKind, FlatNames, HandEdits, Json, Layout, Member, Options,
    TextForm, Untouched,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::scratch::Scratch;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Book {
    title: String,
    price: f64,
    pages: Vec<Page>,
    #[serde(default)]
    notes: BTreeMap<String, Page>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Page {
    id: u8,
    text: String,
}

const BOOK: &str = r#"{
    "by": "Ada",
    "price": 4.00, "pages": [
        {"id": 1, "text": "\u0061", "mark": 1e400},
        {"text": "b", "mark": 123456789012345678901, "id": 2}
    ],
    "title" : "T",
    "seen": {"a": [ ], "b": 0.10}
}"#;

fn kept<T: Default + DeserializeOwned + Serialize + 'static>() -> Options<T> {
    Document::options().untouched(Untouched::Keep)
}

fn changed(text: &str, layout: Layout, change: impl FnOnce(&mut Book)) -> String {
    let scratch = Scratch::new();
    scratch.write("notes.json", text);
    let document = kept().layout(layout).at(scratch.path());
    document.update(change).unwrap();
    scratch.text("notes.json")
}

#[test]
fn s0_16_single_changes_leave_all_else_to_the_byte() {
    let bare = |change: fn(&mut Book)| changed(BOOK, Layout::Bare, change);
    assert_eq!(bare(|_| ()), format!("{BOOK}\n"));
    assert_eq!(
        bare(|book| book.pages[1].text = "c".into()),
        format!("{BOOK}\n").replace("\"b\", \"mark\"", "\"c\", \"mark\"")
    );
    assert_eq!(
        bare(|book| drop(book.pages.remove(0))),
        format!("{BOOK}\n").replace(
            "{\"id\": 1, \"text\": \"\\u0061\", \"mark\": 1e400},\n        ",
            ""
        )
    );
    assert_eq!(
        bare(|book| book.pages.insert(0, Page::default())),
        format!("{BOOK}\n").replace(
            "{\"id\": 1,",
            "{\n          \"id\": 0,\n          \"text\": \"\"\n        },\n        {\"id\": 1,"
        )
    );
    assert_eq!(
        bare(|book| book.due = Some(7)),
        format!("{BOOK}\n")
            .replace("\"T\",", "\"T\",\n    \"due\": 7,")
            .replace(
                "\"title\" : \"T\",\n    \"due\": 7,\n    \"seen\"",
                "\"due\": 7,\n    \"title\" : \"T\",\n    \"seen\""
            ),
        "after the member that it follows in the type"
    );
}

#[test]
fn every_layout_and_compression_keeps_the_text_of_its_value() {
    let no_counter = FlatNames::default().without(Member::Revision);
    for layout in [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default()),
        Layout::Flat(no_counter),
        Layout::Bare,
    ] {
        for codec in [Codec::Plain, Codec::Gzip] {
            for form in [TextForm::Pretty, TextForm::Compact] {
                let scratch = Scratch::new();
                let whole = Document::<Json>::options()
                    .layout(layout.clone())
                    .compression(codec)
                    .text(form)
                    .at(scratch.path());
                whole.save(&BOOK.parse().unwrap()).unwrap();
                let before = whole.load_or_default().unwrap();
                let document = kept::<Book>()
                    .layout(layout.clone())
                    .text(form)
                    .at(scratch.path());
                document.update(|_| ()).unwrap();
                let after = whole.load_or_default().unwrap();
                assert_eq!(
                    after.as_str().trim_start_matches(['{', ' ', '\n']),
                    before.as_str().trim_start_matches(['{', ' ', '\n']),
                    "{layout:?}, {form:?}"
                );
                document.update(|book| book.price = 5.0).unwrap();
                let after = whole.load_or_default().unwrap();
                assert_eq!(
                    after.to_compact().as_str(),
                    before.to_compact().as_str().replace("4.00", "5.0")
                );
            }
        }
    }
}

#[test]
fn our_own_members_may_stand_anywhere_in_a_flat_file() {
    for theirs in [
        r#"{"version": 1, "title": "T", "x": 1.50, "price": 4.00, "updated": "?", "pages": []}"#,
        "{\n  \"title\": \"T\",\n  \"updated\": \"?\",\n  \"x\": 1.50,\n  \"price\": 4.00,\n  \"pages\": [],\n  \"version\": 1\n}\n",
    ] {
        let text = changed(theirs, Layout::Flat(FlatNames::default()), |book| {
            book.title = "U".into();
        });
        assert!(text.starts_with("{\n  \"version\": 1,\n  \"revision\": 1,\n  \"updated\": \""));
        for own in [
            "\"title\": \"U\",",
            "\"x\": 1.50,",
            "\"price\": 4.00,",
            "\"pages\": [],\n",
        ] {
            assert!(text.contains(own), "{text}");
        }
        assert!(!text.contains("   ,") && !text.contains(" \n"), "{text}");
    }
}

#[test]
fn a_saved_value_is_compared_with_the_file_that_is_there() {
    let scratch = Scratch::new();
    let document = kept::<Book>().at(scratch.path());
    scratch.write("notes.json", BOOK);
    let mine = document.load_or_default().unwrap();
    // Somebody else adds to what the program does not know.
    scratch.write(
        "notes.json",
        BOOK.replace("\"Ada\"", "\"Ada\", \"in\": 2026.0"),
    );
    let mine = Book {
        title: "U".into(),
        ..mine
    };
    document.save(&mine).unwrap();
    let expected = BOOK.replace("\"Ada\"", "\"Ada\", \"in\": 2026.0");
    assert_eq!(
        scratch.text("notes.json"),
        expected.replace("\"T\"", "\"U\"") + "\n"
    );

    let revision = document.load().unwrap().unwrap().revision;
    document
        .compare_and_save(
            &revision,
            &Book {
                due: Some(1),
                ..mine.clone()
            },
        )
        .unwrap();
    assert!(scratch.text("notes.json").contains("\"mark\": 1e400"));
    // Written as a new file.
    document.overwrite(&mine).unwrap();
    assert!(!scratch.text("notes.json").contains("mark"));
}

#[test]
fn a_step_between_versions_leaves_what_it_does_not_touch() {
    let scratch = Scratch::new();
    scratch.write(
        "notes.json",
        r#"{"version": 1, "name": "T", "price": 4.00, "pages": [], "x": 123456789012345678901}"#,
    );
    let document = kept::<Book>()
        .layout(Layout::Flat(FlatNames::default()))
        .versions(Chain::new(1).step(2, |value| {
            let object = value.as_object_mut().ok_or("not an object")?;
            let name = object.remove("name").ok_or("no name")?;
            object.insert("title".into(), name);
            Ok(())
        }))
        .at(scratch.path());
    let loaded = document.load().unwrap().unwrap();
    assert_eq!((loaded.title.as_str(), loaded.price), ("T", 4.0));
    document.update(|book| book.due = Some(1)).unwrap();
    let text = scratch.text("notes.json");
    for member in [
        "\"version\": 2,",
        "\"price\": 4.00,",
        "\"x\": 123456789012345678901,",
        "\"title\": \"T\"",
    ] {
        assert!(text.contains(member), "{text}");
    }
    // What no `serde_json::Value` holds can't go through a step, and is left alone.
    scratch.write(
        "notes.json",
        r#"{"version":1,"name":"T","price":1e400,"pages":[]}"#,
    );
    let before = scratch.files();
    let error = document.load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
    assert_eq!(error.position().unwrap().column, 37, "{error}");
    assert_eq!(scratch.files(), before);
}

#[test]
fn s0_16_a_step_up_and_a_step_down_keep_the_digits_whatever_the_setting() {
    let scratch = Scratch::new();
    let chain = Chain::new(1).step(2, |value| {
        value["new"] = 0.into();
        Ok(())
    });
    let chain = chain.down(1, |value| {
        let object = value.as_object_mut().ok_or("not an object")?;
        object
            .remove("new")
            .map(drop)
            .ok_or("no such member".into())
    });
    let document = Document::<Json>::options()
        .layout(Layout::Flat(FlatNames::default()))
        .versions(chain)
        .at(scratch.path());
    let exact = "\"a\": 4.00,\n  \"b\": 123456789012345678901";
    scratch.write("notes.json", format!("{{\"version\": 1, {exact}}}"));
    document.migrate().unwrap().unwrap();
    let text = scratch.text("notes.json");
    assert!(
        text.contains(&format!("{exact},\n  \"new\": 0,\n")),
        "{text}"
    );
    document.downgrade(1).unwrap().unwrap();
    let text = scratch.text("notes.json");
    assert!(
        text.contains(&format!("{exact},\n  \"checksum\"")),
        "{text}"
    );
}

#[test]
fn a_member_under_two_names_gives_way_to_the_value() {
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Paint {
        #[serde(alias = "colour")]
        color: String,
        #[serde(default)]
        coats: u8,
    }
    let scratch = Scratch::new();
    scratch.write(
        "notes.json",
        r#"[{"colour":"red","x":1},{"colour":"blue","x":2}]"#,
    );
    let document = kept::<Vec<Paint>>().at(scratch.path());
    document.update(|paints| paints[0].coats = 1).unwrap();
    // The type would read two colours. Where nothing came or went all stays.
    document
        .update(|paints| paints[0].color = "green".into())
        .unwrap();
    let text = scratch.text("notes.json");
    assert_eq!(
        text,
        "[{\"color\":\"green\",\"coats\":1},{\"colour\":\"blue\",\"x\":2}]\n"
    );
    let paints = document.load_or_default().unwrap();
    assert_eq!(
        (paints[0].color.as_str(), paints[1].color.as_str()),
        ("green", "blue")
    );
}

#[test]
fn types_without_an_order_keep_that_of_the_file() {
    #[derive(Default, Serialize, Deserialize)]
    struct Loose {
        map: HashMap<String, u8>,
        set: HashSet<u8>,
    }
    let scratch = Scratch::new();
    let text = r#"{"x":1.0,"map":{"q":1,"w":2,"e":3,"r":4},"set":[9,1,8,2]}"#;
    scratch.write("notes.json", text);
    let document = kept::<Loose>().at(scratch.path());
    document
        .update(|loose| loose.map.insert("w".into(), 7))
        .unwrap();
    assert_eq!(
        scratch.text("notes.json").trim_end(),
        text.replace("\"w\":2", "\"w\":7")
    );
    document.update(|loose| loose.set.insert(5)).unwrap();
    assert!(
        scratch
            .text("notes.json")
            .starts_with("{\"x\":1.0,\"map\":{\"q\":1,\"w\":7,")
    );
    assert!(document.load_or_default().unwrap().set.contains(&5));
}

#[test]
fn a_hand_edit_is_taken_with_all_that_is_in_it() {
    let scratch = Scratch::new();
    let document = kept::<Book>()
        .hand_edits(HandEdits::Accept)
        .at(scratch.path());
    document.save(&Book::default()).unwrap();
    let edited = scratch
        .text("notes.json")
        .replace("\"price\": 0.0", "\"price\": 9.90,\n    \"x\": [1]");
    scratch.write("notes.json", edited.replace('\n', "\r\n"));
    document.update(|book| book.title = "U".into()).unwrap();
    let text = scratch.text("notes.json");
    assert!(
        text.contains("\"title\": \"U\",\n    \"price\": 9.90,\n    \"x\": [1]"),
        "{text}"
    );
    assert!(!text.contains('\r'));
    assert!(!document.load().unwrap().unwrap().hand_edited);
}
