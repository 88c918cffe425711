//! Every change of a byte and every truncation of a file that carries a checksum.

use std::path::Path;

use crash_sim::SimFs;
use persist::{
    Codec, Document, ErrorKind, FlatNames, Layout, Options, RecoveryPolicy, Repair, Source,
};
use serde::{Deserialize, Serialize};
use vfs::Fs;

use crate::scratch::{SIM_PATH, contents, on, scribble, sim};

/// Everything may be missing: a file that lost its members would not be noticed by the type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Value {
    name: String,
    count: u64,
}

fn value() -> Value {
    Value {
        name: "aé\\\"}".into(),
        count: 17,
    }
}

struct Case {
    layout: Layout,
    codec: Codec,
}

impl Case {
    fn options(&self) -> Options<Value> {
        Document::options()
            .layout(self.layout.clone())
            .compression(self.codec)
    }

    /// A disk with the document and, if so, a backup of the same state.
    fn disk(&self, with_backup: bool) -> SimFs {
        let fs = sim();
        let document = on(&fs, self.options());
        document.save(&value()).unwrap();
        if with_backup {
            document.backup().unwrap();
        }
        fs
    }
}

fn cases() -> Vec<Case> {
    let flat = Layout::Flat(FlatNames::default());
    let mut cases = Vec::new();
    for codec in [Codec::Plain, Codec::Gzip] {
        cases.push(Case {
            layout: Layout::Wrapped,
            codec,
        });
        cases.push(Case {
            layout: flat.clone(),
            codec,
        });
    }
    cases
}

/// The right value, or an error that says what the matter is; the file as it was.
fn never_a_wrong_value(document: &Document<Value>, fs: &SimFs, bytes: &[u8], what: &str) -> bool {
    let found = match document.load() {
        Ok(loaded) => {
            assert_eq!(loaded.expect(what).value, value(), "{what}");
            false
        }
        Err(error) => {
            assert!(
                matches!(error.kind(), ErrorKind::Damaged | ErrorKind::NewerFormat),
                "{what}: {error}"
            );
            assert_eq!(error.path(), Path::new(SIM_PATH));
            true
        }
    };
    assert_eq!(contents(fs, SIM_PATH), bytes, "{what}");
    found
}

#[test]
fn every_other_value_of_every_byte_is_found_or_harmless() {
    for case in cases() {
        let disk = case.disk(false);
        let mut bytes = contents(&disk, SIM_PATH);
        let mut found = 0;
        for at in 0..bytes.len() {
            // A machine has a limit of calls.
            let fs = disk.fork();
            let document = on(&fs, case.options().recovery(RecoveryPolicy::Fail));
            let right = bytes[at];
            for wrong in (0..=255).filter(|wrong| *wrong != right) {
                bytes[at] = wrong;
                scribble(&fs, SIM_PATH, &bytes);
                let what = format!("{:?} {:?} byte {at} is {wrong:#x}", case.layout, case.codec);
                found += usize::from(never_a_wrong_value(&document, &fs, &bytes, &what));
            }
            bytes[at] = right;
        }
        // In a plain file there is no byte that does not count; in gzip's header there are some.
        let all = bytes.len() * 255;
        match case.codec {
            Codec::Plain => assert_eq!(found, all),
            _ => assert!(found > all * 9 / 10),
        }
    }
}

#[test]
fn every_truncation_is_found() {
    for case in cases() {
        let fs = case.disk(false);
        let document = on(&fs, case.options().recovery(RecoveryPolicy::Fail));
        let bytes = contents(&fs, SIM_PATH);
        for len in 0..bytes.len() {
            scribble(&fs, SIM_PATH, &bytes[..len]);
            let what = format!("{:?} {:?} cut to {len}", case.layout, case.codec);
            assert!(
                never_a_wrong_value(&document, &fs, &bytes[..len], &what),
                "{what}"
            );
        }
    }
}

/// Loads a damaged document that has a backup of the same state.
fn comes_back(fs: &SimFs, document: &Document<Value>, damaged: &[u8], what: &str) {
    scribble(fs, SIM_PATH, damaged);
    let loaded = match document.load() {
        Err(error) if error.kind() == ErrorKind::NewerFormat => {
            assert_eq!(contents(fs, SIM_PATH), damaged, "{what}");
            return;
        }
        loaded => loaded.expect(what).expect(what),
    };
    assert_eq!(loaded.value, value(), "{what}");
    let Some(recovery) = loaded.recovery else {
        return;
    };
    assert!(matches!(recovery.source, Source::Backup(_)), "{what}");
    assert_eq!(recovery.repair, Repair::Done, "{what}");
    assert_eq!(
        contents(fs, recovery.quarantined.expect(what)),
        damaged,
        "{what}"
    );
    // Once is enough.
    let again = document.load().unwrap().unwrap();
    assert_eq!((again.value, again.recovery), (value(), None), "{what}");
}

#[test]
fn with_a_backup_the_right_value_comes_back_and_the_damaged_bytes_are_kept() {
    for case in cases() {
        let fs = case.disk(true);
        let bytes = contents(&fs, SIM_PATH);
        for at in 0..bytes.len() {
            for wrong in [bytes[at] ^ 1, bytes[at] ^ 0x80, 0, b' ', b'"'] {
                let fork = fs.fork();
                let mut damaged = bytes.clone();
                damaged[at] = wrong;
                let what = format!("{:?} {:?} byte {at} is {wrong:#x}", case.layout, case.codec);
                comes_back(&fork, &on(&fork, case.options()), &damaged, &what);
            }
        }
        for len in 0..bytes.len() {
            let fork = fs.fork();
            let what = format!("{:?} {:?} cut to {len}", case.layout, case.codec);
            comes_back(&fork, &on(&fork, case.options()), &bytes[..len], &what);
            assert!(
                names(&fork).iter().any(|name| name.contains(".damaged-")),
                "{what}"
            );
        }
    }
}

fn names(fs: &SimFs) -> Vec<String> {
    let names = fs.read_dir(Path::new("/state")).unwrap();
    names
        .into_iter()
        .map(|name| name.into_string().unwrap())
        .collect()
}

#[test]
fn damage_and_the_place_of_it_are_named() {
    let fs = sim();
    let document = on(&fs, Document::<Value>::options());
    document.save(&value()).unwrap();
    let good = String::from_utf8(contents(&fs, SIM_PATH)).unwrap();
    let broken = good.replace("\"count\": 17", "\"count\": x");
    for (text, expected) in [
        ("", "the file is empty"),
        ("\0\0\0", "the file holds NUL bytes only"),
        (&good.replace("17", "18"), "checksum mismatch"),
        (&broken, "not JSON: expected value at line 8, column 14"),
        (
            &good[..good.len() - 1],
            "not in its place at the end at line 10, column 3",
        ),
    ] {
        scribble(&fs, SIM_PATH, text.as_bytes());
        let error = document.load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged);
        let message = error.to_string();
        assert!(message.contains(expected), "{message}");
        assert!(
            message.starts_with(SIM_PATH) && message.contains("no backup is usable"),
            "{message}"
        );
        assert_eq!(contents(&fs, SIM_PATH), text.as_bytes());
    }
}
