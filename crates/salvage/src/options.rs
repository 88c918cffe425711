//! Limits, and what a caller knows.

use crate::report::Salvage;

/// As deep as `serde_json` reads.
const DEPTH_MAX: usize = 127;

/// At about a hundred bytes each.
const VALUES_MAX: usize = 8 << 20;

/// How far a salvage goes.
///
/// ```
/// let options = salvage::Options::new().depth_max(16);
/// let left = options.salvage(b"[[1], [2");
/// assert_eq!(left.text(), Some("[[1]]"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub(crate) depth_max: usize,
    pub(crate) values_max: usize,
    pub(crate) collections: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            depth_max: DEPTH_MAX,
            values_max: VALUES_MAX,
            collections: Vec::new(),
        }
    }
}

impl Options {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many brackets may be open at once; what is deeper is lost. Default: 127, which is as deep as
    /// `serde_json` reads.
    pub fn depth_max(self, depth_max: usize) -> Self {
        Self { depth_max, ..self }
    }

    /// How many brackets, commas, names and values are looked at; what is behind them is lost. Memory is
    /// at most about a hundred bytes each. Default: 8 Mi.
    pub fn values_max(self, values_max: usize) -> Self {
        Self { values_max, ..self }
    }

    /// Says where records are: the children of the value at this JSON Pointer are, and what is between it
    /// and the root holds collections. May be said more than once; said at all, nothing is
    /// [found out from the shape](crate#what-a-record-is).
    pub fn collection(mut self, pointer: impl Into<String>) -> Self {
        self.collections.push(pointer.into());
        self
    }

    /// What is left of a document.
    pub fn salvage<'a>(&self, bytes: &'a [u8]) -> Salvage<'a> {
        crate::gather::salvage(bytes, self)
    }
}
