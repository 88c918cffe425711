//! Saves that have nothing to write.

use std::collections::BTreeMap;

use persist::{Codec, Document, FlatNames, Layout, Options, Unchanged, Untouched};

use crate::scratch::{Scratch, on, sim};

type Value = BTreeMap<String, u32>;

fn value() -> Value {
    BTreeMap::from([("tea".into(), 3)])
}

fn skipping() -> Options<Value> {
    Document::options().unchanged(Unchanged::Skip)
}

#[test]
fn a_save_that_changes_nothing_touches_nothing() {
    for layout in [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default()),
        Layout::Bare,
    ] {
        for codec in [Codec::Plain, Codec::Gzip] {
            let scratch = Scratch::new();
            let document = skipping()
                .layout(layout.clone())
                .compression(codec)
                .at(scratch.path());
            let first = document.save(&value()).unwrap();
            let before = scratch.files();
            assert_eq!(document.save(&value()).unwrap(), first);
            document.update(|_| ()).unwrap();
            assert_eq!(document.compare_and_save(&first, &value()).unwrap(), first);
            assert_eq!(scratch.files(), before, "no backup either");

            document
                .update(|value| value.insert("milk".into(), 1))
                .unwrap();
            let second = document.load().unwrap().unwrap().revision.unwrap();
            assert_ne!(second, first);
            assert_eq!(second.number(), first.number().map(|_| 2));
            assert_eq!(scratch.named("backups/").len(), 1);
        }
    }
}

#[test]
fn a_file_that_would_look_different_is_written() {
    // Not sealed yet.
    let scratch = Scratch::new();
    scratch.write("notes.json", "{\n  \"tea\": 3\n}\n");
    let flat = Layout::Flat(FlatNames::default());
    let document = skipping().layout(flat).at(scratch.path());
    document.update(|_| ()).unwrap();
    assert!(scratch.text("notes.json").contains("\"checksum\""));
    let before = scratch.files();
    document.update(|_| ()).unwrap();
    assert_eq!(scratch.files(), before);
    // Another compression was asked for.
    let zipped = skipping().compression(Codec::Gzip).at(scratch.path());
    zipped.update(|_| ()).unwrap();
    assert!(scratch.files()["notes.json"].starts_with(b"\x1f\x8b"));
    // Asked for whatever is there.
    let before = scratch.files();
    zipped.overwrite(&value()).unwrap();
    assert_ne!(scratch.files(), before);
}

#[test]
fn what_is_left_untouched_is_unchanged_whatever_it_looks_like() {
    let scratch = Scratch::new();
    let text = "{\"milk\": 1.0, \"tea\": 3.00}\n";
    scratch.write("notes.json", text);
    let document = Document::<std::collections::HashMap<String, f64>>::options()
        .unchanged(Unchanged::Skip)
        .untouched(Untouched::Keep)
        .at(scratch.path());
    document.update(|_| ()).unwrap();
    assert_eq!(scratch.names(), ["notes.json"]);
    assert_eq!(scratch.text("notes.json"), text);
}

#[test]
fn skipping_syncs_what_is_there_and_writes_nothing() {
    let fs = sim();
    let document = on(&fs, skipping());
    document.save(&value()).unwrap();
    let before = fs.trace().to_string().lines().count();
    document.save(&value()).unwrap();
    let trace = fs.trace().to_string();
    let calls: Vec<_> = trace.lines().skip(before).collect();
    let of = |call: &str| calls.iter().filter(|line| line.contains(call)).count();
    assert_eq!(
        (of(" sync_"), of(" rename"), of(" hard_link")),
        (2, 0, 0),
        "{calls:#?}"
    );
}
