//! What every implementation of [`Fs`] must do, as functions to call on it (feature `conformance`).
//!
//! * [`check`] runs one clause of the contract after another, each in a directory of its own.
//! * [`compare`] runs one sequence of calls on two implementations, and reports where they differ.
//!
//! Both run on [`OsFs`](crate::OsFs) and on the simulator: what is learned from the kernel binds the
//! model. They say nothing about durability, which a running system can't show: that is the
//! simulator's own part of the contract.
//!
//! ```
//! let dir = tempfile::tempdir()?;
//! vfs::conformance::check(vfs::OsFs::shared(), dir.path());
//! # Ok::<(), std::io::Error>(())
//! ```

mod attributes;
mod compare;
mod contents;
mod directories;
mod links;
mod locks;
mod names;
mod op;
mod scratch;
mod whole;

use std::path::Path;
use std::sync::Arc;

use self::scratch::Scratch;
use crate::Fs;

pub use self::compare::compare;
pub use self::op::{FileOp, Op};

/// A name to report, and what to run.
type Clause = (&'static str, fn(&Scratch<'_>));

/// The functions of a module as clauses, each by its own name.
macro_rules! clauses {
    ($($clause:ident),+ $(,)?) => {
        pub(super) const CLAUSES: &[super::Clause] = &[$((stringify!($clause), $clause)),+];
    };
}
use clauses;

/// Checks `fs` against the contract, in `dir`: an existing, empty directory. What the clauses make
/// stays there.
///
/// Calls that may be [`Unsupported`](std::io::ErrorKind::Unsupported) may be so here too, and what
/// only Unix promises is asked only of a file system whose files have owners.
///
/// # Panics
///
/// If a clause does not hold; the message begins with its name.
#[expect(
    clippy::needless_pass_by_value,
    reason = "what a caller has is what options take"
)]
pub fn check(fs: Arc<dyn Fs>, dir: &Path) {
    let modules = [
        names::CLAUSES,
        links::CLAUSES,
        directories::CLAUSES,
        contents::CLAUSES,
        attributes::CLAUSES,
        locks::CLAUSES,
        whole::CLAUSES,
    ];
    for (name, clause) in modules.into_iter().flatten() {
        clause(&Scratch::new(&*fs, dir, name));
    }
}
