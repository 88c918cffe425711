//! A clause's own directory, and the ways in which it says what it expects.

use std::fmt::Debug;
use std::io::{ErrorKind, Result};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use crate::{File, Fs, OpenOptions};

/// One clause at work: dereferences to the file system, answers [`at`](Self::at) with paths in its
/// directory, and panics with the clause's name.
pub(super) struct Scratch<'a> {
    fs: &'a dyn Fs,
    dir: PathBuf,
    clause: &'static str,
    unix: bool,
}

impl<'a> Deref for Scratch<'a> {
    type Target = dyn Fs + 'a;

    fn deref(&self) -> &Self::Target {
        self.fs
    }
}

impl<'a> Scratch<'a> {
    pub(super) fn new(fs: &'a dyn Fs, dir: &Path, clause: &'static str) -> Self {
        let mut scratch = Self {
            fs,
            dir: dir.join(clause),
            clause,
            unix: true,
        };
        scratch.ok(
            "create_dir of its own directory",
            fs.create_dir(&scratch.dir),
        );
        let metadata = scratch.ok("metadata of its own directory", fs.metadata(&scratch.dir));
        scratch.unix = metadata.owner.is_some();
        scratch
    }

    /// Whether the finer rules of Unix apply.
    pub(super) fn unix(&self) -> bool {
        self.unix
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A new file with this content, open.
    #[track_caller]
    pub(super) fn file(&self, name: &str, content: &[u8]) -> Box<dyn File> {
        let file = self.fs.open(&self.at(name), &OpenOptions::create_new());
        let file = self.ok(&format!("create_new of {name}"), file);
        self.ok(&format!("write to {name}"), file.write_all_at(content, 0));
        file
    }

    /// A further handle of an existing file.
    #[track_caller]
    pub(super) fn handle(&self, name: &str) -> Box<dyn File> {
        let file = self.fs.open(&self.at(name), &OpenOptions::read_write());
        self.ok(&format!("open of {name}"), file)
    }

    #[track_caller]
    pub(super) fn directory(&self, name: &str) {
        self.ok(
            &format!("create_dir of {name}"),
            self.fs.create_dir(&self.at(name)),
        );
    }

    #[track_caller]
    pub(super) fn link(&self, target: &str, name: &str) {
        let made = self.fs.symlink(Path::new(target), &self.at(name));
        self.ok(&format!("symlink {name} -> {target}"), made);
    }

    #[track_caller]
    pub(super) fn ok<T>(&self, call: &str, result: Result<T>) -> T {
        match result {
            Ok(value) => value,
            Err(error) => self.broken(&format!("{call}: {error} ({:?})", error.kind())),
        }
    }

    /// `None` if the call is not supported, which its contract allows.
    #[track_caller]
    pub(super) fn supported<T>(&self, call: &str, result: Result<T>) -> Option<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::Unsupported => None,
            result => Some(self.ok(call, result)),
        }
    }

    /// The call must fail, and on Unix with this kind.
    #[track_caller]
    pub(super) fn fails<T>(&self, call: &str, expected: ErrorKind, result: Result<T>) {
        match result {
            Err(error) if error.kind() == expected || !self.unix => {}
            Err(error) => self.broken(&format!(
                "{call}: expected {expected:?}, got {:?} ({error})",
                error.kind()
            )),
            Ok(_) => self.broken(&format!("{call}: expected {expected:?}, got Ok")),
        }
    }

    #[track_caller]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what is compared is made for that"
    )]
    pub(super) fn equal<T: PartialEq + Debug>(&self, what: &str, found: T, expected: T) {
        if found != expected {
            self.broken(&format!("{what}: expected {expected:?}, got {found:?}"));
        }
    }

    #[track_caller]
    pub(super) fn holds(&self, what: &str, holds: bool) {
        if !holds {
            self.broken(what);
        }
    }

    /// The file at `name`, links followed, has this content.
    #[track_caller]
    pub(super) fn content(&self, name: &str, expected: &[u8]) {
        let content = self.fs.read(&self.at(name), 1 << 20);
        let content = self.ok(&format!("read of {name}"), content);
        self.equal(
            &format!("content of {name}"),
            content.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
        );
    }

    /// Nothing stands at `name`, not even a link.
    #[track_caller]
    pub(super) fn absent(&self, name: &str) {
        self.fails(
            &format!("metadata of {name}"),
            ErrorKind::NotFound,
            self.fs.metadata(&self.at(name)),
        );
    }

    #[track_caller]
    fn broken(&self, what: &str) -> ! {
        panic!("{}: {what}", self.clause)
    }
}
