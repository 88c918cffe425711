//! The choices a caller has, as data.

/// What `Ok` promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Durability {
    /// The new content survives a power cut from the moment of `Ok` on. Two syncs: the file's and
    /// its directory's.
    #[default]
    Durable,
    /// Other processes see the old content or the new, and a killed process leaves one of them. No
    /// sync at all, so **a power cut may leave an empty file**: only for what can be made again.
    Atomic,
}

/// What happens if the path is a symbolic link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Symlinks {
    /// The file at the end of the links is replaced and the links stay, as if the file had been
    /// written in place. A dangling link gets its file.
    #[default]
    Follow,
    /// The link itself is replaced by a regular file; what it pointed to is left alone.
    Replace,
    /// [`SymlinkRefused`](crate::ErrorKind::SymlinkRefused).
    Refuse,
}

/// What happens if there is a file already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Existing {
    /// It is replaced.
    #[default]
    Overwrite,
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists), decided by the kernel in the instant of
    /// publication: of many processes that try, one succeeds.
    NoClobber,
}

/// What happens if the file is a mount point (a single file that was mounted into a container or by
/// `mount --bind`), which no rename can replace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mounted {
    /// It is written in place, with a journal beside it: after a crash [`recover`](crate::recover) or the
    /// next save finds the new content in the journal and finishes. **Who reads while the file is written, or
    /// after a crash without recovering, may see a mixture**: content should carry a checksum.
    ///
    /// Only durably, with [`Existing::Overwrite`] and [`Metadata::Keep`], if the file is on the file system of
    /// its directory, because the journal must be as lasting as the file, and if it has no other name, under
    /// which somebody may keep the old content; otherwise as `Refuse`.
    #[default]
    InPlace,
    /// [`MountPoint`](crate::ErrorKind::MountPoint), and the file is unchanged.
    Refuse,
}

/// Where the new file's permissions, owner and attributes come from.
///
/// A file that was not there before is, under `Keep` and `Fresh`, created like any other: its mode
/// is what the process's umask, or the directory's default access-control list, makes of `0o666`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metadata {
    /// From the file that is replaced: mode, owner and group, extended attributes and
    /// access-control lists.
    ///
    /// Owner, group and attributes that this process may not set are left out. Without the owner or
    /// the group the set-id bits go too, and without the group its members get no more than
    /// everybody: a save never widens who may read.
    #[default]
    Keep,
    /// None: as if the path had been free.
    Fresh,
    /// Exactly these permission bits (the low 12 bits of a Unix mode), whatever umask there is.
    Mode(u32),
}

/// What [`replace`](crate::Options::replace) does if the file holds these bytes already.
///
/// An [`AtomicFile`](crate::AtomicFile) has written its bytes before they could be compared, and
/// always replaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Identical {
    /// It is replaced all the same.
    #[default]
    Write,
    /// Nothing is written: file identity, attributes and times stay, and nobody who watches the file
    /// is woken.
    ///
    /// A durable skip still syncs file and directory, because whoever wrote these bytes may have
    /// been killed before doing so; a sync that fails, or a file that can't be read, means that the
    /// bytes are written anew. [`Metadata::Mode`] with a mode other than the file's, and
    /// [`Metadata::Fresh`], always write.
    ///
    /// After [`OnDisk::InDoubt`](crate::OnDisk::InDoubt) save once with `Write`: bytes under a name
    /// whose sync has failed look identical until the power goes.
    Skip,
}

/// What [`replace`](crate::Options::replace) did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The file was created or replaced.
    Written,
    /// It held these bytes already and was left alone ([`Identical::Skip`]).
    Identical,
}
