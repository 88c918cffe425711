//! What still parses in a damaged document: when it is taken, and when it is not.

use std::collections::BTreeMap;
use std::fs;

use persist::{
    Chain, Codec, Decision, Document, ErrorKind, FlatNames, Layout, LostReason, Options, RecordKey,
    RecoveryPolicy, Repair, Source,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::scratch::Scratch;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Feature {
    id: String,
    hours: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Library {
    owner: String,
    features: Vec<Feature>,
}

fn library(count: usize) -> Library {
    let feature = |at| Feature {
        id: format!("f{at}"),
        hours: 4.5,
    };
    Library {
        owner: "ada".into(),
        features: (0..count).map(feature).collect(),
    }
}

fn libraries() -> Options<Library> {
    Document::options()
}

/// A saved file with a hole of zeros where `what` begins.
fn hole(scratch: &Scratch, what: &str, len: usize) -> Vec<u8> {
    let mut bytes = fs::read(scratch.path()).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let start = text.find(what).unwrap();
    bytes[start..start + len].fill(0);
    scratch.write("notes.json", &bytes);
    bytes
}

#[test]
fn s2_55_without_a_backup_what_still_parses_comes_back_and_the_loss_is_named() {
    for layout in [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default()),
        Layout::Bare,
    ] {
        let scratch = Scratch::new();
        let document = libraries().layout(layout.clone()).at(scratch.path());
        document.save(&library(5)).unwrap();
        let damaged = hole(&scratch, "\"f2\"", 8);

        let loaded = document.load().unwrap().unwrap();
        let ids: Vec<&str> = loaded
            .features
            .iter()
            .map(|feature| feature.id.as_str())
            .collect();
        assert_eq!(ids, ["f0", "f1", "f3", "f4"], "{layout:?}");
        assert_eq!(loaded.owner, "ada");
        let recovery = loaded.recovery.clone().unwrap();
        assert_eq!(
            (recovery.source, recovery.repair),
            (Source::Salvage, Repair::Done)
        );
        let [lost] = &recovery.lost[..] else {
            panic!("{:?}", recovery.lost)
        };
        let collection = if layout == Layout::Wrapped {
            "/data/features"
        } else {
            "/features"
        };
        assert_eq!(lost.collection.as_deref(), Some(collection));
        assert_eq!(lost.key, Some(RecordKey::Index(2)));
        assert_eq!(fs::read(recovery.quarantined.unwrap()).unwrap(), damaged);
        assert!(damaged[lost.range.clone()].contains(&0));

        // It is a document like any other again, in the layout it had.
        let again = document.load().unwrap().unwrap();
        assert_eq!((again.value, again.recovery), (loaded.value, None));
        let revision = again.revision.unwrap().number();
        assert_eq!(revision, (layout != Layout::Bare).then_some(2));
        document.update(|all| all.features.clear()).unwrap();
    }
}

#[test]
fn a_good_backup_comes_before_what_is_left() {
    let scratch = Scratch::new();
    let document = libraries().at(scratch.path());
    document.save(&library(2)).unwrap();
    document.save(&library(5)).unwrap();
    let damaged = hole(&scratch, "\"f4\"", 8);
    assert_eq!(document.load().unwrap().unwrap().value, library(2));

    // Unless the program wants it otherwise, each time or once.
    for asked in [Decision::AsPolicy, Decision::Salvage] {
        scratch.write("notes.json", &damaged);
        let options = libraries().on_damage(|prospects| {
            assert_eq!(prospects.backup.as_ref().unwrap().revision(), Some(1));
            match prospects.salvage.as_deref() {
                Some([_]) => Decision::Salvage,
                other => panic!("{other:?}"),
            }
        });
        let document = options.at(scratch.path());
        let recovery = document.recover(asked).unwrap().unwrap();
        assert_eq!(recovery.source, Source::Salvage);
        assert_eq!(document.load_or_default().unwrap(), library(4));
        assert_eq!(document.recover(asked).unwrap(), None);
    }
}

#[test]
fn what_costs_nothing_comes_before_an_older_backup() {
    let scratch = Scratch::new();
    let bare = || libraries().layout(Layout::Bare).at(scratch.path());
    bare().save(&library(1)).unwrap();
    bare().save(&library(2)).unwrap();
    let edited = scratch.text("notes.json").replace("]\n}", "], // done\n}");
    scratch.write("notes.json", &edited);
    let loaded = bare().load().unwrap().unwrap();
    let recovery = loaded.recovery.unwrap();
    assert_eq!(
        (loaded.value, recovery.source),
        (library(2), Source::Salvage)
    );
    assert!(recovery.lost.is_empty());

    // A seal that holds once the zeros behind it are gone proves it.
    let sealed = Scratch::new();
    let document = libraries().at(sealed.path());
    document.save(&library(1)).unwrap();
    document.save(&library(2)).unwrap();
    sealed.write("notes.json", sealed.text("notes.json") + "\0\0\0\0");
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(
        (&loaded.value, loaded.recovery.unwrap().source),
        (&library(2), Source::Salvage)
    );

    // One that does not hold, on a text that is JSON, proves that something is wrong, and not where.
    let text = sealed.text("notes.json").replace("4.5", "9.5");
    sealed.write("notes.json", text);
    assert_eq!(document.load().unwrap().unwrap().value, library(1));
}

#[test]
fn who_says_where_the_records_are_gets_them_one_by_one() {
    type Counters = BTreeMap<String, BTreeMap<String, u64>>;
    let counters = |count| {
        let one = |at: u64| (format!("counter{at}"), 100 + at);
        Counters::from([("counters".into(), (0..count).map(one).collect())])
    };
    for layout in [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default()),
        Layout::Bare,
    ] {
        let scratch = Scratch::new();
        let options = || Document::<Counters>::options().layout(layout.clone());
        let document = options().at(scratch.path());
        document.save(&counters(5)).unwrap();
        let damaged = hole(&scratch, "\"counter3\"", 12);

        let untold = document.salvage().unwrap().unwrap().value;
        let has_some = untold.is_ok_and(|value| value.contains_key("counters"));
        // Where an envelope stands around them, the shape does not tell; nobody promises that.
        assert!(layout != Layout::Wrapped || !has_some);
        let told = options().collection("/counters").at(scratch.path());
        let loaded = told.load().unwrap().unwrap();
        let mut expected = counters(5);
        expected.get_mut("counters").unwrap().remove("counter3");
        assert_eq!(loaded.value, expected, "{layout:?}");
        let recovery = loaded.recovery.unwrap();
        assert_eq!(recovery.lost.len(), 1, "{layout:?}: {:?}", recovery.lost);
        assert_eq!(fs::read(recovery.quarantined.unwrap()).unwrap(), damaged);
    }
}

#[test]
fn damage_that_does_not_show_is_not_salvaged() {
    let scratch = Scratch::new();
    let document = libraries().at(scratch.path());
    document.save(&library(2)).unwrap();
    let text = scratch.text("notes.json").replace("4.5", "9.5");
    scratch.write("notes.json", &text);
    let error = document.load().unwrap_err();
    let recovery = error.recovery().unwrap();
    assert!(
        recovery.skipped[0].reason.contains("nobody knows"),
        "{recovery}"
    );
    assert_eq!(scratch.text("notes.json"), text);
    assert!(document.salvage().unwrap().unwrap().value.is_err());
}

#[test]
fn no_default_stands_for_what_is_lost() {
    // Every member of the type has a default, so that it would take an empty object.
    for (what, len) in [("\"owner\"", 8), ("\"features\"", 200), ("\"ada\"", 5)] {
        let scratch = Scratch::new();
        let document = libraries().at(scratch.path());
        document.save(&library(3)).unwrap();
        let damaged = hole(&scratch, what, len);
        let error = document.load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged);
        let message = error.to_string();
        assert!(
            message.contains("overwrite it, which sets it aside"),
            "{message}"
        );
        let reason = &error.recovery().unwrap().skipped[0].reason;
        assert!(
            reason.contains("is lost, and a default is not what was saved"),
            "{reason}"
        );
        assert_eq!(fs::read(scratch.path()).unwrap(), damaged);

        // A person may see it, and decide.
        let left = document.salvage().unwrap().unwrap();
        assert!(left.text.unwrap().contains("f2") || what == "\"features\"");
        assert!(!left.lost.is_empty());
        let written = document.overwrite(&library(1)).unwrap();
        assert_eq!(fs::read(written.set_aside.unwrap()).unwrap(), damaged);
        assert_eq!(document.overwrite(&library(2)).unwrap().set_aside, None);
    }
}

#[test]
fn what_is_left_is_migrated_and_keeps_the_rules() {
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Note {
        text: String,
    }
    let chain = || {
        Chain::new(1).step(2, |notes| {
            for note in notes.as_array_mut().ok_or("not a list")? {
                *note = serde_json::json!({ "text": note["t"] });
            }
            Ok(())
        })
    };
    let scratch = Scratch::new();
    Document::<Value>::at(scratch.path())
        .save(&serde_json::json!([{"t": "tea"}, {"t": "milk"}, {"t": "coffee"}]))
        .unwrap();
    let damaged = hole(&scratch, "milk", 4);
    let notes = || Document::<Vec<Note>>::options().versions(chain());
    let rule = |notes: &Vec<Note>| match notes.len() {
        2 => Err("two are not enough".to_owned()),
        _ => Ok(()),
    };
    let strict = notes().validate(rule).at(scratch.path());
    let error = strict.load().unwrap_err();
    assert!(
        error.recovery().unwrap().skipped[0]
            .reason
            .contains("two are not enough")
    );

    let loaded = notes().at(scratch.path()).load().unwrap().unwrap();
    let texts: Vec<&str> = loaded.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(texts, ["tea", "coffee"]);

    // Without its version nobody knows what it is.
    scratch.write("notes.json", &damaged);
    hole(&scratch, "\"version\"", 12);
    let error = notes().at(scratch.path()).load().unwrap_err();
    assert!(
        error.recovery().unwrap().skipped[0]
            .reason
            .contains("version")
    );
}

#[test]
fn what_comes_out_of_a_damaged_compression_is_shown_and_not_taken() {
    let scratch = Scratch::new();
    let document = Document::<Vec<String>>::options()
        .compression(Codec::Gzip)
        .at(scratch.path());
    let line = |number: u64| format!("{:x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).repeat(3);
    document.save(&(0..2000).map(line).collect()).unwrap();
    let whole = fs::read(scratch.path()).unwrap();
    let damaged = &whole[..whole.len() * 3 / 4];
    scratch.write("notes.json", damaged);
    let error = document.load().unwrap_err();
    assert!(
        error.recovery().unwrap().skipped[0]
            .reason
            .contains("nothing vouches"),
        "{error}"
    );
    assert_eq!(fs::read(scratch.path()).unwrap(), damaged);
    let left = document.salvage().unwrap().unwrap();
    assert!(left.text.unwrap().contains(&line(500)));

    // What is behind a stream does not change what is in it, and the seal says so.
    scratch.write("notes.json", [&whole[..], b"\0\0\0\0"].concat());
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(
        (loaded.len(), loaded.recovery.unwrap().source),
        (2000, Source::Salvage)
    );
    assert_eq!(
        Codec::detect(&fs::read(scratch.path()).unwrap()),
        Codec::Gzip
    );
}

#[test]
fn each_decision_does_what_it_says() {
    let scratch = Scratch::new();
    let document = libraries().at(scratch.path());
    document.save(&library(1)).unwrap();
    document.save(&library(3)).unwrap();
    let damaged = hole(&scratch, "\"f1\"", 8);
    for (decision, expected) in [
        (Decision::Backup, Ok(Source::Salvage)),
        (Decision::Salvage, Ok(Source::Salvage)),
        (Decision::Default, Ok(Source::Default)),
        (Decision::Fail, Err(ErrorKind::Damaged)),
        (Decision::AsPolicy, Err(ErrorKind::Damaged)),
    ] {
        scratch.write("notes.json", &damaged);
        let document = libraries()
            .recovery(RecoveryPolicy::Fail)
            .at(scratch.path());
        let recovered = document.recover(decision);
        let found = recovered.map(|recovery| recovery.unwrap().source);
        match (found, expected) {
            (Ok(Source::Backup(backup)), _) => {
                assert_eq!((decision, backup.revision()), (Decision::Backup, Some(1)));
            }
            (found, expected) => assert_eq!(found.map_err(|error| error.kind()), expected),
        }
        if expected_is_refusal(decision) {
            assert_eq!(fs::read(scratch.path()).unwrap(), damaged);
        }
    }
    // There has to be something to recover.
    fs::remove_file(scratch.path()).unwrap();
    assert_eq!(
        document.recover(Decision::Salvage).unwrap_err().kind(),
        ErrorKind::Missing
    );
    assert!(document.salvage().unwrap().is_none());
}

fn expected_is_refusal(decision: Decision) -> bool {
    matches!(decision, Decision::Fail | Decision::AsPolicy)
}

#[test]
fn the_report_is_for_people_and_for_programs() {
    let scratch = Scratch::new();
    let document = libraries().at(scratch.path());
    document.save(&library(5)).unwrap();
    let text = scratch.text("notes.json");
    scratch.write("notes.json", &text[..text.find("\"f3\"").unwrap()]);
    let recovery = document.load().unwrap().unwrap().recovery.unwrap();
    assert_eq!(recovery.lost[0].reason, LostReason::CutOff);
    let said = recovery.to_string();
    for part in [
        "what still parses in it was taken",
        "(record 3 of /data/features): the end is missing",
        "is kept as",
    ] {
        assert!(said.contains(part), "{said}");
    }
    let json = serde_json::to_value(&recovery).unwrap();
    assert_eq!(json["source"], "salvage");
    assert_eq!(json["lost"][0]["key"], 3);
    assert_eq!(json["lost"][0]["collection"], "/data/features");
    assert_eq!(json["lost"][0]["reason"], "cut_off");
    assert!(json["lost"][0]["range"]["start"].is_u64());
}
