//! gzip (RFC 1952): a header, a deflate stream (RFC 1951), CRC-32 and length of what went in.

use std::io;

use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};

use crate::Level;
use crate::codec::GZIP_MAGIC;
use crate::step::{Complaint, Step};

// | offset | width | what                                                  |
// |--------|-------|-------------------------------------------------------|
// | 0      | 3     | magic and method                                      |
// | 3      | 1     | flags: none, so no optional fields                    |
// | 4      | 4     | time: none, so that the same input is the same output |
// | 8      | 1     | how hard was compressed: not said                     |
// | 9      | 1     | operating system: unknown                             |
// | 10     | n     | deflate stream                                        |
// | 10 + n | 4     | CRC-32 of the input, little-endian                    |
// | 14 + n | 4     | length of the input modulo 2^32, little-endian        |
const HEADER_LEN: usize = 10;
const TRAILER_LEN: usize = 8;

/// The base 2 logarithm of deflate's window: the largest there is.
const WINDOW_BITS: u8 = 15;

const HEADER: [u8; HEADER_LEN] = {
    let [id1, id2, method] = GZIP_MAGIC;
    [id1, id2, method, 0, 0, 0, 0, 0, 0, 0xff]
};

/// Writes one member.
#[derive(Debug)]
pub(crate) struct Compressor {
    deflate: Compress,
    crc: Crc,
    is_begun: bool,
    is_deflated: bool,
}

impl Compressor {
    /// Room that [`compress`](Self::compress) and [`finish`](Self::finish) need in their output.
    pub(crate) const ROOM_MIN: usize = HEADER_LEN + TRAILER_LEN;

    pub(crate) fn new(level: Level) -> Self {
        let level = match level {
            Level::Fast => 1,
            Level::Balanced => 6,
            Level::Small => 9,
        };
        Self {
            deflate: Compress::new(Compression::new(level), false),
            crc: Crc::new(),
            is_begun: false,
            is_deflated: false,
        }
    }

    /// Takes some of `input`; what comes of it goes into the spare capacity of `output`.
    pub(crate) fn compress(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize> {
        self.begin(output);
        let before = self.deflate.total_in();
        self.deflate
            .compress_vec(input, output, FlushCompress::None)?;
        let read = progress(before, self.deflate.total_in());
        self.crc.update(&input[..read]);
        Ok(read)
    }

    /// Puts what is left into the spare capacity of `output`; whether that is all.
    pub(crate) fn finish(&mut self, output: &mut Vec<u8>) -> io::Result<bool> {
        self.begin(output);
        if !self.is_deflated {
            let status = self
                .deflate
                .compress_vec(&[], output, FlushCompress::Finish)?;
            self.is_deflated = status == Status::StreamEnd;
        }
        let is_end = self.is_deflated && output.capacity() - output.len() >= TRAILER_LEN;
        if is_end {
            output.extend_from_slice(&self.crc.sum().to_le_bytes());
            output.extend_from_slice(&self.crc.amount().to_le_bytes());
        }
        Ok(is_end)
    }

    fn begin(&mut self, output: &mut Vec<u8>) {
        if !self.is_begun {
            output.extend_from_slice(&HEADER);
            self.is_begun = true;
        }
    }
}

/// Reads one member and checks its CRC and length.
#[derive(Debug)]
pub(crate) struct Decompressor(Decompress);

impl Decompressor {
    pub(crate) fn new() -> Self {
        Self(Decompress::new_gzip(WINDOW_BITS))
    }

    pub(crate) fn decompress(
        &mut self,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<Step, Complaint> {
        let (read_before, written_before) = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(input, output, FlushDecompress::None);
        let read = progress(read_before, self.0.total_in());
        match status {
            Ok(status) => Ok(Step {
                read,
                written: progress(written_before, self.0.total_out()),
                is_end: status == Status::StreamEnd,
            }),
            Err(error) => {
                let reason = error
                    .message()
                    .unwrap_or("the deflate stream is not one")
                    .to_owned();
                Err(Complaint { read, reason })
            }
        }
    }

    /// Whether a member can begin with `byte`.
    pub(crate) fn can_begin_with(byte: u8) -> bool {
        byte == GZIP_MAGIC[0]
    }
}

/// The difference of two totals around one call, which is at most the length of its buffer.
fn progress(before: u64, after: u64) -> usize {
    usize::try_from(after - before).unwrap_or(usize::MAX)
}
