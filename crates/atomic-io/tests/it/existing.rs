//! `NoClobber`: decided by the kernel, in one step or with a link.

use atomic_io::{ErrorKind, Existing, OnDisk, Options};
use crash_sim::{Device, SimFs};
use vfs::Fs;

use crate::simulated::{calls, options, put, read, temps};

/// With a rename that refuses existing names, and without.
fn machines() -> [SimFs; 2] {
    [
        SimFs::new(Device::default()),
        SimFs::new(Device::default().no_rename_no_replace()),
    ]
}

fn claim(fs: &SimFs) -> Options {
    options(fs).existing(Existing::NoClobber)
}

#[test]
fn an_existing_file_is_refused_before_anything_is_written() {
    for fs in machines() {
        put(&fs, "/lease", b"theirs", 0o644);
        let names = calls(&fs, || {
            let error = claim(&fs).replace("/lease", "ours").unwrap_err();
            assert_eq!(
                (error.kind(), error.on_disk()),
                (ErrorKind::AlreadyExists, OnDisk::Unchanged)
            );
            assert!(error.to_string().contains("it exists"), "{error}");
            assert_eq!(
                std::io::Error::from(error).kind(),
                std::io::ErrorKind::AlreadyExists
            );
        });
        assert_eq!(names, ["metadata"]);
        assert_eq!(read(&fs, "/lease").unwrap(), b"theirs");
    }
}

#[test]
fn of_two_that_saw_nothing_the_first_to_commit_wins() {
    for fs in machines() {
        let (first, second) = (
            claim(&fs).create("/lease").unwrap(),
            claim(&fs).create("/lease").unwrap(),
        );
        first.commit().unwrap();
        let error = second.commit().unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (ErrorKind::AlreadyExists, OnDisk::Unchanged)
        );
        assert!(temps(&fs, "/").is_empty());
        assert_eq!(fs.metadata("/lease".as_ref()).unwrap().links, Some(1));
    }
}

#[test]
fn a_dangling_link_is_something_unless_it_is_followed() {
    let fs = SimFs::new(Device::default());
    fs.symlink("/nowhere".as_ref(), "/link".as_ref()).unwrap();
    let replacing = claim(&fs).symlinks(atomic_io::Symlinks::Replace);
    assert_eq!(
        replacing.replace("/link", "new").unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
    claim(&fs).replace("/link", "new").unwrap();
    assert_eq!(read(&fs, "/nowhere").unwrap(), b"new");
}

#[test]
fn overwrite_replaces() {
    for fs in machines() {
        put(&fs, "/lease", b"theirs", 0o644);
        options(&fs)
            .existing(Existing::Overwrite)
            .replace("/lease", "ours")
            .unwrap();
        assert_eq!(read(&fs, "/lease").unwrap(), b"ours");
    }
}
