//! The lock file: its name, its mode, its surroundings.

use std::ffi::OsStr;
use std::path::Path;

use lock::{ErrorKind, Lock, Options, Wait};

use crate::{impatient, notes};

#[test]
fn s1_33_the_lock_file_stands_beside_the_target_and_its_directories_are_created() {
    let (dir, _) = notes();
    for (target, lock_file) in [
        ("a/b/notes.json", "a/b/notes.json.lock"),
        ("a/notes", "a/notes.lock"),
        ("a/.hidden", "a/.hidden.lock"),
        ("a/b/", "a/b.lock"),
        ("a/x.lock", "a/x.lock.lock"),
    ] {
        let lock = Lock::exclusive(dir.path().join(target)).unwrap();
        assert_eq!(lock.path(), dir.path().join(lock_file));
        assert!(lock.path().is_file());
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_not_text_are_kept() {
    use std::os::unix::ffi::OsStrExt;

    let (dir, _) = notes();
    let lock = Lock::exclusive(dir.path().join(OsStr::from_bytes(b"\xff.json"))).unwrap();
    assert_eq!(
        lock.path().file_name().unwrap().as_bytes(),
        b"\xff.json.lock"
    );
}

#[test]
fn a_path_without_a_name_and_a_name_without_room_are_errors() {
    let (dir, _) = notes();
    for bad in [
        Path::new("/"),
        Path::new(".."),
        Path::new(""),
        &dir.path().join("x".repeat(252)),
    ] {
        let error = Lock::exclusive(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.path(), bad);
    }
}

#[test]
fn s1_35_the_lock_file_stays_and_one_left_over_is_used() {
    let (_dir, notes) = notes();
    let lock_file = notes.with_file_name("notes.json.lock");
    for left_over in [&b""[..], b"4242\n", &[0; 10_000]] {
        std::fs::write(&lock_file, left_over).unwrap();
        let lock = impatient().exclusive(&notes).unwrap();
        assert_eq!(lock::holder(&notes).unwrap().pid(), std::process::id());
        drop(lock);
        assert!(lock_file.exists());
    }
}

#[test]
fn s1_36_d22_opening_does_not_cut_what_the_holder_wrote() {
    let (_dir, notes) = notes();
    let held = Lock::exclusive(&notes).unwrap();
    let written = std::fs::read(held.path()).unwrap();
    impatient().exclusive(&notes).unwrap_err();
    impatient().shared(&notes).unwrap_err();
    assert_eq!(std::fs::read(held.path()).unwrap(), written);
}

#[test]
fn s3_39_the_lock_file_of_a_directory_may_have_its_own_name() {
    let (dir, _) = notes();
    let instance = impatient().exclusive_at(dir.path().join(".lock")).unwrap();
    assert_eq!(instance.path(), dir.path().join(".lock"));
    assert_eq!(
        impatient()
            .shared_at(dir.path().join(".lock"))
            .unwrap_err()
            .kind(),
        ErrorKind::Busy
    );
    // D48: the directory's lock and a file's are two, taken in that order everywhere.
    drop(
        impatient()
            .exclusive(dir.path().join("notes.json"))
            .unwrap(),
    );
}

#[test]
fn s3_42_a_holder_whose_lock_file_was_removed_is_told_and_removes_nobody_elses() {
    let (_dir, notes) = notes();
    let first = impatient().exclusive(&notes).unwrap();
    first.verify().unwrap();
    std::fs::remove_file(first.path()).unwrap();
    assert_eq!(first.verify().unwrap_err().kind(), ErrorKind::Lost);

    let second = impatient().exclusive(&notes).unwrap();
    assert_eq!(first.verify().unwrap_err().kind(), ErrorKind::Lost);
    assert_eq!(first.token().unwrap_err().kind(), ErrorKind::Lost);
    drop(first);
    second.verify().unwrap();
    assert!(second.path().exists());
    assert_eq!(
        impatient().exclusive(&notes).unwrap_err().kind(),
        ErrorKind::Busy
    );
}

#[test]
fn who_waits_for_a_removed_lock_file_gets_the_one_that_took_its_name() {
    let (_dir, notes) = notes();
    let first = Lock::exclusive(&notes).unwrap();
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| Lock::exclusive(&notes).unwrap());
        std::fs::remove_file(first.path()).unwrap();
        drop(first);
        let lock = waiting.join().unwrap();
        lock.verify().unwrap();
        assert_eq!(
            impatient().exclusive(&notes).unwrap_err().kind(),
            ErrorKind::Busy
        );
    });
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn everybody_the_umask_lets_write_may_lock() {
        let (dir, notes) = notes();
        let lock = Lock::exclusive(&notes).unwrap();
        let plain = std::fs::File::create(dir.path().join("plain")).unwrap();
        let mode = std::fs::metadata(lock.path()).unwrap().mode();
        assert_eq!(mode, plain.metadata().unwrap().mode());
    }

    #[test]
    fn a_link_in_the_lock_files_place_is_refused_and_its_target_untouched() {
        let (dir, notes) = notes();
        let precious = dir.path().join("precious");
        std::fs::write(&precious, "text").unwrap();
        for target in ["precious", "missing"] {
            let link = dir.path().join("notes.json.lock");
            symlink(target, &link).unwrap();
            assert_eq!(Lock::exclusive(&notes).unwrap_err().kind(), ErrorKind::Io);
            assert_eq!(Lock::shared(&notes).unwrap_err().kind(), ErrorKind::Io);
            std::fs::remove_file(link).unwrap();
        }
        assert_eq!(std::fs::read(&precious).unwrap(), b"text");
        assert!(!dir.path().join("missing").exists());
    }

    #[test]
    fn a_directory_in_the_lock_files_place_is_an_error() {
        let (dir, notes) = notes();
        std::fs::create_dir(dir.path().join("notes.json.lock")).unwrap();
        assert_eq!(Lock::exclusive(&notes).unwrap_err().kind(), ErrorKind::Io);
    }

    #[test]
    fn who_may_only_read_can_wait_for_writers() {
        if std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
            return; // permissions mean nothing to root; the simulator tests a read-only device
        }
        let (dir, notes) = notes();
        drop(Lock::exclusive(&notes).unwrap());
        let lock_file = notes.with_file_name("notes.json.lock");
        std::fs::set_permissions(&lock_file, std::fs::Permissions::from_mode(0o444)).unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o555)).unwrap();

        let reader = impatient().shared(&notes).unwrap();
        assert_eq!(
            impatient().exclusive(&notes).unwrap_err().kind(),
            ErrorKind::Denied
        );
        let missing = Options::new()
            .wait(Wait::Never)
            .shared(dir.path().join("new"));
        assert_eq!(missing.unwrap_err().kind(), ErrorKind::Denied);
        drop(reader);
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}
