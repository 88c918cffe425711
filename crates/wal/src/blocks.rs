//! Reading a file in large blocks.

use std::io;

use vfs::File;

use crate::page::PAGE;

/// Bytes that are asked for at once, of a file that has as many.
const BLOCK_MAX: usize = 1 << 18;

/// A window of a file that moves forward.
#[derive(Debug)]
pub(crate) struct Blocks {
    file: Box<dyn File>,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that were read.
    filled: usize,
    /// Where in the file they begin.
    start: u64,
    /// Bytes that are asked for at once.
    block: usize,
}

impl Blocks {
    pub(crate) fn new(file: Box<dyn File>) -> io::Result<Self> {
        let size = usize::try_from(file.size()?).unwrap_or(BLOCK_MAX);
        Ok(Self {
            block: size.clamp(PAGE, BLOCK_MAX),
            file,
            buffer: Vec::new(),
            filled: 0,
            start: 0,
        })
    }

    /// Makes `len` bytes from `offset` ready and says where in [`bytes`](Self::bytes) they begin; there are fewer of them where the file ends.
    pub(crate) fn seek(&mut self, offset: u64, len: usize) -> io::Result<usize> {
        let ahead = offset
            .checked_sub(self.start)
            .and_then(|ahead| usize::try_from(ahead).ok());
        let at = match ahead {
            Some(at) if at <= self.filled => at,
            _ => {
                self.start = offset;
                self.filled = 0;
                0
            }
        };
        if self.filled - at >= len {
            return Ok(at);
        }
        self.buffer.copy_within(at..self.filled, 0);
        self.filled -= at;
        self.start = offset;
        if self.buffer.len() < len.max(self.block) {
            self.buffer.resize(len.next_multiple_of(self.block), 0);
        }
        while self.filled < len {
            let read = self
                .file
                .read_at(&mut self.buffer[self.filled..], offset + self.filled as u64);
            match read {
                Ok(0) => break,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(0)
    }

    /// What is ready.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Where in the file a place of [`bytes`](Self::bytes) is.
    pub(crate) fn offset_of(&self, at: usize) -> u64 {
        self.start + at as u64
    }

    /// Forgets what was read: the file may have become another.
    pub(crate) fn forget(&mut self) {
        self.filled = 0;
    }
}
