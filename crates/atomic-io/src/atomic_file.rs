//! New content, written piece by piece.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use crate::error::Step;
use crate::resolve::Target;
use crate::temp::Temp;
use crate::{Durability, Error, Options, Prepared, attributes};

/// Small writes are collected up to this many bytes.
const BUFFER_LEN: usize = 64 * 1024;
/// The kernel is asked to start writing each time this much has come together, so that the sync at
/// the end waits for the last piece and not for all of them.
const WRITE_BACK_LEN: usize = 4 * 1024 * 1024;
/// It is asked for content as short as this as well: the device works while attributes are looked up and set. What lies between the two gains
/// less by it than the call may cost where there are many processors ([`vfs::File::write_back`]).
const SMALL_MAX: u64 = 8 * 1024;

/// New content for a file, invisible until [`commit`](Self::commit).
///
/// It is buffered; there is no need of a `BufWriter` around it. Dropped without a commit, or killed,
/// it never happened. After a failed write every further write fails, and `commit` refuses with the
/// first error: a file with a hole in it is never published.
///
/// ```
/// use std::io::Write;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("primes.txt");
/// let mut file = atomic_io::Options::new().create(&path)?;
/// for prime in [2, 3, 5, 7] {
///     writeln!(file, "{prime}")?;
/// }
/// file.commit()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "dropped without `commit`, it never happened"]
pub struct AtomicFile {
    pub(crate) options: Options,
    pub(crate) target: Target,
    pub(crate) temp: Temp,
    buffer: Vec<u8>,
    /// Bytes in the temporary file.
    pub(crate) written: u64,
    /// How many of them the kernel was asked to start writing.
    hinted: u64,
    failed: Option<Error>,
}

impl AtomicFile {
    pub(crate) fn start(options: &Options, target: Target) -> Result<Self, Error> {
        let temp = Temp::create(
            options,
            &target,
            attributes::creation_mode(options, &target),
        )?;
        Ok(Self {
            options: options.clone(),
            target,
            temp,
            buffer: Vec::new(),
            written: 0,
            hinted: 0,
            failed: None,
        })
    }

    /// The path as the caller gave it.
    pub fn path(&self) -> &Path {
        &self.target.requested
    }

    /// Publishes what was written: from `Ok` on it is the file's content, with the
    /// [`Durability`] that was asked for.
    pub fn commit(self) -> Result<(), Error> {
        self.prepare()?.commit()
    }

    /// Completes what was written and makes it durable, all but its name: the last step of a commit is
    /// left to [`Prepared::commit`].
    pub fn prepare(mut self) -> Result<Prepared, Error> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.drain()?;
        if self.hinted > 0 || self.written <= SMALL_MAX {
            self.start_write_back();
        }
        Prepared::new(self)
    }

    /// Gives the new content up and removes its temporary file. Dropping does the same.
    pub fn discard(self) {}

    /// Appends to the temporary file, around the buffer.
    pub(crate) fn store(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let needed = self.written + bytes.len() as u64;
        for piece in bytes.chunks(WRITE_BACK_LEN) {
            // A repeated attempt writes the same bytes to the same place.
            let write = || self.temp.file().write_all_at(piece, self.written);
            self.options.retry.run(write).map_err(|failed| {
                Error::failed(Step::Write, &self.target.requested, failed).needing(needed)
            })?;
            self.written += piece.len() as u64;
            if self.written - self.hinted >= WRITE_BACK_LEN as u64 {
                self.start_write_back();
            }
        }
        Ok(())
    }

    fn start_write_back(&mut self) {
        let pending = self.written - self.hinted;
        if self.options.durability == Durability::Durable && pending > 0 {
            // A hint: the sync at the end is what counts, and what reports.
            let _ = self.temp.file().write_back(self.hinted, pending);
            self.hinted = self.written;
        }
    }

    fn drain(&mut self) -> Result<(), Error> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let result = self.store(&buffer);
        buffer.clear();
        self.buffer = buffer;
        result
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.buffer.len() + bytes.len() > BUFFER_LEN {
            self.drain()?;
        }
        if bytes.len() >= BUFFER_LEN {
            return self.store(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Runs one write unless one has failed; the first failure stays, for `commit` to return.
    fn latch(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Error>) -> io::Result<()> {
        if self.failed.is_none() {
            self.failed = write(self).err();
        }
        match &self.failed {
            None => Ok(()),
            Some(error) => Err(io::Error::new(error.io_kind(), error.to_string())),
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.latch(|file| file.take(bytes))?;
        Ok(bytes.len())
    }

    /// Hands the buffer to the kernel. Makes nothing visible and nothing durable.
    fn flush(&mut self) -> io::Result<()> {
        self.latch(Self::drain)
    }
}

impl fmt::Debug for AtomicFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtomicFile")
            .field("path", &self.path())
            .field("temp", &self.temp.path())
            .field("bytes", &(self.written + self.buffer.len() as u64))
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
