//! Compressing and decompressing whole buffers.

use std::borrow::Cow;
use std::io::{Read as _, Write as _};

use crate::{Codec, Decoder, Encoder, Error, Level};

/// The output's room grows at least by this.
const GROWTH_MIN: usize = 32 * 1024;

impl Codec {
    /// `bytes` in the form of this codec. Errors can't come from the bytes, only from a codec that is
    /// not built in, or want of memory.
    pub fn encode(self, bytes: &[u8], level: Level) -> Result<Vec<u8>, Error> {
        let mut encoder = Encoder::new(Vec::new(), self, level)?;
        encoder.write_all(bytes)?;
        encoder.finish()
    }
}

/// What `bytes` hold, and which codec they were written with. Plain bytes are passed through.
///
/// More than `limit` bytes are [`Error::TooLarge`], plain or not. The room for them never has more
/// than `limit` bytes, and is made as they come: at most twice as many as there are, or 32 KiB.
pub fn decode(bytes: &[u8], limit: u64) -> Result<(Codec, Cow<'_, [u8]>), Error> {
    let mut decoder = Decoder::new(bytes, limit)?;
    let codec = decoder.codec();
    if codec == Codec::Plain {
        let is_within = u64::try_from(bytes.len()).is_ok_and(|len| len <= limit);
        return if is_within {
            Ok((codec, bytes.into()))
        } else {
            Err(Error::TooLarge { limit })
        };
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut output = Vec::new();
    let mut filled = 0;
    loop {
        if filled == output.len() {
            let room = filled.max(GROWTH_MIN).min(limit - filled);
            output.reserve_exact(room);
            output.resize(filled + room, 0);
        }
        let read = match &mut output[filled..] {
            // At the limit: it is for the decoder to say whether there is more.
            [] => decoder.read(&mut [0])?,
            room => decoder.read(room)?,
        };
        if read == 0 {
            output.truncate(filled);
            return Ok((codec, output.into()));
        }
        filled += read;
    }
}
