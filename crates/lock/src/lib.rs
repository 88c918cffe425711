//! Cross-process locks: wait, deadline, holder, fencing token.
//!
//! Programs that share a file must take turns. A lock made of a file that exists or does not exist
//! goes stale with the first crash, one with a process id in it has to guess whether that process is
//! still the same, and one that is removed when done lets two processes in at once. So the lock here
//! is the kernel's own (`flock`, `LockFileEx`), on a file that stands beside what it protects, is
//! never renamed and never removed. The kernel releases it when its holder dies, however that
//! happens: there is no stale lock, and nothing to clean up. What the file says about its holder is
//! for messages, and nothing is ever decided by it.
//!
//! * [`Lock`] is the guard: `notes.json` is protected by `notes.json.lock` until it is dropped.
//! * [`LockFile`] stays open for who takes turns often: a [`Turn`] is two calls of the kernel.
//! * [`Options`] says how long to [`Wait`] and on which file system.
//! * [`Lock::token`] draws a [`FencingToken`], which grows with every holder, across crashes too.
//! * [`probe`] tells whether locks exclude anybody at all on this mount, [`holder`] who is in,
//!   [`Options::status`] whether anybody is.
//!
//! ```
//! use std::time::Duration;
//! use lock::{ErrorKind, Lock, Options, Wait};
//!
//! # let dir = tempfile::tempdir()?;
//! # let notes = dir.path().join("notes.json");
//! let lock = Lock::exclusive(&notes)?; // waits for as long as it takes
//! // ... read notes.json, change it, replace it ...
//!
//! let patient = Options::new().wait(Wait::UpTo(Duration::from_millis(10)));
//! let error = patient.shared(&notes).unwrap_err(); // another handle is another holder
//! assert_eq!(error.kind(), ErrorKind::TimedOut);
//! println!("{error}"); // notes.json is in use by process 4242 (this process) on host ada since ...
//!
//! lock.release()?; // or drop it
//! let _readers = (patient.shared(&notes)?, patient.shared(&notes)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Guarantees
//!
//! * Between processes and between threads: while an exclusive [`Lock`] lives there is no other lock
//!   of the same name, and while a shared one lives there is no exclusive one.
//! * A holder that dies holds nothing, and what it leaves behind stops nobody.
//! * Taking a lock never changes what it protects, and never cuts the lock file short.
//! * Every token is greater than every token handed out before it for this lock file, through kills,
//!   failing calls, power loss, and damage to either of the two places where the number stands. Where
//!   both are damaged there is no token but [`ErrorKind::TokenLost`].
//! * Nothing in a lock file, whoever wrote it, makes this crate panic or read without a limit.
//!
//! # Limitations
//!
//! * **Advisory.** Only who asks for the lock is kept out.
//! * **By name.** A file with two names, by links or by differently spelled paths through links, has
//!   two locks. Resolve links before, or agree on one name.
//! * **Not to be removed.** Who removes a lock file while it is held lets a second holder in beside
//!   the first ([`Lock::verify`] tells), and the token starts again ([`Lock::token_above`] helps).
//! * If the directory's sync fails while a lock file is created, and its creator also fails to take the
//!   name back, power loss may take the file, and the token starts again.
//! * **Not reentrant.** A thread that asks for what it holds already waits for itself. Do all work
//!   under the guard that is there. Who needs several locks takes them in one order everywhere: the
//!   directory's before its files', files by name.
//! * **No queue between processes.** The threads of a process are served in the order they came;
//!   processes poll every few milliseconds, and who is lucky gets it.
//! * A process that forks without `exec` shares its locks with the child.
//! * Some network file systems do not lock, or pretend to. [`probe`] finds out, within one machine.
//! * On Windows the lock keeps others from reading the lock file: nobody sees the holder there, and a
//!   removed lock file is not noticed.
//!
//! The bytes of a lock file are described in `docs/formats/lock.md`.

mod acquire;
mod error;
mod guard;
mod holder;
mod layout;
mod lock_file;
mod options;
mod probe;
mod queue;
mod status;
mod token;
mod wait;

pub use error::{Error, ErrorKind};
pub use guard::Lock;
pub use holder::Holder;
pub use lock_file::{LockFile, Turn};
pub use options::{Options, holder, probe};
pub use probe::Support;
pub use status::Status;
pub use token::FencingToken;
pub use wait::Wait;
