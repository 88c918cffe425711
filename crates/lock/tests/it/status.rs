//! Asking whether a lock is taken.

use lock::{Lock, Options, Status};

use crate::{impatient, notes};

#[test]
fn every_state_of_a_lock_is_told_and_none_is_changed() {
    let (dir, notes) = notes();
    let status = || Options::new().status(&notes).unwrap();
    assert_eq!(status(), Status::NeverTaken);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);

    let writer = Lock::exclusive(&notes).unwrap();
    match status() {
        Status::Exclusive(Some(holder)) => assert_eq!(holder.pid(), std::process::id()),
        other => panic!("{other:?}"),
    }
    writer.release().unwrap();
    assert_eq!(status(), Status::Free);

    let reader = impatient().shared(&notes).unwrap();
    assert_eq!(status(), Status::Shared);
    drop(reader);
    assert_eq!(status(), Status::Free);
}

#[test]
fn asking_needs_no_right_to_write() {
    let (dir, notes) = notes();
    drop(Lock::exclusive(&notes).unwrap());
    let lock_file = dir.path().join("notes.json.lock");
    let mut permissions = std::fs::metadata(&lock_file).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&lock_file, permissions).unwrap();
    assert_eq!(Options::new().status(&notes).unwrap(), Status::Free);
}
