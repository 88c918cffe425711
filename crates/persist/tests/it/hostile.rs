//! Bad input and failures: no panic, a message that says what to do, the old state intact.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fs;

use crash_sim::{Device, Fault};
use persist::{
    DamageKind, Document, ErrorKind, FlatNames, Layout, OnDisk, Options, RecoveryPolicy, Repair,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vfs::Fs;

use crate::scratch::{SIM_PATH, Scratch, contents, on, scribble, sim, sim_on};

fn numbers() -> Options<Vec<u64>> {
    Document::options()
}

/// What loading the text as a foreign file says.
fn refusal<T>(text: &[u8]) -> persist::Error
where
    T: std::fmt::Debug + Serialize + for<'de> Deserialize<'de>,
{
    let scratch = Scratch::new();
    scratch.write("notes.json", text);
    let error = Options::<T>::without_default()
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

#[test]
fn a_full_disk() {
    let fs = sim_on(Device::default().capacity(16 * 1024));
    let document = on(&fs, numbers());
    document.save(&vec![1]).unwrap();
    let error = document.save(&vec![u64::MAX; 2000]).unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::StorageFull, OnDisk::Unchanged)
    );
    assert!(error.to_string().contains("free some space"), "{error}");
    assert!(error.source().is_some());
    assert_eq!(document.load_or_default().unwrap(), [1]);
    document.save(&vec![2]).unwrap();
    assert!(document.sweep().unwrap().is_empty(), "nothing is left over");
}

#[test]
fn a_disk_that_turns_read_only_at_any_call() {
    let fs = sim();
    on(&fs, numbers()).save(&vec![1]).unwrap();
    on(&fs, numbers()).save(&vec![2]).unwrap();
    let begin = fs.now();
    let calls = {
        let fork = fs.fork();
        on(&fork, numbers()).save(&vec![3]).unwrap();
        fork.now() - begin
    };
    let mut refused = 0;
    for call in 0..calls {
        let fork = fs.fork();
        fork.inject(begin + call, Fault::ReadOnly);
        let saved = on(&fork, numbers()).save(&vec![3]);
        let found = on(&fork, numbers()).load_or_default().unwrap();
        match saved {
            Ok(_) => assert_eq!(found, [3]),
            Err(error) if error.on_disk() == OnDisk::InDoubt => assert_eq!(found, [3]),
            Err(error) => {
                assert_eq!(found, [2], "{error}");
                refused += u32::from(error.kind() == ErrorKind::ReadOnly);
            }
        }
    }
    assert!(refused > 5, "{refused} of {calls}");
}

/// Root may do everything, so permissions are only worth looking at for others.
#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    if is_root() {
        // The simulator stands in below.
        return;
    }
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    scratch.write("notes.json", "?");
    fs::remove_file(scratch.at("notes.json.lock")).unwrap();
    fs::set_permissions(scratch.dir(), fs::Permissions::from_mode(0o555)).unwrap();
    let loaded = document.load();
    let saved = document.save(&vec![3]);
    fs::set_permissions(scratch.dir(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(saved.unwrap_err().kind(), ErrorKind::PermissionDenied);
    let loaded = loaded.unwrap().unwrap();
    assert_eq!(loaded.value, [1]);
    assert!(matches!(
        loaded.recovery.unwrap().repair,
        Repair::NotDone(_)
    ));
    assert_eq!(scratch.text("notes.json"), "?");
}

#[test]
fn no_permission() {
    let fs = sim();
    let document = on(&fs, numbers());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    // Reading the file: refused, and not taken for missing or damaged.
    let fork = fs.fork();
    fork.inject(fork.now() + 1, Fault::Denied);
    let error = on(&fork, numbers()).load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(
        error.to_string().contains("check the permissions"),
        "{error}"
    );
    // Locking a damaged one: its value is given, and nothing is written.
    scribble(&fs, SIM_PATH, b"?");
    fs.remove_file("/state/notes.json.lock".as_ref()).unwrap();
    let calls_before_the_lock = 8;
    let mut denied = 0;
    for call in 0..calls_before_the_lock {
        let fork = fs.fork();
        fork.inject(fork.now() + call, Fault::Denied);
        let Ok(Some(loaded)) = on(&fork, numbers()).load() else {
            continue;
        };
        assert_eq!(loaded.value, [1]);
        if let Repair::NotDone(reason) = &loaded.recovery.as_ref().unwrap().repair {
            denied += 1;
            assert!(!reason.is_empty());
            assert_eq!(loaded.revision, None);
            assert_eq!(contents(&fork, SIM_PATH), b"?");
        }
    }
    assert!(denied > 0);
}

#[test]
fn a_name_that_is_too_long() {
    let scratch = Scratch::new();
    for len in [251, 255, 300] {
        let document = numbers().at(scratch.at(&"n".repeat(len)));
        let error = document.save(&vec![1]).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::InvalidPath | ErrorKind::Io),
            "{len}: {error:?}"
        );
    }
    assert_eq!(scratch.names(), [""; 0]);
}

#[test]
fn a_directory_in_the_way() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path()).unwrap();
    let document = numbers()
        .recovery(RecoveryPolicy::RecoverOrDefault)
        .at(scratch.path());
    for error in [
        document.load().map(drop).unwrap_err(),
        document.save(&vec![1]).map(drop).unwrap_err(),
        document.update(|list| list.push(1)).unwrap_err(),
        document.overwrite(&vec![1]).map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidPath, "{error}");
        assert!(error.to_string().contains("choose another path"), "{error}");
    }
    let below = numbers().at(scratch.at("file/notes.json"));
    scratch.write("file", "[]");
    assert_eq!(below.load().unwrap_err().kind(), ErrorKind::InvalidPath);
    assert_eq!(
        below.save(&vec![1]).unwrap_err().kind(),
        ErrorKind::InvalidPath
    );
    for path in ["", "..", "/"] {
        assert_eq!(
            numbers().at(path).save(&vec![1]).unwrap_err().kind(),
            ErrorKind::InvalidPath,
            "{path:?}"
        );
    }
}

#[test]
fn a_file_in_the_way_of_the_backups() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    scratch.write("backups", "mine");
    let error = document.save(&vec![2]).unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::InvalidPath, OnDisk::Unchanged)
    );
    assert!(error.to_string().contains("backups"), "{error}");
    assert_eq!(document.load_or_default().unwrap(), [1]);
    assert_eq!(scratch.text("backups"), "mine");
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

#[test]
fn a_program_that_ignores_the_lock_is_noticed() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    let error = document
        .update(|list| {
            scratch.write("theirs", "[9]");
            fs::rename(scratch.at("theirs"), scratch.path()).unwrap();
            list.push(2);
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(scratch.names(), ["notes.json"]);
    assert_eq!(scratch.text("notes.json"), "[9]");
}
