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

/// What only other systems run. Coverage is measured on Linux.
const WINDOWS: &str = "only on Windows";
const NO_IDENTITY: &str =
    "only where files have no identity or no owner, which no supported system lacks";
const A_THOUSAND: &str = "only if thousands of names are taken";
const NO_THREAD: &str = "only if no thread can be started";

const fn exception(path: &'static str, line: &'static str, reason: &'static str) -> Exception {
    Exception { path, line, reason }
}

pub(super) const EXCEPTIONS: &[Exception] = &[
    exception(
        "crates/atomic-io/src/attributes.rs",
        "return Ok(old.mode);",
        NO_IDENTITY,
    ),
    exception(
        "crates/atomic-io/src/commit.rs",
        "// Locks are mandatory there: readers of the published file would be turned away until",
        WINDOWS,
    ),
    exception(
        "crates/atomic-io/src/commit.rs",
        "// the handle is closed. A sweep in this instant makes the rename fail, no more.",
        WINDOWS,
    ),
    exception(
        "crates/atomic-io/src/commit.rs",
        "let _ = self.temp.file().unlock();",
        WINDOWS,
    ),
    exception("crates/atomic-io/src/commit.rs", "_ => false,", NO_IDENTITY),
    exception(
        "crates/atomic-io/src/identical.rs",
        "OpenOptions::read_write()",
        WINDOWS,
    ),
    exception(
        "crates/atomic-io/src/error.rs",
        ")?;",
        "only if the formatter fails",
    ),
    exception(
        "crates/atomic-io/src/error.rs",
        "(_, None, _) => write!(f, \"{:?}\", self.kind),",
        "every kind without a cause has words of its own above",
    ),
    exception(
        "crates/atomic-io/src/remains.rs",
        "let file = queue.waiting.pop();",
        NO_THREAD,
    ),
    exception("crates/atomic-io/src/remains.rs", "drop(queue);", NO_THREAD),
    exception("crates/atomic-io/src/remains.rs", "drop(file);", NO_THREAD),
    exception(
        "crates/atomic-io/src/temp.rs",
        "let exhausted = io::Error::new(",
        A_THOUSAND,
    ),
    exception(
        "crates/atomic-io/src/temp.rs",
        "io::ErrorKind::AlreadyExists,",
        A_THOUSAND,
    ),
    exception(
        "crates/atomic-io/src/temp.rs",
        "format!(\"{NAMES_MAX} temporary files are there already; `sweep` the directory\"),",
        A_THOUSAND,
    ),
    exception(
        "crates/atomic-io/src/temp.rs",
        "Err(Error::failed(",
        A_THOUSAND,
    ),
    exception(
        "crates/atomic-io/src/temp.rs",
        "Step::CreateTemp,",
        A_THOUSAND,
    ),
    exception(
        "crates/atomic-io/src/temp.rs",
        "&target.requested,",
        A_THOUSAND,
    ),
    exception("crates/atomic-io/src/temp.rs", "exhausted,", A_THOUSAND),
    exception("crates/atomic-io/src/temp.rs", "))", A_THOUSAND),
    exception(
        "crates/lock/src/probe.rs",
        "return Ok(Support::Ignored);",
        "only where an exclusive lock is given beside a shared one, but not beside an exclusive one",
    ),
    exception(
        "crates/lock/src/queue.rs",
        "std::thread::sleep(pause);",
        NO_IDENTITY,
    ),
    exception("crates/lock/src/queue.rs", "return false;", NO_IDENTITY),
    exception(
        "crates/persist/src/held.rs",
        "Self::Lent(lock) => lock,",
        "tokens are drawn by counters, and those hold their own locks",
    ),
    exception(
        "crates/persist/src/preserve.rs",
        "let reason = io::Error::new(io::ErrorKind::AlreadyExists, \"every name is taken\");",
        A_THOUSAND,
    ),
    exception(
        "crates/persist/src/preserve.rs",
        "Err(Error::io(original.path, \"keep a copy of\", reason))",
        A_THOUSAND,
    ),
];
