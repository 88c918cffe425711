//! Failures that the simulated system can be told to answer with.

use std::fmt;
use std::io;
use std::str::FromStr;

use crate::errno;

/// What happens instead of a call's success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// `EIO`. A sync that fails so loses what it covered for good.
    Io,
    /// `ENOSPC`. For a sync as with [`Io`](Fault::Io): delayed allocation found no room.
    NoSpace,
    /// `EDQUOT`.
    Quota,
    /// `EINTR`.
    Interrupted,
    /// `EACCES`.
    Denied,
    /// `EROFS`.
    ReadOnly,
    /// `EMFILE`.
    TooManyOpen,
    /// `EBUSY`.
    Busy,
    /// A read or write takes about half of what it was given.
    Short,
    /// A sync answers `EIO` although everything became durable.
    SyncedButFailed,
    /// The process is killed before the call has any effect.
    Kill,
    /// The process is killed when the call has had its effect, a write of several blocks about half of it.
    KillInside,
}

impl Fault {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Io, "eio"),
        (Self::NoSpace, "enospc"),
        (Self::Quota, "edquot"),
        (Self::Interrupted, "eintr"),
        (Self::Denied, "eacces"),
        (Self::ReadOnly, "erofs"),
        (Self::TooManyOpen, "emfile"),
        (Self::Busy, "ebusy"),
        (Self::Short, "short"),
        (Self::SyncedButFailed, "synced-but-eio"),
        (Self::Kill, "kill"),
        (Self::KillInside, "kill-inside"),
    ];

    /// The error that a program sees.
    pub(crate) fn error(self) -> io::Error {
        match self {
            Self::Io | Self::SyncedButFailed => errno::io(),
            Self::NoSpace => errno::no_space(),
            Self::Quota => errno::quota(),
            Self::Interrupted => errno::interrupted(),
            Self::Denied => errno::denied(),
            Self::ReadOnly => errno::read_only(),
            Self::TooManyOpen => errno::too_many_open(),
            Self::Busy => errno::busy(),
            Self::Short => io::Error::other("a short transfer is not an error"),
            Self::Kill | Self::KillInside => io::Error::other("the process was killed"),
        }
    }

    /// The faults worth trying on a call of this name.
    pub(crate) fn for_call(name: &str) -> &'static [Self] {
        use Fault::{
            Busy, Denied, Interrupted, Io, NoSpace, Quota, ReadOnly, Short, SyncedButFailed,
            TooManyOpen,
        };
        match name {
            "open" => &[
                Io,
                NoSpace,
                Quota,
                Interrupted,
                Denied,
                ReadOnly,
                TooManyOpen,
            ],
            "read_at" => &[Io, Interrupted, Short],
            "write_at" | "write_direct_at" => &[Io, NoSpace, Quota, Interrupted, ReadOnly, Short],
            "sync_data" | "sync_all" => &[Io, NoSpace, Quota, Interrupted, SyncedButFailed],
            // No `Denied`: who may not read a directory can't sync it, today or ever.
            "sync_dir" => &[
                Io,
                NoSpace,
                Quota,
                Interrupted,
                TooManyOpen,
                SyncedButFailed,
            ],
            "set_size" | "allocate" => &[Io, NoSpace, Quota, Interrupted, ReadOnly],
            "rename" | "rename_no_replace" => &[Io, NoSpace, Quota, Denied, ReadOnly, Busy],
            "create_dir" | "hard_link" | "symlink" | "set_xattr" => {
                &[Io, NoSpace, Quota, Denied, ReadOnly]
            }
            "remove_file" | "remove_dir" => &[Io, NoSpace, Denied, ReadOnly, Busy],
            "set_permissions" | "set_owner" => &[Io, Quota, Denied, ReadOnly],
            "read_dir" => &[Io, Denied, TooManyOpen],
            "try_lock" => &[Io, Interrupted, Denied],
            _ => &[Io, Denied],
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL
            .iter()
            .find(|(fault, _)| fault == self)
            .map_or("?", |(_, name)| name);
        f.write_str(name)
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, name)| *name == text);
        found
            .map(|(fault, _)| *fault)
            .ok_or_else(|| format!("no fault is called {text:?}"))
    }
}
