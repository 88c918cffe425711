//! Taking, holding and releasing.

use std::io;
use std::time::{Duration, UNIX_EPOCH};

use lock::{Error, ErrorKind, Lock, Options, Wait, holder};

use crate::{impatient, notes};

#[test]
fn s1_61_lock_acquisition() {
    let (dir, notes) = notes();
    let lock = Lock::exclusive(&notes).unwrap();
    assert_eq!(lock.path(), dir.path().join("notes.json.lock"));
    assert!(!notes.exists(), "locking does not create what it protects");
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
}

#[test]
fn s1_62_lock_release() {
    let (_dir, notes) = notes();
    Lock::exclusive(&notes).unwrap().release().unwrap();
    drop(impatient().exclusive(&notes).unwrap());
    drop(impatient().shared(&notes).unwrap());
    impatient().exclusive(&notes).unwrap().release().unwrap();
}

#[test]
fn s1_34_a_lock_is_released_on_every_way_out() {
    let (_dir, notes) = notes();
    let fails = || -> io::Result<()> {
        let _lock = Lock::exclusive(&notes).unwrap();
        Err(io::Error::other("the work failed"))
    };
    fails().unwrap_err();
    drop(impatient().exclusive(&notes).unwrap());

    let panics = std::thread::scope(|threads| {
        let thread = threads.spawn(|| {
            let _lock = Lock::exclusive(&notes).unwrap();
            std::panic::resume_unwind(Box::new("the work panicked"));
        });
        thread.join()
    });
    panics.unwrap_err();
    drop(impatient().exclusive(&notes).unwrap());
}

#[test]
fn s1_63_concurrent_access_is_blocked() {
    let (_dir, notes) = notes();
    let writer = impatient().exclusive(&notes).unwrap();
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
    assert_eq!(
        impatient().shared(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
    drop(writer);

    let readers = [
        impatient().shared(&notes).unwrap(),
        impatient().shared(&notes).unwrap(),
    ];
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
    let [first, second] = readers;
    drop(first);
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
    drop(second);
    drop(impatient().exclusive(&notes).unwrap());
}

#[test]
fn s1_64_lock_timeout_behaviour() {
    let (_dir, notes) = notes();
    let held = Lock::exclusive(&notes).unwrap();
    for patience in [
        Duration::ZERO,
        Duration::from_micros(1),
        Duration::from_millis(20),
    ] {
        let patient = Options::new().wait(Wait::UpTo(patience));
        let error = patient.exclusive(&notes).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(error.path(), notes);
        assert_eq!(
            patient.shared(&notes).unwrap_err().kind(),
            ErrorKind::TimedOut
        );
    }
    drop(held);
    let patient = Options::new().wait(Wait::UpTo(Duration::ZERO));
    drop(patient.exclusive(&notes).unwrap());
    drop(
        Options::new()
            .wait(Wait::UpTo(Duration::MAX))
            .shared(&notes)
            .unwrap(),
    );
}

#[test]
fn d12_asking_for_what_one_holds_ends_with_a_message_that_says_so() {
    let (_dir, notes) = notes();
    let _outer = Lock::exclusive(&notes).unwrap();
    let inner = Options::new()
        .wait(Wait::UpTo(Duration::from_millis(1)))
        .exclusive(&notes);
    assert!(inner.unwrap_err().to_string().contains("(this process)"));
}

#[test]
fn a_reader_may_read_again_while_a_writer_waits() {
    let (_dir, notes) = notes();
    let outer = Lock::shared(&notes).unwrap();
    std::thread::scope(|threads| {
        let writer = threads.spawn(|| drop(Lock::exclusive(&notes).unwrap()));
        // However far the writer has come, this does not stand behind it.
        for _ in 0..1000 {
            drop(Lock::shared(&notes).unwrap());
        }
        drop(outer);
        writer.join().unwrap();
    });
}

#[test]
fn s3_43_the_message_names_the_holder() {
    let (_dir, notes) = notes();
    let clock = || UNIX_EPOCH + Duration::from_millis(1_795_144_232_901);
    let lock = Options::new().clock(clock).exclusive(&notes).unwrap();

    let error = impatient().exclusive(&notes).unwrap_err();
    let named = error.holder().unwrap();
    assert_eq!(named.pid(), std::process::id());
    assert_eq!(named.since(), clock());
    assert_eq!(
        error.to_string(),
        format!(
            "{} is in use by process {} (this process) on host {} since 2026-11-20T03:10:32Z; \
             try again later, or wait for it",
            notes.display(),
            named.pid(),
            named.host()
        )
    );
    assert_eq!(holder(&notes).as_ref(), Some(named));
    drop(lock);
    assert_eq!(holder(&notes), None);
}

#[test]
fn readers_are_not_mistaken_for_a_writer_that_is_gone() {
    let (_dir, notes) = notes();
    let lock_file = notes.with_file_name("notes.json.lock");
    let writer = Lock::exclusive(&notes).unwrap();
    let line = std::fs::read(&lock_file).unwrap();
    drop(writer);
    std::fs::write(&lock_file, line).unwrap(); // as a killed writer leaves it
    assert!(holder(&notes).is_some());

    let _reader = Lock::shared(&notes).unwrap();
    let error = impatient().exclusive(&notes).unwrap_err();
    assert!(matches!(error, Error::Busy { holder: None, .. }), "{error}");
    assert!(error.to_string().contains("in use by another process"));
}

fn may_be_shared_with_other_threads<T: Send + Sync + 'static>() {}

#[test]
fn errors_stay_small_enough_to_return() {
    assert!(size_of::<Error>() <= 64);
    may_be_shared_with_other_threads::<Lock>();
    may_be_shared_with_other_threads::<Error>();
}
