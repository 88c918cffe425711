//! Which state of a document a program has seen.

use std::fmt;

use integrity::Digest;

/// Which state of a document a program has seen: the save counter, where the layout stores one, and
/// a SHA-256: that of the checksum, where there is one and it holds, or else of the file's bytes. Two revisions are equal if both are, so that
/// [`compare_and_save`](crate::Document::compare_and_save) works for every layout and also notices a
/// change that no save has made.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revision {
    number: Option<u64>,
    digest: Digest,
}

impl Revision {
    pub(crate) fn of(number: Option<u64>, digest: Digest) -> Self {
        Self { number, digest }
    }

    /// How many times the document had been saved, where its layout stores that. After a restore or a
    /// recovery it goes on from the number of the backup.
    pub fn number(&self) -> Option<u64> {
        self.number
    }
}

/// The number, or else the first digits of the digest: for messages.
impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => number.fmt(f),
            None => write!(f, "{:.12}", self.digest.to_string()),
        }
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revision({:?}, {})", self.number, self.digest)
    }
}
