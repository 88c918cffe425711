//! Where a log is not what was written, and how that shows.

use std::fmt;
use std::path::PathBuf;

use crate::Lsn;

/// A place of a log that was durable and is not any more what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// The segment.
    pub path: PathBuf,
    /// Bytes from its start to the place.
    pub offset: u64,
    /// The first record that can't be read.
    pub lsn: Lsn,
    /// How it shows.
    pub flaw: Flaw,
    /// Where its group begins, and with which record: what a repair cuts.
    pub(crate) cut: (u64, Lsn),
}

/// How damage shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flaw {
    /// The first page is no header.
    Header,
    /// The header is that of another segment than the file's name says, or of another log.
    Swapped,
    /// A segment is not there.
    Missing,
    /// No group begins where one was written.
    Mark,
    /// A line of a group is not what was written.
    Line,
    /// The segment ends before its last record: the next one begins later.
    Short,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "the header of the segment does not read",
            Self::Swapped => "this is another segment than the name and the others say",
            Self::Missing => "the segment is missing",
            Self::Mark => "no group of records begins here, and there was one",
            Self::Line => "the record's line is not what was written",
            Self::Short => "the segment ends here, and the next one begins later",
        })
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            offset,
            lsn,
            flaw,
            ..
        } = self;
        write!(f, "{}, byte {offset}, record {lsn}: {flaw}", path.display())
    }
}
