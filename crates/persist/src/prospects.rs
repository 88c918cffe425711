//! What a damaged document can be recovered from.

use std::path::PathBuf;

use salvage::Lost;
use serde::Serialize;

use crate::backup::Backup;
use crate::damage::Damage;
use crate::report::{Skipped, lossy};

/// A damaged document, and what it can be recovered from: what
/// [`Options::on_damage`](crate::Options::on_damage) decides by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Prospects {
    /// The document.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// What is wrong with it.
    pub damage: Damage,
    /// The revision that it claims to be, if that can still be read.
    pub damaged_revision: Option<u64>,
    /// The newest backup that is good.
    pub backup: Option<Backup>,
    /// What would be lost if its value was salvaged; nothing, if that is empty. `None`: nothing usable
    /// is left in it.
    pub salvage: Option<Vec<Lost>>,
    /// What can't be used, and why.
    pub skipped: Vec<Skipped>,
}

/// What still parses in a damaged document: see [`Document::salvage`](crate::Document::salvage).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Salvaged<T> {
    /// The value, or why what is left is none.
    pub value: Result<T, String>,
    /// The text of the file with what is left in it, if anything is.
    pub text: Option<String>,
    /// What is not, record by record. The ranges are bytes of the file's text, decompressed.
    pub lost: Vec<Lost>,
    /// What is wrong with the file.
    pub damage: Damage,
}
