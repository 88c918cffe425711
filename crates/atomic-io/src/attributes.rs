//! Mode, owner, extended attributes: from the old file to the new one, never wider.

use std::io;

use vfs::{File, FinalLink, OpenOptions, Owner};

use crate::resolve::Target;
use crate::retry::Failed;
use crate::temp::Temp;
use crate::{Metadata, Options, Retry};

const PERMISSIONS: u32 = 0o7777;
const SET_ID_BITS: u32 = 0o6000;
const GROUP_BITS: u32 = 0o070;
const OTHER_BITS: u32 = 0o007;

/// The access-control list of a file on Linux, in the kernel's binary form.
const ACL: &str = "system.posix_acl_access";

/// The mode a temporary file is created with. Where final permissions are still to be set it is
/// private until then. Where they are those of any new file, the kernel makes them, now: asking for
/// `0o600` and widening it later would mean guessing the umask and the directory's default
/// access-control list, and the temporary file would be no better hidden than the file it becomes.
pub(crate) fn creation_mode(options: &Options, target: &Target) -> u32 {
    match options.metadata {
        Metadata::Keep if target.old_file().is_none() => 0o666,
        Metadata::Fresh => 0o666,
        Metadata::Keep | Metadata::Mode(_) => 0o600,
    }
}

/// The file that is about to be replaced.
#[derive(Debug)]
pub(crate) struct OldFile {
    pub(crate) metadata: vfs::Metadata,
    /// `None` if it may not be read, or is gone since the first look.
    pub(crate) file: Option<Box<dyn File>>,
}

impl OldFile {
    /// Looks again: `target` was resolved before the new content was written.
    pub(crate) fn find(options: &Options, target: &Target) -> Result<Option<Self>, Failed> {
        use io::ErrorKind::{InvalidInput, IsADirectory, NotFound, PermissionDenied};
        let open = OpenOptions::read().final_link(FinalLink::Refuse);
        let unopened = |metadata| Self {
            metadata,
            file: None,
        };
        match options
            .retry
            .run(|| options.fs.open(&target.resolved, &open))
        {
            Ok(file) => {
                let metadata = options.retry.run(|| file.metadata())?;
                Ok(Some(Self {
                    metadata,
                    file: Some(file),
                }))
            }
            Err(failed) => match failed.error.kind() {
                NotFound => Ok(target.old_file().copied().map(unopened)),
                PermissionDenied => Ok(options
                    .retry
                    .run(|| options.fs.find(&target.resolved))?
                    .map(unopened)),
                // A link that is to be replaced; what else it may be, the rename will tell.
                InvalidInput | IsADirectory => Ok(None),
                _ => Err(failed),
            },
        }
    }
}

/// Gives `new` its final permissions, owner and attributes.
pub(crate) fn apply(options: &Options, old: Option<&OldFile>, temp: &Temp) -> Result<(), Failed> {
    let new = temp.file();
    match (options.metadata, old) {
        (Metadata::Mode(mode), _) => options
            .retry
            .run(|| new.set_permissions(mode & PERMISSIONS)),
        (Metadata::Keep, Some(old)) => keep(options.retry, old, temp),
        (Metadata::Keep, None) | (Metadata::Fresh, _) => Ok(()),
    }
}

/// Owner first: changing it clears set-id bits and capabilities. Mode last: it has the final word
/// over what the attributes did to it.
fn keep(retry: Retry, old: &OldFile, temp: &Temp) -> Result<(), Failed> {
    let new = temp.file();
    let mode = keep_owner(retry, &old.metadata, temp.created(), new)?;
    if let Some(old_file) = &old.file {
        keep_xattrs(retry, old_file.as_ref(), mode, new)?;
    }
    retry.run(|| new.set_permissions(mode))
}

/// Returns the permissions that the old mode means under the owner that could be set.
fn keep_owner(
    retry: Retry,
    old: &vfs::Metadata,
    created: &vfs::Metadata,
    new: &dyn File,
) -> Result<u32, Failed> {
    let (Some(wanted), Some(ours)) = (old.owner, created.owner) else {
        return Ok(old.mode);
    };
    if wanted == ours || set_owner(retry, new, wanted)? {
        return Ok(old.mode);
    }
    let mode = old.mode & !SET_ID_BITS;
    // A member of the group may still give it the file.
    if wanted.gid == ours.gid
        || set_owner(
            retry,
            new,
            Owner {
                uid: ours.uid,
                gid: wanted.gid,
            },
        )?
    {
        return Ok(mode);
    }
    // The group's bits would speak of another group now.
    let group = (mode & OTHER_BITS) << 3;
    Ok(mode & (!GROUP_BITS | group))
}

/// Whether the owner was set; `false` if this process may not, or the file system has none.
fn set_owner(retry: Retry, file: &dyn File, owner: Owner) -> Result<bool, Failed> {
    match retry.run(|| file.set_owner(owner.uid, owner.gid)) {
        Ok(()) => Ok(true),
        // `InvalidInput`: an id that means nothing in this user namespace.
        Err(failed)
            if is_refusal(&failed.error) || failed.error.kind() == io::ErrorKind::InvalidInput =>
        {
            Ok(false)
        }
        Err(failed) => Err(failed),
    }
}

fn keep_xattrs(retry: Retry, old: &dyn File, mode: u32, new: &dyn File) -> Result<(), Failed> {
    let wanted = retry.run(|| old.xattrs())?;
    let inherited = retry.run(|| new.xattrs())?;
    for (name, value) in wanted
        .iter()
        .filter(|attribute| !inherited.contains(attribute))
    {
        match retry.run(|| new.set_xattr(name, value)) {
            // Security labels and the like may be the system's alone. An access-control list may
            // not be left out: without it the group bits, its mask, would grant more than it did.
            Err(failed) if is_refusal(&failed.error) && name != ACL => {}
            result => result?,
        }
    }
    let has_acl = |attributes: &[(_, _)]| attributes.iter().any(|(name, _)| name == ACL);
    if has_acl(&inherited) && !has_acl(&wanted) {
        // From the directory's default: it would let in people whom the old file kept out.
        retry.run(|| new.set_xattr(ACL.as_ref(), &minimal_acl(mode)))?;
    }
    Ok(())
}

fn is_refusal(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported
    )
}

/// The list that says no more than `mode`, which Linux stores as no list at all.
/// `struct posix_acl_xattr_header` and `_entry` in `include/uapi/linux/posix_acl_xattr.h`.
fn minimal_acl(mode: u32) -> Vec<u8> {
    const VERSION: u32 = 2;
    const USER_OBJ: u16 = 0x01;
    const GROUP_OBJ: u16 = 0x04;
    const OTHER: u16 = 0x20;
    const UNDEFINED_ID: u32 = u32::MAX;
    let mut acl = VERSION.to_le_bytes().to_vec();
    for (tag, shift) in [(USER_OBJ, 6), (GROUP_OBJ, 3), (OTHER, 0)] {
        let [permissions, ..] = (mode >> shift & 0o7).to_le_bytes();
        acl.extend(tag.to_le_bytes());
        acl.extend(u16::from(permissions).to_le_bytes());
        acl.extend(UNDEFINED_ID.to_le_bytes());
    }
    acl
}
