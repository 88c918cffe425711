//! Paths that can't be a file's, and names at their limits.

use std::fs;
use std::path::Path;

use atomic_io::{ErrorKind, OnDisk, replace};

#[track_caller]
fn assert_invalid(path: impl AsRef<Path>, reason: &str) {
    let path = path.as_ref();
    let error = replace(path, "new").unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::InvalidPath, OnDisk::Unchanged)
    );
    assert_eq!(error.path(), path);
    let message = error.to_string();
    assert!(
        message.contains(reason) && message.contains("choose another path"),
        "{message}"
    );
}

#[test]
fn a_path_that_names_no_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().display();
    assert_invalid("", "the path is empty");
    for end in ["/..", "/a/.."] {
        assert_invalid(format!("{dir}{end}"), "no file name");
    }
    assert_invalid("/", "no file name");
    assert_invalid(".", "no file name");
    assert_invalid(format!("{dir}/a/"), "separator");
    assert_invalid(format!("{dir}/a/."), "ends in `.`");
    assert_invalid(format!("{dir}/a\0b"), "NUL");
    assert_eq!(fs::read_dir(dir.to_string()).unwrap().count(), 0);
}

#[test]
fn a_directory_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dir");
    fs::create_dir(&path).unwrap();
    assert_invalid(&path, "a directory stands there");
    assert!(path.is_dir());
}

#[test]
fn a_file_is_not_a_directory_to_save_in() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "old").unwrap();
    assert_invalid(dir.path().join("file/child"), "directory");
    assert_eq!(fs::read(dir.path().join("file")).unwrap(), b"old");
}

#[cfg(unix)]
#[test]
fn a_socket_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    assert_invalid(&path, "a pipe, a socket or a device stands there");
}

#[test]
fn the_longest_name_can_be_saved_and_a_longer_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["n".repeat(255), "ü".repeat(127)] {
        replace(dir.path().join(&name), "content").unwrap();
        assert_eq!(fs::read(dir.path().join(&name)).unwrap(), b"content");
    }
    assert_invalid(dir.path().join("n".repeat(256)), "too long");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_a_name() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tempfile::tempdir().unwrap();
    for name in [b"caf\xe9".to_vec(), vec![0xff; 255]] {
        let path = dir.path().join(std::ffi::OsStr::from_bytes(&name));
        replace(&path, "content").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"content");
    }
}

#[test]
fn names_that_differ_only_in_their_extension_do_not_meet() {
    let dir = tempfile::tempdir().unwrap();
    let create = |name| {
        atomic_io::Options::new()
            .create(dir.path().join(name))
            .unwrap()
    };
    let (json, csv) = (create("features.json"), create("features.csv"));
    json.commit().unwrap();
    csv.commit().unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_near_its_limit_gets_a_shorter_temporary_name() {
    const PATH_LEN_MAX: usize = 4095;
    let dir = tempfile::tempdir().unwrap();
    let mut path = dir.path().to_path_buf();
    let name = "n".repeat(40);
    // The file's own path fits, one with 22 bytes more does not.
    let dir_len = PATH_LEN_MAX - 1 - name.len() - 10;
    while path.as_os_str().len() < dir_len {
        let missing = dir_len - path.as_os_str().len() - 1;
        // Never leaves a rest too short for another component.
        path.push("d".repeat(if missing > 250 {
            missing.min(250).min(missing - 2)
        } else {
            missing
        }));
        fs::create_dir(&path).unwrap();
    }
    replace(path.join(&name), "content").unwrap();
    assert_eq!(fs::read(path.join(&name)).unwrap(), b"content");
}
