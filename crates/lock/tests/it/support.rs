//! Probing.

use lock::{ErrorKind, Support, probe};

use crate::notes;

#[test]
fn locks_work_here_and_nothing_is_left_behind() {
    let (dir, _) = notes();
    assert!(matches!(probe(dir.path()).unwrap(), Support::Works));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_probe_of_nothing_is_an_error() {
    let (dir, _) = notes();
    let error = probe(dir.path().join("missing")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.path(), dir.path().join("missing"));
}
