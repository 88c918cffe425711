//! The same calls on two file systems: no difference where there is none, and one where there is.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use vfs::conformance::{Op, compare};
use vfs::{Fs, OsFs};

use crate::twisted::{BUGS, TwistedFs};

/// Compares the operating system, in one directory, with `other` in another.
fn against_the_os(other: &dyn Fs, codes: &[[u8; 4]]) -> Result<(), String> {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ops: Vec<Op> = codes.iter().copied().map(Op::decode).collect();
    compare(&OsFs, one.path(), other, two.path(), &ops)
}

proptest! {
    #![proptest_config(crate::cases(64))]

    #[test]
    fn the_operating_system_agrees_with_itself(
        codes in prop::collection::vec(any::<[u8; 4]>(), 0..60),
    ) {
        prop_assert_eq!(against_the_os(&OsFs, &codes), Ok(()));
    }
}

#[cfg(unix)]
#[test]
fn a_planted_bug_makes_a_difference() {
    for (bug, _) in BUGS {
        let config = Config {
            max_shrink_iters: 0,
            ..crate::cases(1000)
        };
        let codes = prop::collection::vec(any::<[u8; 4]>(), 100);
        let found = TestRunner::new(config).run(&codes, |codes| {
            against_the_os(&TwistedFs(bug), &codes).map_err(TestCaseError::fail)
        });
        assert!(found.is_err(), "{bug:?} made none");
    }
}
