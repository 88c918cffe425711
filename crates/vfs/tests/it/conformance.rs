//! The contract, on the kernel that runs the tests.

use std::panic::{AssertUnwindSafe, catch_unwind};

use vfs::OsFs;
use vfs::conformance::check;

use crate::twisted::{BUGS, Twist, TwistedFs};

#[test]
fn the_operating_system_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    check(OsFs::shared(), dir.path());
}

#[test]
fn short_and_interrupted_calls_keep_it_too() {
    let dir = tempfile::tempdir().unwrap();
    check(TwistedFs::shared(Twist::ShortAndInterrupted), dir.path());
}

#[cfg(unix)]
#[test]
fn a_planted_bug_is_found_and_its_clause_named() {
    for (bug, clause) in BUGS {
        let dir = tempfile::tempdir().unwrap();
        let fs = TwistedFs::shared(bug);
        let broken = catch_unwind(AssertUnwindSafe(|| check(fs, dir.path())))
            .expect_err(&format!("{bug:?} was not found"));
        let message = broken.downcast::<String>().unwrap();
        assert!(
            message.starts_with(&format!("{clause}: ")),
            "{bug:?} broke {message}"
        );
    }
}
