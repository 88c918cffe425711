//! Errors that pass are waited out, and no others.

use std::time::Duration;

use atomic_io::{ErrorKind, Mounted, OnDisk, Retry};
use crash_sim::{Fault, SimFs};
use vfs::Fs;

use crate::simulated::{index_of, machine, options, put, read, temps};

const PATIENT: Retry = Retry::UpTo(Duration::from_secs(600));

/// A save whose `call`, and as many calls after it as are given, meet `fault`.
fn save(
    call: &str,
    faults: u64,
    fault: Fault,
    retry: Retry,
) -> (SimFs, Result<(), atomic_io::Error>) {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let save = |fs: &SimFs| options(fs).retry(retry).replace("/f", "new").map(drop);
    let first = index_of(&fs, call, 0, |copy| save(copy));
    for index in first..first + faults {
        fs.inject(index, fault);
    }
    let result = save(&fs);
    (fs, result)
}

#[test]
fn an_error_that_passes_is_not_seen() {
    for (call, fault) in [
        ("open", Fault::TooManyOpen),
        ("open", Fault::Interrupted),
        ("metadata", Fault::Busy),
        ("try_lock", Fault::Interrupted),
        ("write_at", Fault::Interrupted),
        ("set_permissions", Fault::Interrupted),
        ("rename", Fault::Busy),
    ] {
        let (fs, result) = save(call, 2, fault, PATIENT);
        result.unwrap_or_else(|error| panic!("{call}, {fault}: {error}"));
        assert_eq!(read(&fs, "/f").unwrap(), b"new");
    }
}

#[test]
fn without_patience_the_first_error_is_the_answer() {
    for retry in [Retry::Never, Retry::UpTo(Duration::ZERO)] {
        save("rename", 0, Fault::Busy, retry).1.unwrap();
        let (fs, result) = save("open", 1, Fault::TooManyOpen, retry);
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (ErrorKind::Busy, OnDisk::Unchanged)
        );
        assert!(error.to_string().contains("try again later"), "{error}");
        assert_eq!(read(&fs, "/f").unwrap(), b"old");
    }
}

#[test]
fn a_file_that_stays_busy_is_called_a_mount_point_and_the_attempts_are_counted() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let save = options(&fs)
        .mounted(Mounted::Refuse)
        .retry(Retry::UpTo(Duration::from_millis(5)));
    let first = index_of(&fs, "rename", 0, |copy| {
        options(copy).replace("/f", "new").map(drop)
    });
    for index in first..first + 100 {
        fs.inject(index, Fault::Busy);
    }
    let error = save.replace("/f", "new").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MountPoint);
    let message = error.to_string();
    assert!(
        message.contains("attempts") && message.contains("mount its directory"),
        "{message}"
    );
    let rested = fs.now() + 100;
    while fs.now() < rested {
        let _ = fs.metadata("/f".as_ref());
    }
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
}

#[test]
fn what_waiting_does_not_mend_is_answered_at_once() {
    for (call, fault, kind) in [
        ("open", Fault::Denied, ErrorKind::PermissionDenied),
        ("open", Fault::ReadOnly, ErrorKind::ReadOnly),
        ("write_at", Fault::NoSpace, ErrorKind::StorageFull),
        ("write_at", Fault::Quota, ErrorKind::StorageFull),
        ("write_at", Fault::Io, ErrorKind::Io),
        ("rename", Fault::Denied, ErrorKind::PermissionDenied),
        ("sync_all", Fault::Interrupted, ErrorKind::SyncFailed),
        ("sync_dir", Fault::Interrupted, ErrorKind::SyncFailed),
    ] {
        let fs = machine();
        put(&fs, "/f", b"old", 0o644);
        let save = |fs: &SimFs| options(fs).retry(PATIENT).replace("/f", "new");
        fs.inject(index_of(&fs, call, 0, save), fault);
        // A second attempt would succeed.
        let error = save(&fs).unwrap_err();
        assert_eq!(error.kind(), kind, "{call}, {fault}: {error}");
        assert!(error.to_string().contains("/f"));
        assert!(temps(&fs, "/").is_empty(), "{call}, {fault}");
    }
}

#[test]
fn a_full_disk_says_how_much_is_needed() {
    let fs = SimFs::new(crash_sim::Device::default().capacity(1000));
    put(&fs, "/f", b"old", 0o644);
    let error = options(&fs).replace("/f", [0; 5000]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert!(
        error.to_string().contains("5000 bytes; free some space"),
        "{error}"
    );
    assert_eq!(
        (read(&fs, "/f").unwrap(), temps(&fs, "/").len()),
        (b"old".to_vec(), 0)
    );
}

#[test]
fn a_read_only_file_system_is_named() {
    let fs = SimFs::new(crash_sim::Device::default().read_only());
    let error = options(&fs).replace("/f", "new").unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::ReadOnly, OnDisk::Unchanged)
    );
    assert!(error.to_string().contains("read-only"), "{error}");
}
