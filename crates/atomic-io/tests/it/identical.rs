//! `Identical::Skip`: nothing written, nothing less promised.

use atomic_io::{Durability, Identical, Metadata, Options, Outcome};
use crash_sim::{Fault, SimFs};
use vfs::{FileId, Fs};

use crate::simulated::{calls, index_of, machine, options, put, read};

fn skipping(fs: &SimFs) -> Options {
    options(fs).identical(Identical::Skip)
}

fn id(fs: &SimFs) -> Option<FileId> {
    fs.metadata("/f".as_ref()).unwrap().id
}

#[test]
fn equal_content_stays_the_same_file_and_is_made_durable() {
    let fs = machine();
    let content = vec![7; 100_000];
    put(&fs, "/f", &content, 0o644);
    let before = id(&fs);
    let names = calls(&fs, || {
        assert_eq!(
            skipping(&fs).replace("/f", &content).unwrap(),
            Outcome::Identical
        );
    });
    assert_eq!(
        names,
        [
            "metadata", "open", "size", "read_at", "read_at", "sync_all", "sync_dir"
        ]
    );
    assert_eq!(id(&fs), before);

    let atomic = skipping(&fs).durability(Durability::Atomic);
    let names = calls(&fs, || atomic.replace("/f", &content).unwrap());
    assert!(
        !names.iter().any(|name| name.starts_with("sync")),
        "{names:?}"
    );
}

#[test]
fn write_replaces_equal_content() {
    let fs = machine();
    put(&fs, "/f", b"same", 0o644);
    let before = id(&fs);
    assert_eq!(
        options(&fs).replace("/f", "same").unwrap(),
        Outcome::Written
    );
    assert_ne!(id(&fs), before);
}

#[test]
fn any_difference_is_written() {
    let old = vec![7; 70_000];
    let mut last_byte = old.clone();
    last_byte[69_999] = 8;
    for new in [&last_byte[..], &old[..69_999], &vec![7; 70_001], &[]] {
        let fs = machine();
        put(&fs, "/f", &old, 0o644);
        assert_eq!(skipping(&fs).replace("/f", new).unwrap(), Outcome::Written);
        assert_eq!(read(&fs, "/f").unwrap(), new);
    }
    let fs = machine();
    assert_eq!(
        skipping(&fs).replace("/f", "").unwrap(),
        Outcome::Written,
        "missing is not empty"
    );
}

#[test]
fn a_mode_that_differs_is_a_difference() {
    let fs = machine();
    put(&fs, "/f", b"same", 0o644);
    let skip = |metadata| {
        skipping(&fs)
            .metadata(metadata)
            .replace("/f", "same")
            .unwrap()
    };
    assert_eq!(skip(Metadata::Mode(0o644)), Outcome::Identical);
    assert_eq!(skip(Metadata::Mode(0o600)), Outcome::Written);
    assert_eq!(skip(Metadata::Fresh), Outcome::Written);
}

#[test]
fn what_can_not_be_read_or_synced_is_written_anew() {
    for call in ["open", "read_at", "sync_all", "sync_dir"] {
        let fs = machine();
        put(&fs, "/f", b"same", 0o644);
        let save = |fs: &SimFs| skipping(fs).replace("/f", "same").unwrap();
        let before = id(&fs);
        fs.inject(index_of(&fs, call, 0, save), Fault::Io);
        assert_eq!(save(&fs), Outcome::Written, "{call}");
        assert_ne!(id(&fs), before);
    }
}
