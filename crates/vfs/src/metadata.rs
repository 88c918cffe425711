//! What stands behind a name.

/// What a name points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A pipe, socket or device.
    Other,
}

/// Which file this is, whatever its names: equal ids at one moment mean one file.
/// An id may be used again after the file is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    /// The device or volume.
    pub device: u64,
    /// The inode or file index.
    pub inode: u64,
}

/// Who owns a file (Unix).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// Numeric user id.
    pub uid: u32,
    /// Numeric group id.
    pub gid: u32,
}

/// What is known of a file without reading it. There are no times in it: nothing that decides
/// whether data survives may rest on a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// Length in bytes (for a symbolic link, of its text).
    pub size: u64,
    /// Permission bits: the low 12 bits of a Unix mode. Elsewhere `0o444` or `0o666`.
    pub mode: u32,
    /// Owner and group; `None` elsewhere than on Unix.
    pub owner: Option<Owner>,
    /// How many names it has; 0 once the last one is gone; `None` where the system can't tell.
    pub links: Option<u64>,
    /// Which file it is; `None` where the system can't tell.
    pub id: Option<FileId>,
}

impl Metadata {
    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == FileKind::File
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.kind == FileKind::Directory
    }

    /// Whether it is a symbolic link.
    pub fn is_symlink(&self) -> bool {
        self.kind == FileKind::Symlink
    }

    /// Whether both are known to be the same file.
    pub fn same_file(&self, other: &Self) -> bool {
        self.id.is_some() && self.id == other.id
    }
}
