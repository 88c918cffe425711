//! The same calls on two file systems.

use std::ffi::OsString;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use super::op::{FileOp, Op, SLOTS};
use crate::{File, FileId, FileKind, Fs, Metadata};

/// Runs `ops` below `root_a` of `a` and below `root_b` of `b`, two empty directories, and compares
/// after each call what it answered and everything that is there then.
///
/// Answers are compared as far as the contract goes: errors by their kind (those without a stable
/// name all count as [`Other`](ErrorKind::Other)), files by which names are one file and not by
/// their id, and of a directory neither size nor count of links.
///
/// # Errors
///
/// The first difference: which call, and both answers.
pub fn compare(
    a: &dyn Fs,
    root_a: &Path,
    b: &dyn Fs,
    root_b: &Path,
    ops: &[Op],
) -> std::result::Result<(), String> {
    let mut a = Side::new(a, root_a);
    let mut b = Side::new(b, root_b);
    for (index, op) in ops.iter().enumerate() {
        let (answer_a, answer_b) = (a.run(op), b.run(op));
        if answer_a != answer_b {
            return Err(format!(
                "op {index}, {op:?}: {answer_a:?} against {answer_b:?}"
            ));
        }
        let (tree_a, tree_b) = (a.tree(), b.tree());
        if tree_a != tree_b {
            return Err(format!(
                "after op {index}, {op:?}: {tree_a:#?} against {tree_b:#?}"
            ));
        }
    }
    Ok(())
}

/// What a call answered.
#[derive(Debug, PartialEq)]
enum Answer {
    Skipped,
    Done,
    Bytes(Vec<u8>),
    Count(usize),
    Taken(bool),
    Text(PathBuf),
    Names(Vec<OsString>),
    Described(Described),
    Failed(ErrorKind),
}

/// What the contract says of a file, without what is the file system's own.
#[derive(Debug, PartialEq)]
struct Described {
    kind: FileKind,
    mode: Option<u32>,
    size: Option<u64>,
    links: Option<u64>,
}

impl From<Metadata> for Described {
    fn from(metadata: Metadata) -> Self {
        let is_dir = metadata.is_dir();
        Self {
            kind: metadata.kind,
            mode: metadata.is_file().then_some(metadata.mode),
            size: (!is_dir).then_some(metadata.size),
            links: if is_dir { None } else { metadata.links },
        }
    }
}

/// One name of the tree.
#[derive(Debug, PartialEq)]
struct Entry {
    path: PathBuf,
    described: Described,
    /// The first entry that is the same file.
    first: usize,
    content: Answer,
}

struct Side<'a> {
    fs: &'a dyn Fs,
    root: &'a Path,
    slots: [Option<Box<dyn File>>; SLOTS as usize],
}

impl<'a> Side<'a> {
    fn new(fs: &'a dyn Fs, root: &'a Path) -> Self {
        Self {
            fs,
            root,
            slots: [const { None }; SLOTS as usize],
        }
    }

    fn run(&mut self, op: &Op) -> Answer {
        self.answer(op).unwrap_or_else(|error| failed(&error))
    }

    fn answer(&mut self, op: &Op) -> Result<Answer> {
        let (fs, root) = (self.fs, self.root);
        let at = |path: &PathBuf| root.join(path);
        match op {
            Op::Open {
                slot,
                path,
                options,
            } => {
                let slot = self.slot(*slot);
                *slot = None;
                *slot = Some(fs.open(&at(path), options)?);
            }
            Op::Close { slot } => *self.slot(*slot) = None,
            Op::On { slot, call } => {
                return match self.slot(*slot) {
                    Some(file) => answer(&**file, call),
                    None => Ok(Answer::Skipped),
                };
            }
            Op::Rename { from, to } => fs.rename(&at(from), &at(to))?,
            Op::RenameNoReplace { from, to } => fs.rename_no_replace(&at(from), &at(to))?,
            Op::HardLink { original, link } => fs.hard_link(&at(original), &at(link))?,
            Op::Symlink { target, link } => fs.symlink(target, &at(link))?,
            Op::ReadLink { path } => return fs.read_link(&at(path)).map(Answer::Text),
            Op::RemoveFile { path } => fs.remove_file(&at(path))?,
            Op::CreateDir { path } => fs.create_dir(&at(path))?,
            Op::RemoveDir { path } => fs.remove_dir(&at(path))?,
            Op::ReadDir { path } => return fs.read_dir(&at(path)).map(Answer::Names),
            Op::Metadata { path } => return Ok(Answer::Described(fs.metadata(&at(path))?.into())),
            Op::SyncDir { path } => fs.sync_dir(&at(path))?,
        }
        Ok(Answer::Done)
    }

    fn slot(&mut self, slot: u8) -> &mut Option<Box<dyn File>> {
        &mut self.slots[usize::from(slot % SLOTS)]
    }

    /// Everything below the root, in the order of a walk that is the same on both sides.
    fn tree(&self) -> std::result::Result<Vec<Entry>, ErrorKind> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut ids: Vec<Option<FileId>> = Vec::new();
        let mut pending = vec![PathBuf::new()];
        while let Some(dir) = pending.pop() {
            let names = self
                .fs
                .read_dir(&self.root.join(&dir))
                .map_err(|error| stable(error.kind()))?;
            for name in names {
                let path = dir.join(name);
                let at = self.root.join(&path);
                let metadata = self
                    .fs
                    .metadata(&at)
                    .map_err(|error| stable(error.kind()))?;
                let content = match metadata.kind {
                    FileKind::Directory => {
                        pending.push(path.clone());
                        Ok(Answer::Done)
                    }
                    FileKind::Symlink => self.fs.read_link(&at).map(Answer::Text),
                    FileKind::File | FileKind::Other => {
                        self.fs.read(&at, u64::MAX).map(Answer::Bytes)
                    }
                };
                let known = ids.iter().position(|id| id.is_some() && *id == metadata.id);
                entries.push(Entry {
                    path,
                    described: metadata.into(),
                    first: known.unwrap_or(ids.len()),
                    content: content.unwrap_or_else(|error| failed(&error)),
                });
                ids.push(metadata.id);
            }
        }
        Ok(entries)
    }
}

fn answer(file: &dyn File, call: &FileOp) -> Result<Answer> {
    match call {
        FileOp::ReadAt { offset, len } => {
            let mut bytes = vec![0; *len];
            let count = file.read_at(&mut bytes, *offset)?;
            bytes.truncate(count);
            return Ok(Answer::Bytes(bytes));
        }
        FileOp::WriteAt { offset, bytes } => {
            return file.write_at(bytes, *offset).map(Answer::Count);
        }
        FileOp::SetSize { size } => file.set_size(*size)?,
        FileOp::Allocate { size } => file.allocate(*size)?,
        FileOp::WriteBack { offset, len } => file.write_back(*offset, *len)?,
        FileOp::Metadata => return Ok(Answer::Described(file.metadata()?.into())),
        FileOp::SetPermissions { mode } => file.set_permissions(*mode)?,
        FileOp::SyncData => file.sync_data()?,
        FileOp::SyncAll => file.sync_all()?,
        FileOp::TryLock { kind } => return file.try_lock(*kind).map(Answer::Taken),
        FileOp::Unlock => file.unlock()?,
    }
    Ok(Answer::Done)
}

fn failed(error: &Error) -> Answer {
    Answer::Failed(stable(error.kind()))
}

/// Only what a simulator can make: it has no way to name the kinds that are not stable.
fn stable(kind: ErrorKind) -> ErrorKind {
    match format!("{kind:?}").as_str() {
        "Uncategorized" | "FilesystemLoop" => ErrorKind::Other,
        _ => kind,
    }
}
