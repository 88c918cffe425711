//! A lock file that stays open: as exclusive as any lock, and two calls a turn.

use std::time::Duration;

use crash_sim::{Device, SimFs};
use lock::{ErrorKind, Lock, LockFile, Options, Wait};

use crate::{impatient, notes};

#[test]
fn a_turn_is_one_call_to_lock_and_one_to_unlock() {
    let fs = SimFs::new(Device::default());
    let mut file = Options::new().fs(fs.shared()).open("/notes.json").unwrap();
    let before = fs.now();
    for _ in 0..100 {
        drop(file.exclusive().unwrap());
    }
    assert_eq!(fs.now() - before, 200, "{}", fs.trace());
}

#[test]
fn turns_exclude_each_other_and_every_lock_of_the_name() {
    let (_dir, notes) = notes();
    let (mut one, mut other) = (
        impatient().open(&notes).unwrap(),
        impatient().open(&notes).unwrap(),
    );
    let turn = one.exclusive().unwrap();
    for error in [
        other.exclusive().unwrap_err(),
        other.shared().unwrap_err(),
        impatient().exclusive(&notes).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Busy);
    }
    drop(turn);
    let lock = Lock::exclusive(&notes).unwrap();
    assert_eq!(one.exclusive().unwrap_err().kind(), ErrorKind::Busy);
    drop(lock);

    let readers = (one.shared().unwrap(), other.shared().unwrap());
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
    drop(readers);
    drop(one.exclusive().unwrap());
    drop(other.exclusive().unwrap());
}

#[test]
fn a_turn_is_waited_for_as_long_as_was_said() {
    let (_dir, notes) = notes();
    let soon = Options::new().wait(Wait::UpTo(Duration::from_millis(5)));
    let mut patient = soon.open(&notes).unwrap();
    let lock = Lock::exclusive(&notes).unwrap();
    assert_eq!(patient.exclusive().unwrap_err().kind(), ErrorKind::TimedOut);
    drop(lock);
    drop(patient.exclusive().unwrap());
}

/// Each thread reads, counts one up and writes; without the lock they would overwrite each other.
#[test]
fn threads_with_a_handle_each_lose_no_update() {
    const THREADS: u32 = 4;
    const TURNS: u32 = 200;
    let (dir, notes) = notes();
    let count = dir.path().join("count");
    std::fs::write(&count, "0").unwrap();
    std::thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(|| {
                let mut file = LockFile::open(&notes).unwrap();
                for _ in 0..TURNS {
                    let _turn = file.exclusive().unwrap();
                    let old: u32 = std::fs::read_to_string(&count).unwrap().parse().unwrap();
                    std::fs::write(&count, (old + 1).to_string()).unwrap();
                }
            });
        }
    });
    assert_eq!(
        std::fs::read_to_string(&count).unwrap(),
        (THREADS * TURNS).to_string()
    );
}

#[test]
fn a_lock_file_that_was_removed_is_noticed_when_asked() {
    let (_dir, notes) = notes();
    let mut file = LockFile::open(&notes).unwrap();
    let path = file.path().to_owned();
    let turn = file.exclusive().unwrap();
    turn.verify().unwrap();
    if cfg!(unix) {
        std::fs::remove_file(path).unwrap();
        assert_eq!(turn.verify().unwrap_err().kind(), ErrorKind::Lost);
    }
}

#[test]
fn a_lock_file_of_a_chosen_name_is_opened_under_it() {
    let (dir, _) = notes();
    let path = dir.path().join("state/.lock");
    let file = Options::new().open_at(&path).unwrap();
    assert_eq!(file.path(), path);
    assert!(path.is_file(), "its directory is made");
}
