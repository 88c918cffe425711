//! The calls and their order, as the simulated kernel saw them.

use atomic_io::{Durability, Existing, Metadata};
use crash_sim::{Device, SimFs};

use crate::simulated::{calls, machine, options, put, read, temps};

#[test]
fn a_new_file_is_synced_before_its_rename_and_its_directory_after() {
    let fs = machine();
    let names = calls(&fs, || options(&fs).replace("/f", "new").unwrap());
    assert_eq!(
        names,
        [
            "metadata",      // what is there
            "open",          // the temporary file
            "try_lock",      // alive
            "file_metadata", // not swept before the lock
            "write_at",
            "write_back", // the device has work from here on
            "open",       // no old file meanwhile
            "sync_all",
            "metadata", // the temporary name is still ours
            "rename",
            "sync_dir",
        ]
    );
}

#[test]
fn attributes_come_after_the_content_and_before_the_sync() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let names = calls(&fs, || options(&fs).replace("/f", "new").unwrap());
    let tail = [
        "xattrs",
        "xattrs",
        "set_permissions",
        "sync_all",
        "metadata",
        "rename",
        "sync_dir",
    ];
    assert!(names.ends_with(&tail), "{names:?}");
}

#[test]
fn what_is_prepared_is_synced_and_only_its_name_is_left() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let mut prepared = None;
    let names = calls(&fs, || prepared = Some(options(&fs).prepare("/f", "new")));
    assert_eq!(names.last(), Some(&"sync_all"));
    assert_eq!(read(&fs, "/f").unwrap(), b"old");

    let prepared = prepared.unwrap().unwrap();
    let names = calls(&fs, || prepared.commit().unwrap());
    assert_eq!(names, ["metadata", "rename", "sync_dir"]);
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
}

#[test]
fn what_is_prepared_and_not_committed_never_happened() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let prepared = options(&fs).prepare("/f", "new").unwrap();
    assert_eq!(temps(&fs, "/").len(), 1);
    prepared.discard();
    assert!(temps(&fs, "/").is_empty());
    assert_eq!(read(&fs, "/f").unwrap(), b"old");
}

#[test]
fn one_save_is_two_syncs_and_one_rename() {
    for (metadata, existing) in [
        (Metadata::Keep, Existing::Overwrite),
        (Metadata::Mode(0o600), Existing::NoClobber),
    ] {
        let fs = machine();
        let save = options(&fs).metadata(metadata).existing(existing);
        let names = calls(&fs, || save.replace("/f", vec![1; 10 << 20]).unwrap());
        let count = |part: &str| names.iter().filter(|name| name.contains(part)).count();
        assert_eq!(
            (count("sync"), count("rename"), count("try_lock")),
            (2, 1, 1),
            "{names:?}"
        );
    }
}

#[test]
fn the_parent_of_each_new_directory_is_synced() {
    let fs = machine();
    let names = calls(&fs, || options(&fs).replace("/a/b/f", "new").unwrap());
    let names: Vec<_> = names
        .into_iter()
        .filter(|name| ["create_dir", "sync_dir", "sync_all", "rename"].contains(name))
        .collect();
    assert_eq!(
        names,
        [
            "sync_dir", // of the deepest directory that was there: its maker may have died before
            "create_dir",
            "sync_dir",
            "create_dir",
            "sync_dir",
            "sync_all",
            "rename",
            "sync_dir"
        ]
    );
}

#[test]
fn atomic_without_durable_syncs_nothing() {
    let fs = machine();
    let save = options(&fs).durability(Durability::Atomic);
    let names = calls(&fs, || save.replace("/f", vec![1; 10 << 20]).unwrap());
    assert!(names.contains(&"rename"));
    assert!(
        !names
            .iter()
            .any(|name| name.starts_with("sync") || *name == "write_back"),
        "{names:?}"
    );
}

#[test]
fn where_no_rename_refuses_a_link_does() {
    let fs = SimFs::new(Device::default().no_rename_no_replace());
    let save = options(&fs).existing(Existing::NoClobber);
    let names = calls(&fs, || save.replace("/f", "new").unwrap());
    assert!(
        names.ends_with(&["rename_no_replace", "hard_link", "remove_file", "sync_dir"]),
        "{names:?}"
    );
}
