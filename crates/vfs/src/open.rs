//! How a file is opened.

/// What a handle may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Read only.
    Read,
    /// Read and write.
    ReadWrite,
}

/// Whether opening may create the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Create {
    /// The file must be there.
    Never,
    /// It is created if it is not there.
    IfMissing,
    /// It must not be there, not even as a dangling symbolic link (`O_EXCL`).
    New,
}

/// What happens if the last component of the path is a symbolic link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FinalLink {
    /// It is followed.
    Follow,
    /// Opening fails (`O_NOFOLLOW`).
    Refuse,
}

/// What everything about a transfer of a [`direct`](OpenOptions::direct) handle has to be a multiple of: its address in memory, its
/// offset in the file, its length. Bytes.
pub const DIRECT_BLOCK: usize = 4096;

/// How [`Fs::open`](crate::Fs::open) opens a file. There is no "truncate" and no "append": the one
/// destroys what it may fail to replace, the other hides where bytes go.
///
/// ```
/// use vfs::{FinalLink, OpenOptions};
///
/// let temp = OpenOptions::create_new().mode(0o600);
/// let lock = OpenOptions::read_write().or_create().final_link(FinalLink::Refuse);
/// # let _ = (temp, lock);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenOptions {
    pub(crate) access: Access,
    pub(crate) create: Create,
    pub(crate) final_link: FinalLink,
    pub(crate) mode: u32,
    pub(crate) direct: bool,
}

impl OpenOptions {
    const fn new(access: Access, create: Create) -> Self {
        Self {
            access,
            create,
            final_link: FinalLink::Follow,
            mode: 0o666,
            direct: false,
        }
    }

    /// An existing file, for reading.
    pub const fn read() -> Self {
        Self::new(Access::Read, Create::Never)
    }

    /// An existing file, for reading and writing.
    pub const fn read_write() -> Self {
        Self::new(Access::ReadWrite, Create::Never)
    }

    /// A file that must not be there yet, for reading and writing.
    pub const fn create_new() -> Self {
        let mut options = Self::new(Access::ReadWrite, Create::New);
        options.final_link = FinalLink::Refuse;
        options
    }

    /// Creates the file if it is not there.
    pub const fn or_create(mut self) -> Self {
        self.create = Create::IfMissing;
        self
    }

    /// What a symbolic link in the last component does. Default: it is followed.
    pub const fn final_link(mut self, final_link: FinalLink) -> Self {
        self.final_link = final_link;
        self
    }

    /// Permission bits of a file that this call creates, less the process's umask. Default `0o666`.
    pub const fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// Transfers go past the page cache (`O_DIRECT`): whole aligned blocks, see [`DIRECT_BLOCK`], also where they are short; anything
    /// else may fail with [`InvalidInput`](std::io::ErrorKind::InvalidInput). Other handles see what was written, and it is no more
    /// durable than otherwise. Opening is [`Unsupported`](std::io::ErrorKind::Unsupported) where the file system can't do that, asks for larger
    /// blocks, or does not say which it asks for (Linux tells from 6.1 on, other systems never). For files that are there.
    pub const fn direct(mut self) -> Self {
        self.direct = true;
        self
    }

    /// What the handle may do.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Whether opening may create the file.
    pub const fn create(&self) -> Create {
        self.create
    }

    /// Whether a symbolic link in the last component is followed.
    pub const fn follows(&self) -> bool {
        matches!(self.final_link, FinalLink::Follow)
    }

    /// Whether transfers go past the page cache.
    pub const fn is_direct(&self) -> bool {
        self.direct
    }

    /// Permission bits of a file that this call creates.
    pub const fn creation_mode(&self) -> u32 {
        self.mode
    }
}
