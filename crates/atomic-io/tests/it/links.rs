//! Symbolic links under the three policies, on both file systems.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use atomic_io::{ErrorKind, OnDisk, Options, Symlinks};

fn with(symlinks: Symlinks) -> Options {
    Options::new().symlinks(symlinks)
}

/// `etc/app.conf -> alternatives/app -> ../../store/app-1.conf`, each relative to where it stands.
fn chain(dir: &Path) {
    fs::create_dir_all(dir.join("etc/alternatives")).unwrap();
    fs::create_dir(dir.join("store")).unwrap();
    fs::write(dir.join("store/app-1.conf"), "old").unwrap();
    symlink("alternatives/app", dir.join("etc/app.conf")).unwrap();
    symlink("../../store/app-1.conf", dir.join("etc/alternatives/app")).unwrap();
}

#[test]
fn follow_replaces_the_file_at_the_end_and_keeps_the_links() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    chain(dir);
    let file = with(Symlinks::Follow)
        .create(dir.join("etc/app.conf"))
        .unwrap();
    assert_eq!(
        fs::read_dir(dir.join("store")).unwrap().count(),
        2,
        "the temporary file is there"
    );
    file.discard();

    with(Symlinks::Follow)
        .replace(dir.join("etc/app.conf"), "new")
        .unwrap();
    assert_eq!(fs::read(dir.join("store/app-1.conf")).unwrap(), b"new");
    assert!(dir.join("etc/app.conf").is_symlink() && dir.join("etc/alternatives/app").is_symlink());
}

#[test]
fn follow_gives_a_dangling_link_its_file() {
    let dir = tempfile::tempdir().unwrap();
    symlink("missing/dir/file", dir.path().join("link")).unwrap();
    with(Symlinks::Follow)
        .replace(dir.path().join("link"), "new")
        .unwrap();
    assert!(dir.path().join("link").is_symlink());
    assert_eq!(
        fs::read(dir.path().join("missing/dir/file")).unwrap(),
        b"new"
    );
}

#[test]
fn follow_refuses_a_circle_and_a_link_to_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    symlink("b", dir.path().join("a")).unwrap();
    symlink("a", dir.path().join("b")).unwrap();
    symlink(".", dir.path().join("here")).unwrap();
    symlink("etc/", dir.path().join("slash")).unwrap();
    for (name, reason) in [
        ("a", "its symbolic links lead in a circle"),
        ("here", "ends in `.`"),
        ("slash", "separator"),
    ] {
        let error = with(Symlinks::Follow)
            .replace(dir.path().join(name), "new")
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (ErrorKind::InvalidPath, OnDisk::Unchanged)
        );
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn replace_puts_a_file_where_the_link_was() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    chain(dir);
    with(Symlinks::Replace)
        .replace(dir.join("etc/app.conf"), "new")
        .unwrap();
    assert!(!dir.join("etc/app.conf").is_symlink());
    assert_eq!(fs::read(dir.join("etc/app.conf")).unwrap(), b"new");
    assert_eq!(fs::read(dir.join("store/app-1.conf")).unwrap(), b"old");
}

#[test]
fn refuse_refuses_even_a_dangling_link() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    chain(dir);
    symlink("nowhere", dir.join("dangling")).unwrap();
    for name in ["etc/app.conf", "dangling"] {
        let error = with(Symlinks::Refuse)
            .replace(dir.join(name), "new")
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (ErrorKind::SymlinkRefused, OnDisk::Unchanged)
        );
        assert!(error.to_string().contains("symbolic link"), "{error}");
    }
    with(Symlinks::Refuse)
        .replace(dir.join("store/app-1.conf"), "new")
        .unwrap();
    assert_eq!(fs::read(dir.join("store/app-1.conf")).unwrap(), b"new");
}

#[test]
fn links_in_the_directories_on_the_way_are_no_concern_of_the_policy() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("real")).unwrap();
    symlink("real", dir.path().join("alias")).unwrap();
    with(Symlinks::Refuse)
        .replace(dir.path().join("alias/file"), "new")
        .unwrap();
    assert_eq!(fs::read(dir.path().join("real/file")).unwrap(), b"new");
}
