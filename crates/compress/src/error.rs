//! What can be wrong with compressed bytes, cut by what their reader does next.

use std::io;
use std::sync::Arc;

use crate::Codec;

/// Why bytes were not compressed, or not taken for compressed ones.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes end before the compressed stream does: its writer was stopped, or its end is lost.
    #[error("truncated after {offset} bytes: the compressed stream has no end")]
    Truncated {
        /// How many bytes there are.
        offset: u64,
    },

    /// The bytes are not what a compressor wrote, or their checksum is another.
    #[error("damaged after byte {offset}: {reason}")]
    Damaged {
        /// How many bytes were read without complaint. The damage may be earlier: a checksum stands
        /// at the end.
        offset: u64,
        /// The decompressor's complaint.
        reason: String,
    },

    /// More would come out than the caller is ready to take.
    #[error("more than {limit} bytes come out: raise the limit if that is expected")]
    TooLarge {
        /// The caller's limit.
        limit: u64,
    },

    /// The compressed stream is whole, and something else follows it.
    #[error("the compressed stream ends at byte {offset}, and something else follows it")]
    TrailingGarbage {
        /// Where the last whole stream ends.
        offset: u64,
    },

    /// The codec is known and was not built in.
    #[error("{codec} support is not built in: the feature `{codec}` adds it")]
    Unsupported {
        /// Which codec.
        codec: Codec,
    },

    /// The reader or writer below failed, not what it carries.
    #[error("reading or writing compressed bytes failed")]
    Io(#[source] Arc<io::Error>),
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Damage: the end is missing.
    Truncated,
    /// Damage: the bytes changed.
    Damaged,
    /// Perhaps a bomb, perhaps a limit that is too low.
    TooLarge,
    /// Damage: bytes too many.
    TrailingGarbage,
    /// No damage: a build with the feature reads it.
    Unsupported,
    /// No damage: try again where the cause is gone.
    Io,
}

impl Error {
    /// What the caller is to believe.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Truncated { .. } => ErrorKind::Truncated,
            Self::Damaged { .. } => ErrorKind::Damaged,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::TrailingGarbage { .. } => ErrorKind::TrailingGarbage,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::Io(_) => ErrorKind::Io,
        }
    }
}

/// Back from the form that [`io::Read`] and [`io::Write`] force an error into: an [`Error`] of this
/// crate comes out as it went in, any other as [`Error::Io`].
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(ours) => ours,
            Err(theirs) => Self::Io(Arc::new(theirs)),
        }
    }
}

/// For [`io::Read`] and [`io::Write`]; the kind of an [`Error::Io`] stays.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Truncated { .. } => io::ErrorKind::UnexpectedEof,
            Error::Unsupported { .. } => io::ErrorKind::Unsupported,
            Error::Damaged { .. } | Error::TooLarge { .. } | Error::TrailingGarbage { .. } => {
                io::ErrorKind::InvalidData
            }
            Error::Io(source) => source.kind(),
        };
        Self::new(kind, error)
    }
}
