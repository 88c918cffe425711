//! Which form bytes have.

use std::fmt;

/// The first bytes of a gzip member: identification and the one method there is (RFC 1952).
pub(crate) const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// The first bytes of a zstd frame (RFC 8878).
pub(crate) const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The longest of the magics: this many bytes decide.
pub(crate) const MAGIC_LEN_MAX: usize = 4;

/// A form of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// As they are.
    #[default]
    Plain,
    /// gzip, as `gunzip` reads it.
    Gzip,
    /// zstd, as `unzstd` reads it. Always recognised; read and written with the feature `zstd`.
    Zstd,
}

/// How much work a compressor takes on itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Little: gzip 1, zstd 1.
    Fast,
    /// What the codec's own tool does unasked: gzip 6, zstd 3.
    #[default]
    Balanced,
    /// Much, for bytes that are kept long: gzip 9, zstd 19.
    Small,
}

impl Codec {
    /// Which codec `bytes`, the beginning of a file or all of it, were written with.
    ///
    /// One byte of the magic may be another, and all but its beginning may be missing: such bytes are
    /// reported as damaged by who decodes them, not passed on as plain. No text is taken for
    /// compressed, unless it begins with control characters; other plain bytes may be.
    pub fn detect(bytes: &[u8]) -> Self {
        if resembles(bytes, &GZIP_MAGIC) {
            Self::Gzip
        } else if resembles(bytes, &ZSTD_MAGIC) {
            Self::Zstd
        } else {
            Self::Plain
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

/// Whether `bytes` begin with `magic`, but for one byte, or end within it.
fn resembles(bytes: &[u8], magic: &[u8]) -> bool {
    let there = &bytes[..bytes.len().min(magic.len())];
    let same = there
        .iter()
        .zip(magic)
        .filter(|(byte, magic)| byte == magic)
        .count();
    if there.len() == magic.len() {
        // What is left of either magic has a byte that no text has there.
        same + 1 >= magic.len()
    } else {
        // The first byte of zstd's alone is an opening parenthesis.
        same == there.len() && there.iter().any(|byte| !byte.is_ascii_graphic())
    }
}
