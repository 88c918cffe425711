//! From the path the caller gave to the name that will be replaced.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::Step;
use crate::{Error, ErrorKind, Existing, Options, Symlinks};

/// As many links as Linux follows.
const LINKS_MAX: u32 = 40;

/// What is to be replaced.
#[derive(Debug)]
pub(crate) struct Target {
    /// As the caller gave it: what errors name.
    pub(crate) requested: PathBuf,
    /// The name that the rename takes; its directory holds the temporary file.
    pub(crate) resolved: PathBuf,
    /// What stood there when it was looked at: a regular file, a link that is to be replaced, or
    /// nothing.
    pub(crate) found: Option<vfs::Metadata>,
}

impl Target {
    /// The regular file that stood there.
    pub(crate) fn old_file(&self) -> Option<&vfs::Metadata> {
        self.found.as_ref().filter(|found| found.is_file())
    }
}

pub(crate) fn resolve(options: &Options, requested: &Path) -> Result<Target, Error> {
    let fs = options.fs.as_ref();
    let failed = |failed| Error::failed(Step::Resolve, requested, failed);
    let mut path = requested.to_path_buf();
    for _ in 0..=LINKS_MAX {
        if let Some(reason) = no_file_name(&path) {
            return Err(Error::invalid(requested, reason));
        }
        let found = options.retry.run(|| fs.find(&path)).map_err(failed)?;
        let is_link = found.as_ref().is_some_and(vfs::Metadata::is_symlink);
        match options.symlinks {
            Symlinks::Follow if is_link => match options.retry.run(|| fs.read_link(&path)) {
                Ok(text) => path = vfs::parent(&path).join(text),
                // No link any more: look again.
                Err(error) if error.error.kind() == io::ErrorKind::InvalidInput => {}
                Err(error) => return Err(failed(error)),
            },
            Symlinks::Refuse if is_link => {
                return Err(Error::refused(ErrorKind::SymlinkRefused, requested));
            }
            _ => {
                return accept(
                    options,
                    Target {
                        requested: requested.to_path_buf(),
                        resolved: path,
                        found,
                    },
                );
            }
        }
    }
    Err(Error::invalid(
        requested,
        "its symbolic links lead in a circle",
    ))
}

/// Refuses what no rename should replace.
fn accept(options: &Options, target: Target) -> Result<Target, Error> {
    let Some(found) = &target.found else {
        return Ok(target);
    };
    if found.is_dir() {
        Err(Error::invalid(
            &target.requested,
            "a directory stands there",
        ))
    } else if !found.is_file() && !found.is_symlink() {
        Err(Error::invalid(
            &target.requested,
            "a pipe, a socket or a device stands there",
        ))
    } else if options.existing == Existing::NoClobber {
        Err(Error::refused(ErrorKind::AlreadyExists, &target.requested))
    } else {
        Ok(target)
    }
}

/// Why `path` can't name a file, whatever the disk holds. `Path` would read `notes/` and `notes/.`
/// as `notes`; to the kernel they are a directory.
fn no_file_name(path: &Path) -> Option<&'static str> {
    let text = path.as_os_str().as_encoded_bytes();
    let is_separator = |byte: &u8| std::path::is_separator(char::from(*byte));
    if text.is_empty() {
        Some("the path is empty")
    } else if path.file_name().is_none() {
        Some("the path ends in no file name")
    } else if text.last().is_some_and(is_separator) {
        Some("the path ends in a separator, it names a directory")
    } else if let [.., before, b'.'] = text
        && is_separator(before)
    {
        Some("the path ends in `.`, it names a directory")
    } else {
        None
    }
}
