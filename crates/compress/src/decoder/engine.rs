//! The decompressors behind one face.

use crate::step::{Complaint, Step};
use crate::{Codec, Error, gzip};

/// A decompressor of one stream after the other.
#[derive(Debug)]
pub(super) enum Engine {
    Plain,
    Gzip(Box<gzip::Decompressor>),
    #[cfg(feature = "zstd")]
    Zstd(crate::zstd::Decompressor),
}

impl Engine {
    /// One for `codec`, of which no more than `limit` bytes will be wanted.
    #[cfg_attr(
        not(feature = "zstd"),
        expect(unused_variables, reason = "only zstd's window depends on it")
    )]
    pub(super) fn new(codec: Codec, limit: u64) -> Result<Self, Error> {
        match codec {
            Codec::Plain => Ok(Self::Plain),
            Codec::Gzip => Ok(Self::Gzip(Box::new(gzip::Decompressor::new()))),
            #[cfg(feature = "zstd")]
            Codec::Zstd => Ok(Self::Zstd(crate::zstd::Decompressor::new(limit)?)),
            #[cfg(not(feature = "zstd"))]
            Codec::Zstd => Err(Error::Unsupported { codec }),
        }
    }

    /// Takes some of `input` and gives some of `output`, or finds the stream's end. An empty input
    /// is the end of all input.
    pub(super) fn decompress(
        &mut self,
        input: &[u8],
        output: &mut [u8],
    ) -> Result<Step, Complaint> {
        match self {
            Self::Plain => Ok(copy(input, output)),
            Self::Gzip(gzip) => gzip.decompress(input, output),
            #[cfg(feature = "zstd")]
            Self::Zstd(zstd) => zstd.decompress(input, output),
        }
    }

    /// Makes ready for the stream after one that has ended; whether one can begin with `first`.
    pub(super) fn begin(&mut self, first: u8) -> bool {
        match self {
            Self::Plain => true,
            Self::Gzip(gzip) => {
                // Made anew, because a reset would make it read zlib's own format.
                **gzip = gzip::Decompressor::new();
                gzip::Decompressor::can_begin_with(first)
            }
            #[cfg(feature = "zstd")]
            Self::Zstd(_) => crate::zstd::Decompressor::can_begin_with(first),
        }
    }
}

/// Plain bytes: a stream that ends with its input.
fn copy(input: &[u8], output: &mut [u8]) -> Step {
    let count = input.len().min(output.len());
    output[..count].copy_from_slice(&input[..count]);
    Step {
        read: count,
        written: count,
        is_end: input.is_empty(),
    }
}
