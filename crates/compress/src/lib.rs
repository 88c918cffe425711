//! Codecs with a limit on what comes out.
//!
//! Compressed state is smaller, and it fails in ways that text does not: a stream that was cut off
//! gives a beginning that looks whole, a kilobyte becomes a gigabyte, and a file that was plain
//! yesterday has to be read today. This crate compresses and decompresses for files that are kept:
//! every end is checked, every output has a limit, and what a file is it says itself. It refuses to
//! give bytes whose checksum it has not seen for whole, and to know anything about files or names.
//!
//! * [`Codec`]: plain, gzip, zstd. [`Codec::encode`] compresses a buffer, [`Codec::detect`] knows one by
//!   its first bytes, [`decode`] reads any of them.
//! * [`Encoder`] and [`Decoder`]: the same as an [`io::Write`](std::io::Write) and an
//!   [`io::Read`](std::io::Read), for what should not stand in memory.
//!
//! ```
//! use compress::{Codec, ErrorKind, Level, decode};
//!
//! let text = "a line of text\n".repeat(1000);
//! let small = Codec::Gzip.encode(text.as_bytes(), Level::Balanced)?;
//! assert!(small.len() < 200);
//!
//! // Compressed or plain, whatever the setting was when it was written.
//! let (codec, bytes) = decode(&small, 1 << 20)?;
//! assert_eq!((codec, bytes.as_ref()), (Codec::Gzip, text.as_bytes()));
//! let (codec, bytes) = decode(text.as_bytes(), 1 << 20)?;
//! assert_eq!((codec, bytes.as_ref()), (Codec::Plain, text.as_bytes()));
//!
//! // A bomb goes off at the limit, a file that was cut off is one.
//! assert_eq!(decode(&small, 100).unwrap_err().kind(), ErrorKind::TooLarge);
//! assert_eq!(decode(&small[..50], 1 << 20).unwrap_err().kind(), ErrorKind::Truncated);
//! # Ok::<(), compress::Error>(())
//! ```
//!
//! # Guarantees
//!
//! * [`decode`] gives what was encoded, or an [`Error`]: any truncation and any flipped bit of a
//!   compressed file is found, unless the bit says nothing about the content (in gzip's header the
//!   time, the operating system, how hard was compressed and whether it is text; what fills up a
//!   byte). gzip rests on a CRC-32 and a length, zstd on 32 bits of an XXH64.
//! * Whole streams one after the other are read as one (RFC 1952), and anything else behind them is
//!   [`Error::TrailingGarbage`].
//! * No more than the limit comes out, and the decompressor stops there. Beside the output it keeps
//!   one window: 32 KiB for gzip; for zstd at most 8 MiB, or the limit where that is larger, and
//!   never more than 128 MiB.
//! * What [`Codec::Gzip`] writes is read by `gunzip`, holds no time and no name, and is the same for
//!   the same input in the same build on the same kind of processor.
//! * Whatever the bytes: no panic.
//!
//! # Limitations
//!
//! * A [`Decoder`] gives bytes before it has seen their checksum: its caller believes them at the end.
//! * Compressed bytes are not canonical, another version of the compressor may write others. Compare
//!   what comes out.
//! * Of what is left of a file that was cut off within its first byte nobody can say what it was: no
//!   bytes, and an opening parenthesis, are plain.
//! * A plain binary file that begins with a codec's magic, but for one byte, is taken for a damaged
//!   compressed one. A text is not.
//! * CRC-32 finds accidents. Who chooses the bytes can make it right: the checksum for that is one of
//!   the text, before it is compressed.
//! * zstd is recognised always, but read and written only with the feature `zstd`, which needs a C
//!   compiler. No dictionaries; a file that begins with a skippable frame is plain.
//! * An [`Encoder`] that is dropped without [`finish`](Encoder::finish) leaves a truncated stream, on
//!   purpose.

mod codec;
mod decoder;
mod encoder;
mod error;
mod gzip;
mod step;
mod whole;
#[cfg(feature = "zstd")]
mod zstd;

pub use codec::{Codec, Level};
pub use decoder::Decoder;
pub use encoder::Encoder;
pub use error::{Error, ErrorKind};
pub use whole::decode;
