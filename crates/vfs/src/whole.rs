//! Loops over the raw calls: a whole file, a whole path.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use crate::{File, Fs, Metadata, OpenOptions};

impl dyn File + '_ {
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

impl dyn Fs + '_ {
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
    ///
    /// The parent of the deepest directory that was there already is synced as well: its maker may
    /// have died in between. Where that parent may not be read, it is taken to be durable.
    pub fn create_dir_all(&self, path: &Path) -> Result<()> {
        let mut missing = Vec::new();
        for ancestor in path
            .ancestors()
            .take_while(|ancestor| !ancestor.as_os_str().is_empty())
        {
            match self.require_dir(ancestor) {
                Ok(()) => match self.sync_dir(parent(ancestor)) {
                    Err(error) if error.kind() != ErrorKind::PermissionDenied => {
                        return Err(error);
                    }
                    _ => break,
                },
                Err(error) if error.kind() == ErrorKind::NotFound => missing.push(ancestor),
                Err(error) => return Err(error),
            }
        }
        for dir in missing.into_iter().rev() {
            let ours = match self.create_dir(dir) {
                Ok(()) => true,
                // Somebody else was faster: then neither of us knows yet that it is durable.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    self.require_dir(dir)?;
                    false
                }
                Err(error) => return Err(error),
            };
            if let Err(error) = self.sync_dir(parent(dir)) {
                // A name whose sync has failed can't become durable any more; the next try needs a
                // new one. If it can't be taken away, somebody has begun to use it.
                if ours {
                    let _ = self.remove_dir(dir);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Whether a directory, or a link to one, stands at `path`.
    fn require_dir(&self, path: &Path) -> Result<()> {
        // A trailing "." follows a link, as every component but the last does. Windows drops it.
        if self.metadata(&path.join("."))?.is_file() {
            return Err(ErrorKind::NotADirectory.into());
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
