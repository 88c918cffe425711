//! The loops over raw calls, where those are short and interrupted.

use std::io::ErrorKind;
use std::path::Path;

use proptest::prelude::*;
use vfs::{Fs, OpenOptions, OsFs, parent};

use crate::twisted::{Twist, TwistedFs};

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn what_is_written_is_read(
        content in prop::collection::vec(any::<u8>(), 0..2000),
        offset in 0u64..2000,
        limit in 0u64..4000,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let fs = TwistedFs::shared(Twist::ShortAndInterrupted);
        let file = fs.open(&dir.path().join("file"), &OpenOptions::create_new()).unwrap();
        file.write_all_at(&content, offset).unwrap();

        let mut expected = vec![0; if content.is_empty() { 0 } else { usize::try_from(offset).unwrap() }];
        expected.extend_from_slice(&content);
        match file.read_all(limit) {
            Ok(read) => {
                prop_assert!(read.len() as u64 <= limit);
                prop_assert_eq!(read, expected);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::FileTooLarge);
                prop_assert!(expected.len() as u64 > limit);
            }
        }
        let mut exact = vec![0; content.len()];
        file.read_exact_at(&mut exact, offset).unwrap();
        prop_assert_eq!(exact, content);
    }
}

/// Files under `/proc` say that they are empty, and are not: as one that grows while it is read.
#[cfg(target_os = "linux")]
#[test]
fn a_size_is_a_guess() {
    let fs: &dyn Fs = &OsFs;
    let path = Path::new("/proc/self/status");
    assert_eq!(fs.metadata(path).unwrap().size, 0);
    let content = fs.read(path, 1 << 20).unwrap();
    assert!(content.starts_with(b"Name:") && content.ends_with(b"\n"));
    assert!(content.len() > 512);
    assert_eq!(
        fs.read(path, 100).unwrap_err().kind(),
        ErrorKind::FileTooLarge
    );
}

#[test]
fn every_name_has_a_parent() {
    for (path, expected) in [
        ("a/b", "a"),
        ("/a/b", "/a"),
        ("/a", "/"),
        ("/", "/"),
        ("a", "."),
        ("./a", "."),
        ("", ""),
    ] {
        assert_eq!(parent(Path::new(path)), Path::new(expected), "{path:?}");
    }
}
