//! What a salvage answers: what is left, what is gone, what was put right.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

/// What is left of a document, and what is not.
///
/// All ranges are bytes of the input, as it was given.
#[derive(Clone, Debug)]
pub struct Salvage<'a> {
    pub(crate) text: Option<Cow<'a, str>>,
    pub(crate) records: Vec<Record<'a>>,
    pub(crate) lost: Vec<Lost>,
    pub(crate) repairs: Vec<Repair>,
    /// Whether the document that the text is made of is whole.
    pub(crate) is_whole: bool,
}

impl Salvage<'_> {
    /// A valid JSON text of what is left: the shape, the order and every lexeme as they stood. `None` if
    /// nothing is.
    ///
    /// It holds no record of which the place is not known: see [`Record::in_text`].
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Every value that came through, in the order of the file.
    pub fn records(&self) -> &[Record<'_>] {
        &self.records
    }

    /// What did not, in the order of the file.
    pub fn lost(&self) -> &[Lost] {
        &self.lost
    }

    /// What was wrong and could be put right, in the order of the file.
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// Whether nothing is lost: the text says what the input says, in JSON.
    ///
    /// It does not say that the input is what somebody once wrote: see [the crate's limitations](crate#limitations).
    pub fn is_lossless(&self) -> bool {
        self.is_whole && self.lost.is_empty()
    }
}

/// A value that came through whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    pub(crate) collection: Option<Arc<str>>,
    pub(crate) key: Option<Key>,
    pub(crate) range: Range<usize>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) in_text: bool,
}

impl Record<'_> {
    /// The array or object that it stood in, as a JSON Pointer (RFC 6901; empty: the whole document).
    /// `None` if the name of it, or of something around it, is gone.
    pub fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// Its name or its number in there. `None` if that is gone, or if it can't be told how many were
    /// before it.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Where its value stands in the input.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Its value as JSON, as it stands in the input. Only where that is not JSON, comments and trailing
    /// commas are left out, and single quotes replaced.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether [`Salvage::text`] holds it. It does not if the record's place is not known, or if it
    /// belongs to another document in the same file.
    pub fn in_text(&self) -> bool {
        self.in_text
    }
}

/// Which one of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Key {
    /// The member of this name.
    Member(String),
    /// The item of this number, from 0.
    Index(usize),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write!(f, "{name:?}"),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

/// Bytes that nothing was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Lost {
    /// Which bytes of the input; empty where bytes are missing. A record without a place may stand in those of
    /// another that is lost.
    pub range: Range<usize>,
    /// The collection they stood in, as a JSON Pointer, if that is known.
    pub collection: Option<String>,
    /// The record they belonged to, if that is known. Where several are gone, the first.
    pub key: Option<Key>,
    /// Why.
    pub reason: Reason,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bytes {}..{}", self.range.start, self.range.end)?;
        match (&self.key, self.collection.as_deref()) {
            (Some(key), Some("")) => write!(f, " (record {key})")?,
            (Some(key), Some(collection)) => write!(f, " (record {key} of {collection})")?,
            (None, Some(collection)) if !collection.is_empty() => write!(f, " (in {collection})")?,
            _ => {}
        }
        write!(f, ": {}", self.reason)
    }
}

/// Why bytes are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// NUL bytes: space that was reserved and never written, or a hole.
    Nuls,
    /// Not UTF-8, or control characters.
    NotText,
    /// Text, and not JSON.
    NotJson,
    /// The document ends here, and something was open.
    CutOff,
    /// More bytes after the end of the document.
    TrailingBytes,
    /// Another document, before or after the one that the text is made of.
    OtherDocument,
    /// Deeper than [`Options::depth_max`](crate::Options::depth_max).
    TooDeep,
    /// Behind [`Options::values_max`](crate::Options::values_max).
    TooMany,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nuls => "NUL bytes",
            Self::NotText => "not text",
            Self::NotJson => "not JSON",
            Self::CutOff => "the end is missing",
            Self::TrailingBytes => "bytes after the end of the document",
            Self::OtherDocument => "another document in the same file",
            Self::TooDeep => "nested too deeply",
            Self::TooMany => "more values than the limit",
        })
    }
}

/// Something that was wrong and cost nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Repair {
    /// What.
    pub kind: RepairKind,
    /// Which bytes of the input; empty where bytes were added.
    pub range: Range<usize>,
}

/// What was put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RepairKind {
    /// A byte-order mark before UTF-8.
    ByteOrderMark,
    /// The input is UTF-16.
    Utf16,
    /// A comment, `//` or `/* */`.
    Comment,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A string in single quotes.
    SingleQuotes,
    /// Brackets that were open where the document ends.
    MissingBrackets,
    /// NUL bytes after the end of the document.
    TrailingNuls,
    /// A further copy of the document after its end, byte for byte the same.
    Repeated,
}

impl fmt::Display for RepairKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ByteOrderMark => "byte-order mark",
            Self::Utf16 => "UTF-16",
            Self::Comment => "comment",
            Self::TrailingComma => "trailing comma",
            Self::SingleQuotes => "single quotes",
            Self::MissingBrackets => "missing brackets",
            Self::TrailingNuls => "NUL bytes after the end",
            Self::Repeated => "repeated document",
        })
    }
}
