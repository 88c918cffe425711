//! Single calls that fail. All of them, in all places, are in `crash`.

use std::path::Path;

use crash_sim::{Device, Fault, SimFs};
use lock::{Error, ErrorKind, Options, Wait};
use vfs::Fs;

pub(crate) const NOTES: &str = "/notes.json";

pub(crate) fn machine() -> (SimFs, Options) {
    let fs = SimFs::new(Device::default());
    let options = Options::new().fs(fs.shared()).wait(Wait::Never);
    options.exclusive(NOTES).unwrap().token().unwrap();
    (fs, options)
}

/// How many calls `work` makes before the first of this name.
pub(crate) fn calls_until(fs: &SimFs, name: &str, work: impl FnOnce(Options)) -> u64 {
    let trial = fs.fork();
    let before = trial.now();
    work(Options::new().fs(trial.shared()).wait(Wait::Never));
    let trace = trial.trace().to_string();
    let calls = trace.lines().filter(|line| line.contains(" p"));
    let mut calls = calls.skip(usize::try_from(before).unwrap());
    u64::try_from(calls.position(|call| call.contains(name)).unwrap()).unwrap()
}

#[test]
fn who_may_not_write_can_share_but_not_own() {
    for fault in [Fault::Denied, Fault::ReadOnly] {
        let (fs, options) = machine();
        fs.inject(fs.now(), fault);
        let reader = options.shared(NOTES).unwrap();
        assert_eq!(
            options.exclusive(NOTES).unwrap_err().kind(),
            ErrorKind::Busy
        );
        drop(reader);

        fs.inject(fs.now(), fault);
        let error = options.exclusive(NOTES).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied);
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn on_a_read_only_disk_a_lock_file_that_is_missing_is_denied() {
    let fs = SimFs::new(Device::default().read_only());
    let options = Options::new().fs(fs.shared());
    assert_eq!(options.shared(NOTES).unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(
        options.exclusive(NOTES).unwrap_err().kind(),
        ErrorKind::Denied
    );
}

#[test]
fn asking_for_a_lock_goes_on_after_a_signal() {
    let (fs, options) = machine();
    let at = calls_until(&fs, "try_lock", |options| {
        drop(options.exclusive(NOTES).unwrap());
    });
    fs.inject(fs.now() + at, Fault::Interrupted);
    drop(options.exclusive(NOTES).unwrap());
}

#[test]
fn a_full_disk_still_locks() {
    let (fs, options) = machine();
    let at = calls_until(&fs, "write_at", |options| {
        drop(options.exclusive(NOTES).unwrap());
    });
    fs.inject(fs.now() + at, Fault::NoSpace);
    let _lock = options.exclusive(NOTES).unwrap();
    let error = options.exclusive(NOTES).unwrap_err();
    assert!(matches!(error, Error::Busy { holder: None, .. }), "{error}");
}

#[test]
fn after_a_failed_sync_the_holder_has_no_token_and_the_next_one_has_a_greater_number() {
    let (fs, options) = machine();
    let at = calls_until(&fs, "sync", |options| {
        options.exclusive(NOTES).unwrap().token().unwrap();
    });
    fs.inject(fs.now() + at, Fault::Io);
    let lock = options.exclusive(NOTES).unwrap();
    let error = lock.token().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.path(), Path::new(NOTES));

    let error = lock.token().unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("take it again"), "{source}");
    drop(lock);
    // 1 was handed out, 2 is uncertain, 3 makes the file sure.
    assert_eq!(options.exclusive(NOTES).unwrap().token().unwrap().get(), 4);
}

#[test]
fn a_lock_file_whose_name_can_not_be_made_durable_is_taken_back() {
    let fs = SimFs::new(Device::default());
    let options = Options::new().fs(fs.shared());
    let at = calls_until(&fs, "sync_dir", |options| {
        drop(options.exclusive(NOTES).unwrap());
    });
    fs.inject(fs.now() + at, Fault::Io);
    assert_eq!(options.exclusive(NOTES).unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(fs.read_dir(Path::new("/")).unwrap().len(), 0);
    drop(options.exclusive(NOTES).unwrap());
}
