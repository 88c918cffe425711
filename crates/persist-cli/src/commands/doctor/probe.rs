//! What a save relies on, tried in a scratch folder.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::said;
use super::second_process::{self, Found};
use crate::output::{Page, Paint};

/// One thing that was tried.
#[derive(Debug, Serialize)]
pub(super) struct Probe {
    /// A word that stays.
    pub(super) name: &'static str,
    pub(super) answer: Answer,
    /// What it means, or why it is not known.
    pub(super) detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Works,
    Fails,
    Unknown,
}

type Attempt = fn(&Path) -> io::Result<String>;

/// In the order in which they are told.
const ATTEMPTS: [(&str, Attempt); 8] = [
    ("create", create),
    ("rename", rename),
    ("file sync", sync_file),
    ("dir sync", sync_dir),
    ("locks", locks),
    ("hard links", hard_link),
    ("xattrs", xattrs),
    ("names", names),
];

/// Tries everything, and leaves nothing behind.
pub(super) fn all(dir: &Path) -> Vec<Probe> {
    let scratch = match Scratch::new(dir) {
        Ok(scratch) => scratch,
        Err(error) => {
            return vec![Probe::new(
                "create",
                Answer::Fails,
                format!("nothing can be created here: {}", said(&error)),
            )];
        }
    };
    let probes = ATTEMPTS
        .iter()
        .map(|(name, attempt)| match attempt(&scratch.path) {
            Ok(detail) => Probe::new(name, Answer::Works, detail),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                Probe::new(name, Answer::Unknown, said(&error))
            }
            Err(error) => Probe::new(name, Answer::Fails, said(&error)),
        });
    probes.collect()
}

impl Probe {
    fn new(name: &'static str, answer: Answer, detail: String) -> Self {
        Self {
            name,
            answer,
            detail,
        }
    }

    #[cfg(test)]
    pub(super) fn failing(name: &'static str) -> Self {
        Self::new(name, Answer::Fails, String::new())
    }

    pub(super) fn text(&self, page: &mut Page) {
        let (paint, word) = match self.answer {
            Answer::Works => (Paint::Good, "works"),
            Answer::Fails => (Paint::Bad, "fails"),
            Answer::Unknown => (Paint::Warn, "unknown"),
        };
        page.field(
            self.name,
            format_args!("{}: {}", page.paint(paint, word), self.detail),
        );
    }
}

/// A folder that goes when this goes.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn new(dir: &Path) -> io::Result<Self> {
        let path = dir.join(format!(".persist-doctor-{}", std::process::id()));
        fs::create_dir(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::other(what.to_owned())
}

fn create(dir: &Path) -> io::Result<String> {
    let path = dir.join("create");
    let create = || OpenOptions::new().write(true).create_new(true).open(&path);
    create()?;
    match create() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Ok("a name that is taken is refused".to_owned())
        }
        Err(error) => Err(error),
        Ok(_) => Err(wrong("a file was created twice: O_EXCL is ignored")),
    }
}

fn rename(dir: &Path) -> io::Result<String> {
    let (old, new) = (dir.join("old"), dir.join("new"));
    fs::write(&old, "old")?;
    fs::write(&new, "new")?;
    fs::rename(&new, &old)?;
    match fs::read(&old)?.as_slice() {
        b"new" if !fs::exists(&new)? => {
            Ok("a file takes the name of another in one step".to_owned())
        }
        _ => Err(wrong("a file does not take the name of another")),
    }
}

fn sync_file(dir: &Path) -> io::Result<String> {
    let path = dir.join("file-sync");
    fs::write(&path, "content")?;
    File::open(&path)?.sync_all()?;
    Ok("contents can be made durable".to_owned())
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<String> {
    File::open(dir)?.sync_all()?;
    Ok("names can be made durable".to_owned())
}

#[cfg(not(unix))]
fn sync_dir(_dir: &Path) -> io::Result<String> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "directories can't be synced on this system",
    ))
}

/// Within this process, and against a second one: this command itself.
fn locks(dir: &Path) -> io::Result<String> {
    match lock::probe(dir).map_err(io::Error::other)? {
        lock::Support::Works => {}
        lock::Support::Unsupported(error) => return Err(error),
        _ => {
            return Err(wrong(
                "they are handed out to everybody: two programs would overwrite each other",
            ));
        }
    }
    let path = dir.join("lock");
    let held = lock::Lock::exclusive(&path).map_err(io::Error::other)?;
    let while_held = second_process::try_lock(&path)?;
    held.release().map_err(io::Error::other)?;
    let afterwards = second_process::try_lock(&path)?;
    match (while_held, afterwards) {
        (Found::InUse, Found::Free) => {
            Ok("a second process is kept out, and let in afterwards".to_owned())
        }
        (Found::Free, _) => Err(wrong("a second process was not kept out")),
        (Found::InUse, Found::InUse) => Err(wrong("a lock that was released is not free")),
    }
}

fn hard_link(dir: &Path) -> io::Result<String> {
    let (original, link) = (dir.join("original"), dir.join("link"));
    fs::write(&original, "content")?;
    match fs::hard_link(&original, &link) {
        Ok(()) => Ok("a backup costs no copy".to_owned()),
        Err(error) => Err(io::Error::other(format!(
            "a backup is a copy ({})",
            said(&error)
        ))),
    }
}

#[cfg(target_os = "linux")]
fn xattrs(dir: &Path) -> io::Result<String> {
    let path = dir.join("xattrs");
    fs::write(&path, "content")?;
    let set = rustix::fs::setxattr(&path, "user.persist", b"1", rustix::fs::XattrFlags::empty());
    match set {
        Ok(()) => Ok("attributes of a file outlive its saves".to_owned()),
        Err(error) => Err(io::Error::other(format!(
            "a file has no attributes to keep ({})",
            said(&error.into())
        ))),
    }
}

#[cfg(not(target_os = "linux"))]
fn xattrs(_dir: &Path) -> io::Result<String> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "not tried on this system",
    ))
}

fn names(dir: &Path) -> io::Result<String> {
    fs::write(dir.join("Name"), "content")?;
    let found = if fs::exists(dir.join("nAME"))? {
        "`Name` and `nAME` are one file here"
    } else {
        "`Name` and `nAME` are two files here"
    };
    Ok(found.to_owned())
}
