//! What somebody else may have put where a file is expected.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use vfs::{FileKind, Fs, OpenOptions, OsFs};

/// Every way to open what is there.
fn ways() -> [OpenOptions; 3] {
    [
        OpenOptions::read(),
        OpenOptions::read_write(),
        OpenOptions::read_write().or_create(),
    ]
}

fn assert_not_a_file(path: &Path) {
    for options in ways() {
        let error = OsFs.open(path, &options).unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::InvalidInput,
            "{options:?}: {error}"
        );
    }
    let created = OsFs.open(path, &OpenOptions::create_new()).unwrap_err();
    assert_eq!(created.kind(), ErrorKind::AlreadyExists);
    assert_eq!(OsFs.metadata(path).unwrap().kind, FileKind::Other);
}

#[test]
fn a_pipe_is_refused_without_waiting_for_its_other_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pipe");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    assert_not_a_file(&path);
}

#[test]
fn a_socket_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("socket");
    let _listener = UnixListener::bind(&path).unwrap();
    assert_not_a_file(&path);
}

#[test]
fn a_device_is_refused() {
    assert_not_a_file(Path::new("/dev/null"));
}

#[test]
fn a_link_to_a_pipe_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (pipe, link) = (dir.path().join("pipe"), dir.path().join("link"));
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    OsFs.symlink(&pipe, &link).unwrap();
    for options in ways() {
        assert_eq!(
            OsFs.open(&link, &options).unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_are_bytes() {
    let dir = tempfile::tempdir().unwrap();
    // Not UTF-8, and before and after "a" in order.
    let names = [&b"\x01\xFF"[..], b"a", b"a\x80", b"\xC3", b"\xFF\n"].map(OsStr::from_bytes);
    for name in names.iter().rev() {
        let file = OsFs
            .open(&dir.path().join(name), &OpenOptions::create_new())
            .unwrap();
        file.write_all_at(name.as_bytes(), 0).unwrap();
    }
    assert_eq!(OsFs.read_dir(dir.path()).unwrap(), names);

    let fs: &dyn Fs = &OsFs;
    let to = dir.path().join(OsStr::from_bytes(b"\xFE"));
    fs.rename(&dir.path().join(names[4]), &to).unwrap();
    assert_eq!(fs.read(&to, 64).unwrap(), b"\xFF\n");
    let link = dir.path().join("link");
    fs.symlink(OsStr::from_bytes(b"\xFE").as_ref(), &link)
        .unwrap();
    assert_eq!(fs.read_link(&link).unwrap().as_os_str().as_bytes(), b"\xFE");
}

#[test]
fn the_longest_name_is_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x".repeat(255));
    OsFs.open(&path, &OpenOptions::create_new()).unwrap();
    let error = OsFs
        .metadata(&dir.path().join("x".repeat(256)))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilename);
}

/// A directory with this mode, or `None` for a superuser, whom modes do not stop.
fn directory_with_mode(mode: u32) -> Option<tempfile::TempDir> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), Permissions::from_mode(mode)).unwrap();
    let owner = OsFs.metadata(dir.path()).unwrap().owner.unwrap();
    (owner.uid != 0).then_some(dir)
}

#[test]
fn a_directory_that_may_not_be_written_is_a_missing_permission() {
    let Some(dir) = directory_with_mode(0o500) else {
        return;
    };
    let error = OsFs
        .open(&dir.path().join("file"), &OpenOptions::create_new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    OsFs.sync_dir(dir.path()).unwrap();
}

#[test]
fn a_directory_that_may_not_be_read_can_not_be_synced() {
    let Some(dir) = directory_with_mode(0o300) else {
        return;
    };
    assert_eq!(
        OsFs.sync_dir(dir.path()).unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );

    // What is in it is taken to be durable, and what is made in it can't be made so.
    let fs: &dyn Fs = &OsFs;
    let known = dir.path().join("known");
    fs.create_dir(&known).unwrap();
    fs.create_dir_all(&known.join("below")).unwrap();
    let error = fs.create_dir_all(&dir.path().join("new")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
}
