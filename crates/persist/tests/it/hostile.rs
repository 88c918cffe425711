//! Bad input and failures: no panic, a message that says what to do, the old state intact.

use std::collections::BTreeMap;
use std::fs;

use persist::{DamageKind, Document, ErrorKind, FlatNames, Layout, Options, RecoveryPolicy};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::scratch::Scratch;

fn numbers() -> Options<Vec<u64>> {
    Document::options()
}

/// What loading the text as a foreign file says, nothing being done about it.
fn refusal<T>(text: &[u8]) -> persist::Error
where
    T: std::fmt::Debug + Serialize + for<'de> Deserialize<'de>,
{
    let scratch = Scratch::new();
    scratch.write("notes.json", text);
    let error = Options::<T>::without_default()
        .recovery(RecoveryPolicy::Fail)
        .at(scratch.path())
        .load()
        .unwrap_err();
    assert_eq!(scratch.files()["notes.json"], text);
    assert_eq!(error.path(), scratch.path());
    assert!(error.to_string().contains("notes.json"));
    error
}

fn damage(error: &persist::Error) -> DamageKind {
    error.damage().unwrap().kind
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let scratch = Scratch::new();
    let name = OsStr::from_bytes(b"no\xfftes\n.j\xfeson");
    let document = numbers().at(scratch.dir().join(name));
    for number in 1..=3 {
        document.save(&vec![number]).unwrap();
    }
    let backups = document.backups().unwrap();
    assert_eq!(backups.len(), 2);
    fs::write(scratch.dir().join(name), "").unwrap();
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.value, [2]);
    let report = serde_json::to_string(&loaded.recovery).unwrap();
    assert!(report.contains('\u{fffd}'));
    let kept = loaded.recovery.unwrap().quarantined.unwrap();
    assert!(
        kept.as_os_str()
            .as_bytes()
            .windows(name.len())
            .any(|part| part == name.as_bytes())
    );
    document.restore(&backups[1]).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [1]);
}

#[test]
fn an_empty_file_and_one_of_nul_bytes() {
    assert_eq!(damage(&refusal::<Vec<u64>>(b"")), DamageKind::Empty);
    assert_eq!(
        damage(&refusal::<Vec<u64>>(&[0; 4096])),
        DamageKind::NulFilled
    );
    assert_eq!(
        damage(&refusal::<Vec<u64>>(b"[1]\0\0\0\0")),
        DamageKind::NotJson
    );
    assert_eq!(damage(&refusal::<Vec<u64>>(b" \n")), DamageKind::NotJson);
}

#[test]
fn bytes_that_are_not_text() {
    let error = refusal::<Vec<String>>(b"[\"a\",\n\"\xff\"]");
    assert_eq!(damage(&error), DamageKind::NotText);
    let position = error.position().unwrap();
    assert_eq!((position.offset, position.line, position.column), (7, 2, 2));
    // UTF-16, as some editors save it.
    assert_eq!(
        damage(&refusal::<Value>(b"\xff\xfe[\0]\0")),
        DamageKind::NotText
    );
}

#[test]
fn huge_numbers() {
    for (text, kind) in [
        ("[18446744073709551616]", DamageKind::Type),
        ("[1e999999999999999999]", DamageKind::Type),
        ("[-1]", DamageKind::Type),
        ("[0x10]", DamageKind::NotJson),
        ("[Infinity]", DamageKind::NotJson),
    ] {
        assert_eq!(
            damage(&refusal::<Vec<u64>>(text.as_bytes())),
            kind,
            "{text}"
        );
    }
    let digits = format!("[{}]", "9".repeat(1 << 20));
    assert_eq!(
        damage(&refusal::<Vec<u64>>(digits.as_bytes())),
        DamageKind::Type
    );
    let flat = Scratch::new();
    flat.write(
        "notes.json",
        r#"{"revision": 18446744073709551616, "n": 1}"#,
    );
    let document = Document::<Value>::options()
        .layout(Layout::Flat(FlatNames::default()))
        .at(flat.path());
    assert_eq!(document.load().unwrap_err().kind(), ErrorKind::Damaged);
}

#[test]
fn the_last_revision_there_can_be() {
    let scratch = Scratch::new();
    let text = format!(
        r#"{{"revision": {}, "updated": "9999-12-31T23:59:59.999Z", "n": 1}}"#,
        u64::MAX
    );
    scratch.write("notes.json", text);
    let names = FlatNames::default();
    let document = Document::<Value>::options()
        .layout(Layout::Flat(names))
        .at(scratch.path());
    for n in 2..5 {
        document.update(|value| value["n"] = n.into()).unwrap();
    }
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.revision.unwrap().number(), Some(u64::MAX));
    assert_eq!(document.backups().unwrap().len(), 3);
}

#[test]
fn deep_nesting() {
    for depth in [200, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let error = refusal::<Value>(text.as_bytes());
            assert_eq!(damage(&error), DamageKind::Type, "{depth}");
            assert!(error.to_string().contains("recursion limit"), "{error}");
            let cut = refusal::<Value>(open.repeat(depth).as_bytes());
            assert_eq!(damage(&cut), DamageKind::NotJson);
        }
    }
    // What can't be read is not written.
    let mut value = Value::from(1);
    for _ in 0..200 {
        value = Value::from(vec![value]);
    }
    let scratch = Scratch::new();
    let error = Document::<Value>::at(scratch.path())
        .save(&value)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
}

#[test]
fn duplicate_keys() {
    #[derive(Debug, Default, Serialize, Deserialize)]
    struct Known {
        a: u8,
    }
    assert_eq!(
        damage(&refusal::<Known>(br#"{"a": 1, "a": 2}"#)),
        DamageKind::Type
    );
    let flat = Scratch::new();
    flat.write("notes.json", r#"{"version": 1, "a": 1, "versio\u006e": 1}"#);
    let document = Document::<BTreeMap<String, u8>>::options()
        .layout(Layout::Flat(FlatNames::default()))
        .at(flat.path());
    assert_eq!(damage(&document.load().unwrap_err()), DamageKind::Envelope);
}

#[test]
fn compressed_bombs_and_ruins() {
    let zip = |text: &[u8]| {
        compress::Codec::Gzip
            .encode(text, compress::Level::Fast)
            .unwrap()
    };
    let scratch = Scratch::new();
    scratch.write("notes.json", zip(&vec![b' '; 64 << 20]));
    let error = numbers()
        .size_limit(1 << 20)
        .at(scratch.path())
        .load()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let whole = zip(b"[1, 2, 3]");
    for len in 1..whole.len() {
        assert_eq!(
            damage(&refusal::<Vec<u64>>(&whole[..len])),
            DamageKind::Compression,
            "{len}"
        );
    }
    assert_eq!(
        damage(&refusal::<Vec<u64>>(&[&whole[..], b"x"].concat())),
        DamageKind::Compression
    );
    // Wrapped twice is not looked into twice.
    assert_eq!(
        damage(&refusal::<Vec<u64>>(&zip(&whole))),
        DamageKind::NotText
    );
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_document_and_everything_beside_it() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::new();
    fs::create_dir(scratch.at("real")).unwrap();
    symlink("real/state.json", scratch.at("middle")).unwrap();
    symlink("middle", scratch.path()).unwrap();
    let linked = numbers().at(scratch.path());
    let direct = numbers().at(scratch.at("real/state.json"));
    linked.save(&vec![1]).unwrap();
    direct.update(|list| list.push(2)).unwrap();
    linked.update(|list| list.push(3)).unwrap();
    assert_eq!(direct.load_or_default().unwrap(), [1, 2, 3]);
    assert!(fs::symlink_metadata(scratch.path()).unwrap().is_symlink());
    assert_eq!(direct.backups().unwrap(), linked.backups().unwrap());
    assert_eq!(scratch.named("real/backups/").len(), 2);
    assert_eq!(scratch.named("backups/").len(), 0);

    symlink("loop", scratch.at("loop")).unwrap();
    assert_eq!(
        numbers().at(scratch.at("loop")).load().unwrap_err().kind(),
        ErrorKind::InvalidPath
    );
}
