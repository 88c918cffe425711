//! What others do between two calls, and systems whose locks are none.

use std::path::Path;

use crash_sim::{Device, Fault, Locking, SimFs};
use lock::{Error, ErrorKind, Options, Status, Support, Wait};
use vfs::{Fs, LockKind, OpenOptions};

use crate::faults::{NOTES, calls_until, machine};

const LOCK_FILE: &str = "/notes.json.lock";

#[test]
fn a_lock_file_that_is_removed_before_it_is_locked_is_made_anew() {
    let (fs, options) = machine();
    let at = calls_until(&fs, "try_lock", |options| {
        drop(options.exclusive(NOTES).unwrap());
    });
    fs.meanwhile(fs.now() + at, |other| {
        other.remove_file(Path::new(LOCK_FILE)).unwrap();
    });
    let lock = options.exclusive(NOTES).unwrap();
    lock.verify().unwrap();
    assert_eq!(
        options.exclusive(NOTES).unwrap_err().kind(),
        ErrorKind::Busy
    );
}

#[test]
fn where_there_are_no_locks_nothing_is_locked() {
    let fs = SimFs::new(Device::default().locking(Locking::Unsupported));
    let options = Options::new().fs(fs.shared());
    let error = options.exclusive(NOTES).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.path(), Path::new(NOTES));
    assert_eq!(error.holder(), None);
    assert!(error.to_string().contains("keep it on a local disk"));
    let support = options.probe("/").unwrap();
    assert!(matches!(support, Support::Unsupported(_)), "{support:?}");
}

#[test]
fn every_error_names_what_was_to_be_locked() {
    let (fs, options) = machine();
    let shared = options.shared(NOTES).unwrap();
    let not_exclusive = shared.token().unwrap_err();
    assert_eq!(not_exclusive.kind(), ErrorKind::NotExclusive);
    drop(shared);

    let lock = options.exclusive(NOTES).unwrap();
    fs.remove_file(Path::new(LOCK_FILE)).unwrap();
    let lost = lock.verify().unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::Lost);
    drop(lock);

    let file = fs
        .open(Path::new(LOCK_FILE), &OpenOptions::create_new())
        .unwrap();
    file.write_all_at(&[7; 4 * 4096], 0).unwrap();
    let token_lost = options.exclusive(NOTES).unwrap().token().unwrap_err();
    assert_eq!(token_lost.kind(), ErrorKind::TokenLost);
    for error in [not_exclusive, lost, token_lost] {
        assert_eq!(error.path(), Path::new(NOTES));
        assert!(error.to_string().contains(NOTES), "{error}");
    }
}

#[test]
fn a_probe_notices_locks_that_keep_nobody_out() {
    let fs = SimFs::new(Device::default().locking(Locking::Ignored));
    let support = Options::new().fs(fs.shared()).probe("/").unwrap();
    assert!(matches!(support, Support::Ignored), "{support:?}");
    assert!(fs.read_dir(Path::new("/")).unwrap().is_empty());
}

#[test]
fn a_probe_of_which_somebody_takes_the_scratch_file_is_no_answer() {
    let fs = SimFs::new(Device::default());
    let options = Options::new().fs(fs.shared());
    let at = calls_until(&fs, "try_lock", |options| {
        options.probe("/").unwrap();
    });
    fs.meanwhile(fs.now() + at, |other| {
        let name = other.read_dir(Path::new("/")).unwrap().remove(0);
        let path = Path::new("/").join(name);
        let file = other.open(&path, &OpenOptions::read_write()).unwrap();
        assert!(file.try_lock(LockKind::Exclusive).unwrap());
        // Kept until the other process ends.
        std::mem::forget(file);
    });
    let support = options.probe("/").unwrap();
    assert!(matches!(support, Support::Unsupported(_)), "{support:?}");
}

#[test]
fn a_probe_that_finds_no_free_name_says_so() {
    let fs = SimFs::new(Device::default());
    for number in 0..100 {
        let name = format!("/.probe-{}-{number}.lock", std::process::id());
        fs.open(Path::new(&name), &OpenOptions::create_new())
            .unwrap();
    }
    let error = Options::new().fs(fs.shared()).probe("/").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(fs.read_dir(Path::new("/")).unwrap().len(), 100);
}

#[test]
fn the_status_needs_no_right_to_write() {
    let (fs, options) = machine();
    fs.inject(fs.now(), Fault::Denied);
    assert_eq!(options.status(NOTES).unwrap(), Status::Free);
}

#[test]
fn a_turn_whose_lock_file_can_not_be_looked_at_does_not_say_that_all_is_well() {
    let (fs, options) = machine();
    let mut file = options.wait(Wait::Never).open(NOTES).unwrap();
    let turn = file.exclusive().unwrap();
    fs.inject(fs.now(), Fault::Io);
    let error = turn.verify().unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
    turn.verify().unwrap();
}

#[test]
fn a_token_is_shown_as_its_number() {
    let (_fs, options) = machine();
    let token = options.exclusive(NOTES).unwrap().token().unwrap();
    assert_eq!(token.to_string(), token.get().to_string());
}
