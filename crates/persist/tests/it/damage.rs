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
    match recovery.source {
        Source::Backup(_) => {}
        // What the seal says is all there.
        Source::Salvage => assert!(recovery.lost.is_empty(), "{what}: {recovery}"),
        other => panic!("{what}: {other:?}"),
    }
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

/// How the value of a damaged document was found.
#[derive(Debug, Default)]
struct Ways {
    from_backup: usize,
    put_right: usize,
    refused: usize,
}

/// Loads a damaged document: the right value, or an error; the damaged bytes kept in any case.
fn right_or_refused(fs: &SimFs, document: &Document<Value>, what: &str, ways: &mut Ways) {
    let damaged = contents(fs, SIM_PATH);
    match document.load() {
        Ok(loaded) => {
            let loaded = loaded.expect(what);
            assert_eq!(loaded.value, value(), "{what}");
            match loaded.recovery {
                Some(recovery) if matches!(recovery.source, Source::Backup(_)) => {
                    ways.from_backup += 1;
                    assert_eq!(
                        contents(fs, recovery.quarantined.expect(what)),
                        damaged,
                        "{what}"
                    );
                }
                Some(recovery) => {
                    assert_eq!(recovery.source, Source::Salvage, "{what}: {recovery}");
                    ways.put_right += 1;
                    assert_eq!(
                        contents(fs, recovery.quarantined.expect(what)),
                        damaged,
                        "{what}"
                    );
                }
                // A hole that changed nothing.
                None => {}
            }
        }
        Err(error) => {
            let kinds = [ErrorKind::Damaged, ErrorKind::NewerFormat];
            assert!(kinds.contains(&error.kind()), "{what}: {error}");
            assert_eq!(contents(fs, SIM_PATH), damaged, "{what}");
            ways.refused += 1;
        }
    }
}

/// A byte, the end, or a sector of a file.
fn harms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut harms = Vec::new();
    for at in (0..bytes.len()).step_by(3) {
        let mut byte = bytes.to_vec();
        byte[at] ^= 1 << (at % 8);
        let mut hole = bytes.to_vec();
        let end = bytes.len().min(at + 512);
        hole[at..end].fill(0);
        harms.extend([byte, bytes[..at].to_vec(), hole]);
    }
    harms
}

/// Every byte, truncation and 512-byte hole, in the document, in its backup or in both.
#[test]
fn damage_in_the_document_the_backup_or_both_gives_the_right_value_or_an_error() {
    for case in cases() {
        let disk = case.disk(true);
        let bytes = contents(&disk, SIM_PATH);
        let backup = on(&disk, case.options()).backups().unwrap()[0]
            .path()
            .to_owned();
        let (mut primary, mut both) = (Ways::default(), Ways::default());
        for (number, harmed) in harms(&bytes).iter().enumerate() {
            let what = |which| format!("{:?} {:?} {which} {number}", case.layout, case.codec);
            let fork = disk.fork();
            scribble(&fork, SIM_PATH, harmed);
            let document = on(&fork, case.options());
            right_or_refused(&fork, &document, &what("document"), &mut primary);

            let fork = disk.fork();
            scribble(&fork, &backup, harmed);
            let loaded = on(&fork, case.options()).load().unwrap().unwrap();
            assert_eq!(
                (loaded.value, loaded.recovery),
                (value(), None),
                "{}",
                what("backup")
            );

            let fork = disk.fork();
            scribble(&fork, SIM_PATH, harmed);
            let other = harms(&bytes).swap_remove((number * 7) % (bytes.len() / 3));
            scribble(&fork, &backup, &other);
            let document = on(&fork, case.options());
            right_or_refused(&fork, &document, &what("both"), &mut both);
        }
        // Only a later format, which one flipped bit can make of this one, is refused.
        assert!(
            primary.from_backup > 0 && primary.refused < 4,
            "{primary:?}"
        );
        assert!(both.refused > both.put_right, "{both:?}");
    }
}
