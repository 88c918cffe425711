//! Disks, folders and other programs that stand in the way: an error that says what to do, the old state intact.

use std::error::Error as _;
use std::fs;

use crash_sim::{Device, Fault};
use persist::{Backups, Document, ErrorKind, OnDisk, Options, RecoveryPolicy, Repair};
use vfs::Fs;

use crate::scratch::{SIM_PATH, Scratch, contents, on, scribble, sim, sim_on};

fn numbers() -> Options<Vec<u64>> {
    Document::options()
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
    let calls_before_the_lock = 12;
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

#[test]
fn what_can_be_found_in_spite_of_that_is_used() {
    let scratch = Scratch::new();
    let single = numbers().backups(Backups::Single).at(scratch.path());
    single.save(&vec![1]).unwrap();
    single.save(&vec![2]).unwrap();
    scratch.write("backups", "mine");
    scratch.write("notes.json", "?");
    let recovery = numbers()
        .at(scratch.path())
        .load()
        .unwrap()
        .unwrap()
        .recovery
        .unwrap();
    assert_eq!(recovery.repair, Repair::Done);

    // And where it can't be listed now: the value is given, and nothing is written.
    let fs = sim();
    let single = on(&fs, numbers().backups(Backups::Single));
    single.save(&vec![1]).unwrap();
    single.save(&vec![2]).unwrap();
    scribble(&fs, SIM_PATH, b"?");
    let begin = fs.now();
    let fork = fs.fork();
    on(&fork, numbers()).load().unwrap();
    let names = (0..).zip(fork.trace().names().collect::<Vec<_>>());
    let listings = names.filter(|(index, name)| *index >= begin && *name == "read_dir");
    let mut failed = 0;
    for (index, _) in listings {
        let fork = fs.fork();
        fork.inject(index, Fault::Io);
        let loaded = on(&fork, numbers()).load().unwrap().unwrap();
        assert_eq!(loaded.value, [1]);
        let repair = loaded.recovery.unwrap().repair;
        assert!(matches!(repair, Repair::NotDone(_)), "{repair:?}");
        assert_eq!(contents(&fork, SIM_PATH), b"?");
        failed += 1;
    }
    assert!(failed >= 2, "the folder, and what is beside the document");
}

/// Another disk, as a rule; here the same one.
#[cfg(unix)]
#[test]
fn a_folder_of_backups_that_is_a_link() {
    let scratch = Scratch::new();
    let document = numbers().backups(Backups::newest(2)).at(scratch.path());
    document.save(&vec![1]).unwrap();
    std::os::unix::fs::symlink("elsewhere", scratch.at("backups")).unwrap();
    let error = document.save(&vec![2]).unwrap_err();
    assert_eq!(error.on_disk(), OnDisk::Unchanged);
    assert!(error.to_string().contains("backups"), "{error}");

    fs::create_dir(scratch.at("elsewhere")).unwrap();
    for number in 2..=5 {
        document.save(&vec![number]).unwrap();
    }
    assert_eq!(scratch.named("elsewhere").len(), 2);
    assert_eq!(document.backups().unwrap().len(), 2);
    document.pin(&document.backups().unwrap()[1]).unwrap();
    document.save(&vec![6]).unwrap();
    assert_eq!(scratch.named("elsewhere").len(), 3);
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
