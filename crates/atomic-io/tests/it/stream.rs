//! `AtomicFile`: nothing until commit, nothing after a failure, nothing left behind.

use std::io::{self, Write};

use atomic_io::{AtomicFile, ErrorKind, Existing, OnDisk};
use crash_sim::{Device, Fault, SimFs};
use vfs::Fs;

use crate::simulated::{calls, index_of, machine, options, put, read, temps};

#[test]
fn nothing_is_seen_until_commit() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let mut file = options(&fs).create("/f").unwrap();
    file.write_all(&vec![b'x'; 200_000]).unwrap();
    file.flush().unwrap();
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
    file.commit().unwrap();
    assert_eq!(read(&fs, "/f").unwrap(), vec![b'x'; 200_000]);
    assert!(temps(&fs, "/").is_empty());
}

#[test]
fn pieces_of_any_size_come_out_in_order() {
    let fs = machine();
    let mut file = options(&fs).create("/f").unwrap();
    let mut expected = Vec::new();
    for (index, len) in [0, 1, 65_535, 1, 65_536, 3, 70_000, 65_537, 2]
        .into_iter()
        .enumerate()
    {
        let piece = vec![u8::try_from(index).unwrap(); len];
        assert_eq!(file.write(&piece).unwrap(), len);
        expected.extend(piece);
        if index == 5 {
            file.flush().unwrap();
        }
    }
    file.commit().unwrap();
    assert_eq!(read(&fs, "/f").unwrap(), expected);
}

#[test]
fn small_writes_reach_the_kernel_together() {
    let fs = machine();
    let names = calls(&fs, || {
        let mut file = options(&fs).create("/f").unwrap();
        for number in 0..1000 {
            writeln!(file, "{number}").unwrap();
        }
        file.commit().unwrap();
    });
    assert_eq!(names.iter().filter(|name| **name == "write_at").count(), 1);
}

#[test]
fn discarded_or_dropped_it_never_happened() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let give_up: [fn(AtomicFile); 2] = [AtomicFile::discard, drop];
    for give_up in give_up {
        let mut file = options(&fs).create("/f").unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(temps(&fs, "/").len(), 1);
        give_up(file);
        assert!(temps(&fs, "/").is_empty());
        assert_eq!(read(&fs, "/f").unwrap(), b"old");
    }
}

#[test]
fn after_a_failed_write_nothing_more_is_written_and_commit_gives_the_first_error() {
    let fs = SimFs::new(Device::default().capacity(100_000));
    put(&fs, "/f", b"old", 0o644);
    let mut file = options(&fs).create("/f").unwrap();
    file.write_all(&vec![1; 70_000]).unwrap();
    let error = file.write_all(&vec![2; 70_000]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    assert!(
        error.to_string().contains("/f") && error.to_string().contains("140000 bytes"),
        "{error}"
    );

    let names = calls(&fs, || {
        assert_eq!(
            file.write(b"x").unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
        file.flush().unwrap_err();
    });
    assert!(names.is_empty(), "{names:?}");
    let error = file.commit().unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::StorageFull, OnDisk::Unchanged)
    );
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
    assert!(temps(&fs, "/").is_empty());
}

#[test]
fn a_failed_sync_of_the_content_publishes_nothing_and_is_not_tried_again() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let save = |fs: &SimFs| options(fs).replace("/f", "new");
    fs.inject(index_of(&fs, "sync_all", 0, |copy| save(copy)), Fault::Io);
    let names = calls(&fs, || {
        let error = save(&fs).unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (ErrorKind::SyncFailed, OnDisk::Unchanged)
        );
        assert!(error.to_string().contains("did not confirm"), "{error}");
    });
    assert_eq!(
        names.iter().filter(|name| name.starts_with("sync")).count(),
        1
    );
    assert!(!names.contains(&"rename"));
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
    assert!(temps(&fs, "/").is_empty());
}

#[test]
fn a_failed_sync_of_the_directory_is_in_doubt() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let save = |fs: &SimFs| options(fs).replace("/f", "new");
    fs.inject(index_of(&fs, "sync_dir", 0, |copy| save(copy)), Fault::Io);
    let error = save(&fs).unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::SyncFailed, OnDisk::InDoubt)
    );
    assert!(error.to_string().contains("save again"), "{error}");
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
}

#[test]
fn write_back_starts_early_for_large_contents_and_for_small_ones() {
    let fs = machine();
    let hints = |len: usize| {
        let names = calls(&fs, || options(&fs).replace("/f", vec![1; len]).unwrap());
        names
            .into_iter()
            .filter(|name| *name == "write_back")
            .count()
    };
    assert_eq!([hints(0), hints(1), hints(8 << 10)], [0, 1, 1]);
    assert_eq!([hints((8 << 10) + 1), hints(1 << 20)], [0, 0]);
    assert_eq!([hints(4 << 20), hints(9 << 20)], [1, 3]);
}

#[test]
fn debug_shows_no_content() {
    let fs = machine();
    let mut file = options(&fs).create("/secrets").unwrap();
    file.write_all(b"hunter2").unwrap();
    let text = format!("{file:?}");
    assert!(text.contains("/secrets") && text.contains("bytes: 7") && !text.contains("hunter2"));
}

#[test]
fn a_temporary_file_that_somebody_has_swapped_is_not_published() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let mut file = options(&fs).create("/f").unwrap();
    file.write_all(b"new").unwrap();
    let temp = temps(&fs, "/").remove(0);
    fs.remove_file(&temp).unwrap();
    put(&fs, &temp, b"foreign", 0o644);
    let error = file.commit().unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::Io, OnDisk::Unchanged)
    );
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
}

/// As a rename over a network looks whose answer got lost.
#[test]
fn a_publication_that_answers_with_an_error_and_is_done_is_done() {
    let fs = machine();
    let file = options(&fs)
        .existing(Existing::NoClobber)
        .create("/f")
        .unwrap();
    fs.hard_link(&temps(&fs, "/")[0], "/f".as_ref()).unwrap();
    let names = calls(&fs, || file.commit().unwrap());
    assert!(
        names.ends_with(&["rename_no_replace", "metadata", "remove_file", "sync_dir"]),
        "{names:?}"
    );
    assert!(temps(&fs, "/").is_empty());
}
