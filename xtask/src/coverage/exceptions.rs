//! The code of which every line must be run by a test, and the lines of it that can't be.

/// What begins so replaces files, locks them or recovers them.
pub(super) const CRITICAL: &[&str] = &[
    "crates/atomic-io/src/",
    "crates/lock/src/",
    "crates/persist/src/backup/restore.rs",
    "crates/persist/src/held.rs",
    "crates/persist/src/preserve.rs",
    "crates/persist/src/quarantine.rs",
    "crates/persist/src/recover",
    "crates/persist/src/save.rs",
];

/// A line that no test runs, known by its text, so that it is found again when lines move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exception {
    pub(super) path: &'static str,
    /// Without the space around it.
    pub(super) line: &'static str,
    /// Why not.
    #[expect(dead_code, reason = "for people")]
    pub(super) reason: &'static str,
}

pub(super) const EXCEPTIONS: &[Exception] = &[];
