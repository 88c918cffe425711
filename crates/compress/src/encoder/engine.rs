//! The compressors behind one face.

use std::io;

use crate::{Codec, Error, Level, gzip};

/// A compressor of one stream.
#[derive(Debug)]
pub(super) enum Engine {
    Plain,
    Gzip(Box<gzip::Compressor>),
    #[cfg(feature = "zstd")]
    Zstd(crate::zstd::Compressor),
}

impl Engine {
    pub(super) fn new(codec: Codec, level: Level) -> Result<Self, Error> {
        match codec {
            Codec::Plain => Ok(Self::Plain),
            Codec::Gzip => Ok(Self::Gzip(Box::new(gzip::Compressor::new(level)))),
            #[cfg(feature = "zstd")]
            Codec::Zstd => Ok(Self::Zstd(crate::zstd::Compressor::new(level)?)),
            #[cfg(not(feature = "zstd"))]
            Codec::Zstd => Err(Error::Unsupported { codec }),
        }
    }

    /// Takes some of `input`; what comes of it goes into the spare capacity of `output`.
    pub(super) fn compress(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain => {
                let count = input.len().min(output.capacity() - output.len());
                output.extend_from_slice(&input[..count]);
                Ok(count)
            }
            Self::Gzip(gzip) => gzip.compress(input, output),
            #[cfg(feature = "zstd")]
            Self::Zstd(zstd) => zstd.compress(input, output),
        }
    }

    /// Puts what is left into the spare capacity of `output`; whether that is all.
    pub(super) fn finish(&mut self, output: &mut Vec<u8>) -> io::Result<bool> {
        match self {
            Self::Plain => Ok(true),
            Self::Gzip(gzip) => gzip.finish(output),
            #[cfg(feature = "zstd")]
            Self::Zstd(zstd) => zstd.finish(output),
        }
    }
}
