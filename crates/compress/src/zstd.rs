//! zstd (RFC 8878): frames, each with the checksum of its content when we write it.

use std::fmt;
use std::io;

use zstd::stream::raw::{CParameter, DParameter, Decoder, Encoder, InBuffer, Operation, OutBuffer};

use crate::Level;
use crate::codec::ZSTD_MAGIC;
use crate::step::{Complaint, Step};

/// A frame names the window that its reader has to keep. This one is granted whatever the limit on the
/// output, because a compressor that doesn't know its input's size asks for it (`zstd -19`: 2^23).
const WINDOW_LOG_GRANTED: u32 = 23;

/// The largest that is ever granted: what zstd's own tool grants.
const WINDOW_LOG_MAX: u32 = 27;

/// Writes one frame.
pub(crate) struct Compressor(Encoder<'static>);

impl Compressor {
    pub(crate) fn new(level: Level) -> io::Result<Self> {
        let mut encoder = Encoder::new(match level {
            Level::Fast => 1,
            Level::Balanced => 3,
            Level::Small => 19,
        })?;
        encoder.set_parameter(CParameter::ChecksumFlag(true))?;
        Ok(Self(encoder))
    }

    /// Takes some of `input`; what comes of it goes into the spare capacity of `output`.
    pub(crate) fn compress(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize> {
        let mut input = InBuffer::around(input);
        let end = output.len();
        self.0
            .run(&mut input, &mut OutBuffer::around_pos(output, end))?;
        Ok(input.pos())
    }

    /// Puts what is left into the spare capacity of `output`; whether that is all.
    pub(crate) fn finish(&mut self, output: &mut Vec<u8>) -> io::Result<bool> {
        let end = output.len();
        let left = self
            .0
            .finish(&mut OutBuffer::around_pos(output, end), true)?;
        Ok(left == 0)
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("zstd::Compressor").finish_non_exhaustive()
    }
}

/// Reads frames and checks their checksums, where they have one.
pub(crate) struct Decompressor(Decoder<'static>);

impl Decompressor {
    /// One that keeps no larger window than a content of `limit` bytes asks for, within bounds.
    pub(crate) fn new(limit: u64) -> io::Result<Self> {
        let window_log =
            (u64::BITS - limit.leading_zeros()).clamp(WINDOW_LOG_GRANTED, WINDOW_LOG_MAX);
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(window_log))?;
        Ok(Self(decoder))
    }

    pub(crate) fn decompress(
        &mut self,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<Step, Complaint> {
        let mut input = InBuffer::around(input);
        let mut output = OutBuffer::around(output);
        match self.0.run(&mut input, &mut output) {
            Ok(left) => Ok(Step {
                read: input.pos(),
                written: output.pos(),
                is_end: left == 0,
            }),
            Err(error) => Err(Complaint {
                read: input.pos(),
                reason: error.to_string(),
            }),
        }
    }

    /// Whether a frame can begin with `byte`: one of content, or one to be skipped.
    pub(crate) fn can_begin_with(byte: u8) -> bool {
        byte == ZSTD_MAGIC[0] || (0x50..=0x5f).contains(&byte)
    }
}

impl fmt::Debug for Decompressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("zstd::Decompressor").finish_non_exhaustive()
    }
}
