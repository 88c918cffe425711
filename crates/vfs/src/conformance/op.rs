//! One call, as data.

use std::path::PathBuf;

use crate::{FinalLink, LockKind, OpenOptions};

/// How many handles a sequence of calls holds at most.
pub(super) const SLOTS: u8 = 3;

/// Few names, and one above all, so that calls meet: each may become a file, a directory or a link
/// to another.
const PATHS: [&str; 8] = ["a", "b", "a", "b", "a", "a/a", "a/b", "b/a"];

/// One call on an [`Fs`](crate::Fs), for [`compare`](super::compare). Paths are relative to the root
/// of the comparison; `target` is the text of a link and stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "named for the calls and their arguments")]
pub enum Op {
    /// The handle is kept in a slot; what was there is closed before.
    Open {
        slot: u8,
        path: PathBuf,
        options: OpenOptions,
    },
    Close {
        slot: u8,
    },
    /// A call on the handle in a slot; skipped if there is none.
    On {
        slot: u8,
        call: FileOp,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    RenameNoReplace {
        from: PathBuf,
        to: PathBuf,
    },
    HardLink {
        original: PathBuf,
        link: PathBuf,
    },
    Symlink {
        target: PathBuf,
        link: PathBuf,
    },
    ReadLink {
        path: PathBuf,
    },
    RemoveFile {
        path: PathBuf,
    },
    CreateDir {
        path: PathBuf,
    },
    RemoveDir {
        path: PathBuf,
    },
    ReadDir {
        path: PathBuf,
    },
    Metadata {
        path: PathBuf,
    },
    SyncDir {
        path: PathBuf,
    },
}

/// One call on a [`File`](crate::File).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "named for the calls and their arguments")]
pub enum FileOp {
    ReadAt { offset: u64, len: usize },
    WriteAt { offset: u64, bytes: Vec<u8> },
    SetSize { size: u64 },
    Allocate { size: u64 },
    WriteBack { offset: u64, len: u64 },
    Metadata,
    SetPermissions { mode: u32 },
    SyncData,
    SyncAll,
    TryLock { kind: LockKind },
    Unlock,
}

impl Op {
    /// The call that four bytes stand for: which, and up to three arguments. Every code is a call,
    /// so whatever generates bytes generates calls, and what shrinks bytes shrinks calls.
    pub fn decode(code: [u8; 4]) -> Self {
        let [call, first, second, third] = code;
        let slot = third % SLOTS;
        let path = name(first);
        let to = name(second);
        match call % 20 {
            0..=2 => Self::Open {
                slot,
                path,
                options: options(second),
            },
            3 => Self::Close { slot },
            4 => Self::Rename { from: path, to },
            5 => Self::RenameNoReplace { from: path, to },
            6 => Self::HardLink {
                original: path,
                link: to,
            },
            7 => Self::Symlink {
                target: path,
                link: to,
            },
            8 => Self::RemoveFile { path },
            9 => Self::CreateDir { path },
            10 => Self::RemoveDir { path },
            11 => match second % 4 {
                0 => Self::ReadLink { path },
                1 => Self::ReadDir { path },
                2 => Self::Metadata { path },
                _ => Self::SyncDir { path },
            },
            _ => Self::On {
                slot,
                call: FileOp::decode(first, second, third),
            },
        }
    }
}

impl FileOp {
    fn decode(call: u8, place: u8, value: u8) -> Self {
        let offset = u64::from(place) * 64;
        match call % 14 {
            0 => Self::ReadAt {
                offset,
                len: value.into(),
            },
            1 | 2 => Self::WriteAt {
                offset,
                bytes: vec![value; value.into()],
            },
            3 => Self::SetSize { size: offset },
            4 => Self::Allocate { size: offset },
            5 => Self::WriteBack {
                offset,
                len: value.into(),
            },
            6 => Self::Metadata,
            // The owner may always read and write, as a superuser may whatever the mode.
            7 => Self::SetPermissions {
                mode: 0o600 | u32::from(place) & 0o77,
            },
            8 => Self::SyncData,
            9 => Self::SyncAll,
            10 => Self::TryLock {
                kind: LockKind::Shared,
            },
            11 | 12 => Self::TryLock {
                kind: LockKind::Exclusive,
            },
            _ => Self::Unlock,
        }
    }
}

fn name(index: u8) -> PathBuf {
    PathBuf::from(PATHS[usize::from(index) % PATHS.len()])
}

fn options(choice: u8) -> OpenOptions {
    let options = match choice % 4 {
        0 => OpenOptions::create_new(),
        1 => OpenOptions::read_write().or_create(),
        2 => OpenOptions::read_write(),
        _ => OpenOptions::read(),
    };
    // Nothing that a umask would take away: the two sides may have different ones.
    let options = options.mode(0o600);
    if choice & 4 == 0 {
        options
    } else {
        options.final_link(FinalLink::Refuse)
    }
}
