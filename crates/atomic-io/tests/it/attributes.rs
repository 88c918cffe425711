//! Mode, owner and attributes under the three policies: kept where allowed, never wider.

use std::ffi::OsString;

use atomic_io::{Metadata, Options};
use crash_sim::{Device, Fault, SimFs};
use vfs::{Fs, OpenOptions, Owner};

use crate::simulated::{index_of, machine, options, put, read, temps};

const THEIRS: Owner = Owner {
    uid: 1000,
    gid: 100,
};

fn with(fs: &SimFs, metadata: Metadata) -> Options {
    options(fs).metadata(metadata)
}

fn mode(fs: &SimFs, path: &str) -> u32 {
    fs.metadata(path.as_ref()).unwrap().mode
}

fn owner(fs: &SimFs, path: &str) -> Owner {
    fs.metadata(path.as_ref()).unwrap().owner.unwrap()
}

fn xattrs(fs: &SimFs, path: &str) -> Vec<(OsString, Vec<u8>)> {
    fs.open(path.as_ref(), &OpenOptions::read())
        .unwrap()
        .xattrs()
        .unwrap()
}

fn give_xattr(fs: &SimFs, path: &str, name: &str, value: &[u8]) {
    let file = fs.open(path.as_ref(), &OpenOptions::read_write()).unwrap();
    file.set_xattr(name.as_ref(), value).unwrap();
}

/// A file of somebody else's, with set-id bits.
fn their_file(fs: &SimFs, mode: u32) {
    put(fs, "/f", b"old", mode);
    let file = fs.open("/f".as_ref(), &OpenOptions::read_write()).unwrap();
    file.set_owner(THEIRS.uid, THEIRS.gid).unwrap();
}

#[test]
fn keep_keeps_mode_owner_and_attributes() {
    let fs = machine();
    their_file(&fs, 0o6754);
    give_xattr(&fs, "/f", "user.origin", b"import");
    let before = xattrs(&fs, "/f");
    with(&fs, Metadata::Keep).replace("/f", "new").unwrap();
    assert_eq!((mode(&fs, "/f"), owner(&fs, "/f")), (0o6754, THEIRS));
    assert_eq!(xattrs(&fs, "/f"), before);
}

#[test]
fn keep_looks_at_the_old_file_when_the_new_one_is_ready() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o644);
    let file = with(&fs, Metadata::Keep).create("/f").unwrap();
    let old = fs.open("/f".as_ref(), &OpenOptions::read()).unwrap();
    old.set_permissions(0o640).unwrap();
    file.commit().unwrap();
    assert_eq!(mode(&fs, "/f"), 0o640);
}

#[test]
fn keep_keeps_the_mode_of_a_file_that_is_removed_meanwhile() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o640);
    let file = with(&fs, Metadata::Keep).create("/f").unwrap();
    fs.remove_file("/f".as_ref()).unwrap();
    file.commit().unwrap();
    assert_eq!(mode(&fs, "/f"), 0o640);
}

#[test]
fn keep_makes_a_new_file_like_any_other() {
    let fs = machine();
    with(&fs, Metadata::Keep).replace("/f", "new").unwrap();
    assert_eq!(mode(&fs, "/f"), 0o644, "0o666 less the simulated umask");
}

#[test]
fn fresh_takes_nothing_from_the_old_file() {
    let fs = machine();
    their_file(&fs, 0o600);
    give_xattr(&fs, "/f", "user.origin", b"import");
    let ours = {
        put(&fs, "/ours", b"", 0o600);
        owner(&fs, "/ours")
    };
    with(&fs, Metadata::Fresh).replace("/f", "new").unwrap();
    assert_eq!(
        (mode(&fs, "/f"), owner(&fs, "/f"), xattrs(&fs, "/f")),
        (0o644, ours, vec![])
    );
}

#[test]
fn mode_is_exact_whatever_there_was() {
    let fs = machine();
    put(&fs, "/old", b"old", 0o777);
    for path in ["/old", "/new"] {
        with(&fs, Metadata::Mode(0o660))
            .replace(path, "new")
            .unwrap();
        assert_eq!(mode(&fs, path), 0o660, "the umask does not count");
    }
}

#[test]
fn nobody_reads_the_temporary_file_who_may_not_read_the_finished_one() {
    let fs = machine();
    put(&fs, "/secret", b"old", 0o600);
    for (metadata, path, temp_mode) in [
        (Metadata::Keep, "/secret", 0o600),
        (Metadata::Keep, "/new", 0o644),
        (Metadata::Fresh, "/secret", 0o644),
        (Metadata::Mode(0o644), "/secret", 0o600),
        (Metadata::Mode(0o400), "/new", 0o600),
    ] {
        let file = with(&fs, metadata).create(path).unwrap();
        let temps = temps(&fs, "/");
        assert_eq!(
            fs.metadata(&temps[0]).unwrap().mode,
            temp_mode,
            "{metadata:?} {path}"
        );
        file.discard();
    }
}

fn keep_refused(calls: &[usize], old_mode: u32) -> SimFs {
    let fs = machine();
    their_file(&fs, old_mode);
    let save = |fs: &SimFs| with(fs, Metadata::Keep).replace("/f", "new").unwrap();
    for nth in calls {
        let copy = fs.fork();
        fs.inject(
            index_of(&fs, "set_owner", *nth, |copy| save(copy)),
            Fault::Denied,
        );
        drop(copy);
    }
    save(&fs);
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
    fs
}

#[test]
fn an_owner_that_can_not_be_kept_takes_the_set_id_bits_along() {
    let fs = keep_refused(&[0], 0o6755);
    assert_eq!(owner(&fs, "/f").gid, THEIRS.gid);
    assert_ne!(owner(&fs, "/f").uid, THEIRS.uid);
    assert_eq!(mode(&fs, "/f"), 0o755);
}

#[test]
fn a_group_that_can_not_be_kept_leaves_its_members_what_everybody_has() {
    let fs = keep_refused(&[0, 1], 0o6764);
    assert_ne!(owner(&fs, "/f").gid, THEIRS.gid);
    assert_eq!(mode(&fs, "/f"), 0o744);
}

#[test]
fn an_attribute_that_is_refused_is_left_out_and_an_access_control_list_is_not() {
    for (name, saved) in [("security.label", true), ("system.posix_acl_access", false)] {
        let fs = machine();
        put(&fs, "/f", b"old", 0o664);
        give_xattr(&fs, "/f", name, b"value");
        let save = |fs: &SimFs| with(fs, Metadata::Keep).replace("/f", "new");
        fs.inject(
            index_of(&fs, "set_xattr", 0, |copy| save(copy)),
            Fault::Denied,
        );
        assert_eq!(save(&fs).is_ok(), saved, "{name}");
        assert_eq!(
            read(&fs, "/f").unwrap(),
            if saved { b"new" } else { b"old" }
        );
        assert!(temps(&fs, "/").is_empty());
    }
}

#[test]
fn a_file_system_without_attributes_is_no_obstacle() {
    let fs = SimFs::new(Device::default().no_xattrs());
    put(&fs, "/f", b"old", 0o640);
    with(&fs, Metadata::Keep).replace("/f", "new").unwrap();
    assert_eq!(mode(&fs, "/f"), 0o640);
}

/// On the real file system: the simulated one has no lists that directories hand down.
#[cfg(target_os = "linux")]
#[test]
fn a_default_access_control_list_does_not_widen_an_old_file() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    // user::rwx, user:1234:rw-, group::r-x, mask::rwx, other::---
    let entries: [(u16, u16, u32); 5] = [
        (1, 7, u32::MAX),
        (2, 6, 1234),
        (4, 5, u32::MAX),
        (16, 7, u32::MAX),
        (32, 0, u32::MAX),
    ];
    let mut acl = 2u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        acl.extend(tag.to_le_bytes());
        acl.extend(permissions.to_le_bytes());
        acl.extend(id.to_le_bytes());
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("private");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o660)).unwrap();
    let flags = rustix::fs::XattrFlags::empty();
    if rustix::fs::setxattr(dir.path(), "system.posix_acl_default", &acl, flags).is_err() {
        return; // no such lists on this file system, and so nothing to hand down
    }
    let names = |path| {
        let mut names = vec![0u8; 4096];
        let len = rustix::fs::listxattr(path, &mut names).unwrap();
        String::from_utf8_lossy(&names[..len]).into_owned()
    };

    atomic_io::replace(&path, "new").unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
        0o660
    );
    assert!(
        !names(&path).contains("posix_acl_access"),
        "1234 was let in"
    );

    let new = dir.path().join("new");
    atomic_io::replace(&new, "new").unwrap();
    assert!(
        names(&new).contains("posix_acl_access"),
        "a new file gets the list as any other does"
    );
}
