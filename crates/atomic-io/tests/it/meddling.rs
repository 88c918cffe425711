//! What other programs do between two calls, and errors that only come one after another.

use std::path::{Path, PathBuf};

use atomic_io::{
    ErrorKind, Existing, Identical, OnDisk, Options, Outcome, Recovered, Retry, Symlinks,
};
use crash_sim::{Device, Fault, Locking, SimFs};
use vfs::{Fs, LockKind, OpenOptions};

use crate::simulated::{index_of, machine, options, put, read, temps};

fn mounted() -> SimFs {
    let fs = SimFs::new(Device::default().mount_point("/f"));
    put(&fs, "/f", b"old", 0o640);
    fs
}

fn at_once(fs: &SimFs) -> Options {
    options(fs).retry(Retry::Never)
}

/// Where the journal of `/f` is.
fn journal(fs: &SimFs) -> PathBuf {
    let id = fs.metadata(Path::new("/f")).unwrap().id.unwrap();
    PathBuf::from(format!("/.f.{:016x}.journal", id.inode))
}

/// Another program does this before the `nth` call of this name that `save` makes.
fn meanwhile(
    fs: &SimFs,
    (name, nth): (&str, usize),
    save: impl FnOnce(&SimFs),
    act: impl FnOnce(&SimFs) + Send + 'static,
) {
    fs.meanwhile(index_of(fs, name, nth, save), act);
}

#[test]
fn a_journal_that_another_writer_has_just_made_is_his() {
    let fs = mounted();
    let path = journal(&fs);
    let save = |fs: &SimFs| at_once(fs).replace("/f", "new").map(drop);
    meanwhile(
        &fs,
        ("rename_no_replace", 0),
        |fs| save(fs).unwrap(),
        move |other| {
            put(other, &path, b"his", 0o640);
            let file = other.open(&path, &OpenOptions::read_write()).unwrap();
            assert!(file.try_lock(LockKind::Exclusive).unwrap());
            std::mem::forget(file);
        },
    );
    // Also when it is there from the start.
    for _ in 0..2 {
        let error = save(&fs).unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (ErrorKind::Busy, OnDisk::Unchanged)
        );
        assert!(
            error
                .to_string()
                .contains("another process is writing it in place")
        );
        assert_eq!(read(&fs, "/f").unwrap(), b"old");
    }
}

#[test]
fn a_journal_whose_rename_was_done_although_it_failed_is_used() {
    let fs = mounted();
    let path = journal(&fs);
    let save = |fs: &SimFs| at_once(fs).replace("/f", "new").map(drop);
    meanwhile(
        &fs,
        ("rename_no_replace", 0),
        |fs| save(fs).unwrap(),
        move |other| {
            let temp = temps(other, "/").remove(0);
            other.rename(&temp, &path).unwrap();
        },
    );
    save(&fs).unwrap();
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
    assert_eq!(fs.read_dir(Path::new("/")).unwrap(), ["f"]);
}

#[test]
fn without_locks_nobody_finishes_what_another_may_be_writing() {
    let device = Device::default().locking(Locking::Unsupported);
    let fs = SimFs::new(device);
    put(&fs, "/f", b"old", 0o640);
    put(&fs, journal(&fs), b"new", 0o640);
    assert_eq!(at_once(&fs).recover("/f").unwrap(), Recovered::Alive);
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
}

#[test]
fn a_journal_that_can_not_be_locked_is_no_file_without_one() {
    let fs = machine();
    put(&fs, "/f", b"half", 0o640);
    put(&fs, journal(&fs), b"new", 0o640);
    let recover = |fs: &SimFs| at_once(fs).recover("/f");
    fs.inject(
        index_of(&fs, "try_lock", 0, |fs| recover(fs).unwrap()),
        Fault::Io,
    );
    let error = recover(&fs).unwrap_err();
    assert_eq!(error.on_disk(), OnDisk::Journaled);
    assert_eq!(recover(&fs).unwrap(), Recovered::Finished);
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
}

#[test]
fn a_journal_whose_writer_ends_meanwhile_is_left_to_him() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o640);
    let path = journal(&fs);
    put(&fs, &path, b"new", 0o640);
    let recover = |fs: &SimFs| at_once(fs).recover("/f");
    let act = move |other: &SimFs| other.remove_file(&path).unwrap();
    meanwhile(&fs, ("try_lock", 0), |fs| drop(recover(fs)), act);
    assert_eq!(recover(&fs).unwrap(), Recovered::Nothing);
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
}

#[test]
fn a_journal_is_never_written_into_another_file() {
    let recover = |fs: &SimFs| at_once(fs).recover("/f");
    let fresh = || {
        let fs = machine();
        put(&fs, "/f", b"old", 0o640);
        put(&fs, journal(&fs), b"new", 0o640);
        fs
    };
    let begin = fresh().now();
    let calls = {
        let fs = fresh();
        recover(&fs).unwrap();
        fs.now() - begin
    };
    let mut refused = 0;
    for call in 0..calls {
        let fs = fresh();
        fs.meanwhile(begin + call, |other| {
            put(other, "/g", b"another", 0o640);
            other.rename(Path::new("/g"), Path::new("/f")).unwrap();
        });
        refused += u32::from(recover(&fs).is_err());
        assert_eq!(read(&fs, "/f").unwrap(), b"another", "call {call}");
    }
    assert!(refused > 0);
}

#[test]
fn a_file_that_is_not_there_is_not_half_written() {
    let fs = machine();
    assert!(!options(&fs).is_half_written("/f").unwrap());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f");
    assert_eq!(atomic_io::recover(&path).unwrap(), Recovered::Nothing);
}

#[test]
fn content_that_is_cut_while_it_is_compared_is_written() {
    let fs = machine();
    put(&fs, "/f", b"same", 0o644);
    let save = |fs: &SimFs| options(fs).identical(Identical::Skip).replace("/f", "same");
    meanwhile(
        &fs,
        ("size", 0),
        |fs| drop(save(fs)),
        |other| {
            let file = other.open(Path::new("/f"), &OpenOptions::read_write());
            file.unwrap().set_size(1).unwrap();
        },
    );
    assert_eq!(save(&fs).unwrap(), Outcome::Written);
    assert_eq!(read(&fs, "/f").unwrap(), b"same");
}

#[test]
fn neither_owner_nor_group_can_be_given() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let file = fs
        .open(Path::new("/f"), &OpenOptions::read_write())
        .unwrap();
    file.set_owner(7, 7).unwrap();
    let save = |fs: &SimFs| at_once(fs).replace("/f", "new").map(drop);
    let first = index_of(&fs, "set_owner", 0, |fs| save(fs).unwrap());
    fs.inject(first, Fault::Denied);
    fs.inject(first + 1, Fault::Io);
    let error = save(&fs).unwrap_err();
    assert_eq!(error.on_disk(), OnDisk::Unchanged);
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
}

#[test]
fn what_is_prepared_says_for_which_file() {
    let fs = machine();
    let mut file = options(&fs)
        .existing(Existing::NoClobber)
        .create("/f")
        .unwrap();
    std::io::Write::write_all(&mut file, b"new").unwrap();
    let prepared = file.prepare().unwrap();
    assert_eq!(prepared.path(), Path::new("/f"));
    prepared.commit().unwrap();
}

#[test]
fn what_is_refused_is_invalid_input_to_who_knows_io_errors_only() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    fs.symlink(Path::new("f"), Path::new("/link")).unwrap();
    let refused = options(&fs)
        .symlinks(Symlinks::Refuse)
        .replace("/link", "new");
    let error = std::io::Error::from(refused.unwrap_err());
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}
