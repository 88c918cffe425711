//! Loops over the raw calls: a whole file, a whole path.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use crate::{File, Fs, Metadata, OpenOptions};

impl dyn File {
    /// Fills `buf` from `offset`, or fails with [`UnexpectedEof`](ErrorKind::UnexpectedEof).
    pub fn read_exact_at(&self, mut buf: &mut [u8], mut offset: u64) -> Result<()> {
        while !buf.is_empty() {
            match self.read_at(buf, offset) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    buf = &mut buf[n..];
                    offset += n as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes all of `buf` at `offset`.
    pub fn write_all_at(&self, mut buf: &[u8], mut offset: u64) -> Result<()> {
        while !buf.is_empty() {
            match self.write_at(buf, offset) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => {
                    buf = &buf[n..];
                    offset += n as u64;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The whole content, from the start to wherever the end is when it gets there.
    /// More than `limit` bytes is [`FileTooLarge`](ErrorKind::FileTooLarge), found before they are
    /// read into memory.
    pub fn read_all(&self, limit: u64) -> Result<Vec<u8>> {
        let size = self.size()?;
        if size > limit {
            return Err(too_large(size, limit));
        }
        let mut content = vec![0; usize::try_from(size).map_err(|_| too_large(size, limit))?];
        let mut filled = 0;
        loop {
            if filled == content.len() {
                // The size was a guess: only a read of zero bytes is the end.
                let mut probe = [0; 512];
                match self.read_at(&mut probe, filled as u64) {
                    Ok(0) => return Ok(content),
                    Ok(n) if (filled + n) as u64 > limit => {
                        return Err(too_large((filled + n) as u64, limit));
                    }
                    Ok(n) => {
                        content.extend_from_slice(&probe[..n]);
                        filled += n;
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
                continue;
            }
            match self.read_at(&mut content[filled..], filled as u64) {
                Ok(0) => {
                    content.truncate(filled);
                    return Ok(content);
                }
                Ok(n) => filled += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl dyn Fs {
    /// The whole content of the file at `path`, links followed; see [`File`]'s `read_all`.
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>> {
        self.open(path, &OpenOptions::read())?.read_all(limit)
    }

    /// What stands at `path`, or `None` if there is nothing. Every other failure stays an error, so
    /// that "may not look" is never taken for "is not there".
    pub fn find(&self, path: &Path) -> Result<Option<Metadata>> {
        match self.metadata(path) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates `path` and its missing ancestors, **durably**: after each `create_dir` the parent of
    /// what it made is synced, so that no crash takes away a directory that this call has reported.
    /// A directory that was there already, or that somebody else makes meanwhile, is fine; its
    /// durability is its maker's business.
    pub fn create_dir_all(&self, path: &Path) -> Result<()> {
        let mut missing = Vec::new();
        for ancestor in path.ancestors() {
            if ancestor.as_os_str().is_empty() {
                break;
            }
            // A link to a directory is a directory here: looking through it with a trailing "."
            // is what the kernel does for every component but the last.
            match self.metadata(&ancestor.join(".")) {
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::NotFound => missing.push(ancestor),
                Err(error) => return Err(error),
            }
        }
        for dir in missing.into_iter().rev() {
            match self.create_dir(dir) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                // Also when somebody else was faster: then neither of us knows that it is durable.
                _ => self.sync_dir(parent(dir))?,
            }
        }
        Ok(())
    }
}

/// The directory that holds the name `path`: `.` for a bare name, `/` for the root itself.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

fn too_large(size: u64, limit: u64) -> Error {
    Error::new(
        ErrorKind::FileTooLarge,
        format!("{size} bytes, more than the limit of {limit}"),
    )
}
