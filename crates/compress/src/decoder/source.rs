//! The compressed side of a decoder.

use std::io::{self, BufRead, Cursor, Read as _};

use crate::codec::MAGIC_LEN_MAX;
use crate::{Codec, Error};

/// A reader whose first bytes were looked at.
#[derive(Debug)]
pub(super) struct Source<R> {
    reader: io::Chain<Cursor<Vec<u8>>, R>,
    pub(super) codec: Codec,
    /// How many of its bytes were consumed.
    pub(super) offset: u64,
}

impl<R: BufRead> Source<R> {
    pub(super) fn new(mut reader: R) -> Result<Self, Error> {
        let mut magic = Vec::new();
        reader
            .by_ref()
            .take(MAGIC_LEN_MAX as u64)
            .read_to_end(&mut magic)?;
        let codec = Codec::detect(&magic);
        Ok(Self {
            reader: Cursor::new(magic).chain(reader),
            codec,
            offset: 0,
        })
    }

    /// The next bytes; none at the end. An interruption is an error like any other: who reads from a
    /// reader tries again after one, and the decoder is where it was.
    pub(super) fn fill_buf(&mut self) -> Result<&[u8], Error> {
        Ok(self.reader.fill_buf()?)
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.offset += count as u64;
    }
}
