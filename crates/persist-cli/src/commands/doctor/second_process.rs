//! A second process that tries a lock: locks between the threads of one prove nothing.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use lock::{ErrorKind, Options, Wait};

use crate::exit::Exit;

/// How this command is called as the second process. It is no command for people, so help, completions
/// and manual do not know it.
const ASKED: &str = "--second-process";

/// What the second process found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Free,
    InUse,
}

/// Has a second process try the lock of `path`.
pub(super) fn try_lock(path: &Path) -> io::Result<Found> {
    let status = Command::new(env::current_exe()?)
        .args([OsStr::new(ASKED), path.as_os_str()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let is = |exit: Exit| status.code() == Some(exit.code().into());
    match (is(Exit::Fine), is(Exit::InUse)) {
        (true, _) => Ok(Found::Free),
        (_, true) => Ok(Found::InUse),
        _ => Err(io::Error::other("a second process could not try them")),
    }
}

/// The other side: what to exit with, if this is the second process.
pub(crate) fn run_if_asked() -> Option<Exit> {
    let mut args = env::args_os().skip(1);
    let (asked, path) = (args.next()?, args.next()?);
    if asked != ASKED {
        return None;
    }
    Some(match Options::new().wait(Wait::Never).exclusive(&path) {
        Ok(_) => Exit::Fine,
        Err(error) if error.kind() == ErrorKind::Busy => Exit::InUse,
        Err(_) => Exit::System,
    })
}
