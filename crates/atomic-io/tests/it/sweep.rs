//! Leftovers go when their writer is dead, and only then.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use atomic_io::{Durability, ErrorKind, OnDisk, Swept};
use crash_sim::{Device, Fault, SimFs};
use vfs::Fs;

use crate::simulated::{calls, machine, options, put, read, temps};

const LEFTOVER: &str = "/.f.0123456789abcdef.tmp";

fn sweep(fs: &SimFs) -> Swept {
    options(fs).sweep("/").unwrap()
}

/// A temporary file in every stage before publication, of a process that was killed.
fn killed_writer(machine: &SimFs) {
    let process = machine.process();
    let mut file = options(&process).create("/f").unwrap();
    file.write_all(b"half of it").unwrap();
    file.flush().unwrap();
    process.kill();
    drop(file);
}

#[test]
fn a_dead_writers_file_is_removed() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    killed_writer(&fs);
    let leftovers = temps(&fs, "/");
    assert_eq!(leftovers.len(), 1);
    let swept = sweep(&fs);
    assert_eq!(swept.removed, leftovers);
    assert!(swept.alive.is_empty() && swept.failed.is_empty());
    assert!(temps(&fs, "/").is_empty());
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
}

#[test]
fn a_living_writers_file_is_left_to_it_by_its_own_process_and_by_others() {
    let fs = machine();
    let mut file = options(&fs).create("/f").unwrap();
    for sweeper in [fs.clone(), fs.process()] {
        let swept = sweep(&sweeper);
        assert_eq!(swept.alive, temps(&fs, "/"));
        assert!(swept.removed.is_empty() && swept.failed.is_empty());
    }
    file.write_all(b"new").unwrap();
    file.commit().unwrap();
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
}

#[test]
fn on_the_real_file_system_too() {
    let dir = tempfile::tempdir().unwrap();
    let leftover = dir.path().join(".f.0123456789abcdef.tmp");
    std::fs::write(&leftover, "half").unwrap();
    let options = atomic_io::Options::new();
    let file = options.create(dir.path().join("f")).unwrap();
    let swept = options.sweep(dir.path()).unwrap();
    assert_eq!(swept.removed, [leftover]);
    assert_eq!(swept.alive.len(), 1);
    file.commit().unwrap();
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn other_names_and_other_things_are_not_touched() {
    let fs = machine();
    for name in [
        "/.f.tmp",
        "/f.tmp",
        "/.f.0123456789ABCDEF.tmp",
        "/.f.0123456789abcdef.tmp.bak",
    ] {
        put(&fs, name, b"", 0o644);
    }
    fs.create_dir("/.d.0123456789abcdef.tmp".as_ref()).unwrap();
    fs.symlink("/f.tmp".as_ref(), "/.l.0123456789abcdef.tmp".as_ref())
        .unwrap();
    let before = fs.read_dir("/".as_ref()).unwrap();
    let swept = sweep(&fs);
    assert!(
        swept.removed.is_empty() && swept.alive.is_empty() && swept.failed.is_empty(),
        "{swept:?}"
    );
    assert_eq!(fs.read_dir("/".as_ref()).unwrap(), before);
}

#[test]
fn a_second_name_of_a_published_file_goes_and_the_file_stays() {
    let fs = SimFs::new(Device::default().no_rename_no_replace());
    put(&fs, "/f", b"new", 0o644);
    fs.hard_link("/f".as_ref(), LEFTOVER.as_ref()).unwrap();
    assert_eq!(sweep(&fs).removed.len(), 1);
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
}

#[test]
fn what_can_not_be_proven_or_removed_is_reported_and_left() {
    for call in ["open", "try_lock", "file_metadata", "remove_file"] {
        let fs = machine();
        put(&fs, LEFTOVER, b"half", 0o644);
        let index = crate::simulated::index_of(&fs, call, 0, sweep);
        fs.inject(index, Fault::Io);
        let swept = sweep(&fs);
        assert_eq!(
            (swept.removed.len(), swept.alive.len(), swept.failed.len()),
            (0, 0, 1),
            "{call}"
        );
        assert_eq!(swept.failed[0].path(), std::path::Path::new(LEFTOVER));
        assert!(
            swept.failed[0].to_string().starts_with("can't sweep"),
            "{}",
            swept.failed[0]
        );
        assert_eq!(temps(&fs, "/").len(), 1);
    }
}

#[test]
fn a_removal_that_is_not_durable_is_in_doubt() {
    let fs = machine();
    put(&fs, LEFTOVER, b"half", 0o644);
    fs.inject(
        crate::simulated::index_of(&fs, "sync_dir", 0, sweep),
        Fault::Io,
    );
    let error = options(&fs).sweep("/").unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::SyncFailed, OnDisk::InDoubt)
    );
    assert!(
        error
            .to_string()
            .starts_with("can't sweep / (syncing it failed)"),
        "{error}"
    );
}

#[test]
fn one_sync_however_many_and_none_for_nothing() {
    let fs = machine();
    let syncs = |fs: &SimFs, durability| {
        let options = options(fs).durability(durability);
        let names = calls(fs, || options.sweep("/").unwrap());
        names.iter().filter(|name| name.starts_with("sync")).count()
    };
    assert_eq!(syncs(&fs, Durability::Durable), 0);
    let litter = |fs: &SimFs| {
        for name in ["/.a.0123456789abcdef.tmp", "/.b.0123456789abcdef.tmp"] {
            put(fs, name, b"", 0o644);
        }
    };
    litter(&fs);
    assert_eq!(syncs(&fs, Durability::Durable), 1);
    litter(&fs);
    assert_eq!(syncs(&fs, Durability::Atomic), 0);
    assert!(temps(&fs, "/").is_empty());
}

#[test]
fn a_directory_that_is_not_there_is_swept() {
    let fs = machine();
    assert!(options(&fs).sweep("/nowhere").unwrap().removed.is_empty());
    put(&fs, "/file", b"", 0o644);
    let error = options(&fs).sweep("/file").unwrap_err();
    assert_eq!(error.on_disk(), OnDisk::Unchanged);
}

/// Not a race to be won: whatever the order, every save succeeds and nothing is left.
#[test]
fn writers_and_sweeps_at_the_same_time_do_no_harm() {
    let dir = tempfile::tempdir().unwrap();
    let options = atomic_io::Options::new().durability(Durability::Atomic);
    let saving = AtomicUsize::new(2);
    std::thread::scope(|scope| {
        for name in ["a", "b"] {
            let (path, options, saving) = (dir.path().join(name), &options, &saving);
            scope.spawn(move || {
                let result = (0..500).try_for_each(|_| options.replace(&path, name).map(drop));
                saving.fetch_sub(1, Ordering::Relaxed);
                result.unwrap();
            });
        }
        for _ in 0..2 {
            let (dir, options, saving) = (dir.path(), &options, &saving);
            scope.spawn(move || {
                while saving.load(Ordering::Relaxed) > 0 {
                    let swept = options.sweep(dir).unwrap();
                    assert!(swept.failed.is_empty(), "{swept:?}");
                }
            });
        }
    });
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn a_preview_tells_what_would_go_and_removes_nothing() {
    let fs = machine();
    killed_writer(&fs);
    let alive = options(&fs).create("/g").unwrap();
    let preview = options(&fs).preview_sweep("/").unwrap();
    assert_eq!((preview.removed.len(), preview.alive.len()), (1, 1));
    assert_eq!(temps(&fs, "/").len(), 2);
    assert_eq!(sweep(&fs).removed, preview.removed);
    drop(alive);
}
