//! Members that hold records of which some may not be what the program's type reads.

mod array;
mod collect;
mod keyed;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::damage::json_reason;
use crate::json::{Json, JsonError};

pub use array::Records;
pub(crate) use collect::collecting;
pub use keyed::KeyedRecords;

/// A record that is kept, and not read.
///
/// It displays as its place and the reason, so that `format!("feature {record}")` says
/// ``feature 3: missing field `name` ``.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnreadRecord {
    /// Where it stands among the others.
    pub place: RecordPlace,
    /// What stands there.
    pub record: Json,
    /// Why it is not read, for people.
    pub reason: String,
}

/// Where a record stands among the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum RecordPlace {
    /// Its index in an array, from 0, in the file that it was found in.
    Index(usize),
    /// Its key in an object.
    Key(String),
}

impl fmt::Display for RecordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => index.fmt(f),
            Self::Key(key) => key.fmt(f),
        }
    }
}

impl fmt::Display for UnreadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

/// A record, or why it is none and what it is instead; an error where not even that can be kept.
fn read<V: DeserializeOwned>(
    place: impl FnOnce() -> RecordPlace,
    raw: Box<RawValue>,
) -> Result<Result<V, UnreadRecord>, JsonError> {
    match serde_json::from_str(raw.get()) {
        Ok(value) => Ok(Ok(value)),
        Err(error) => Ok(Err(UnreadRecord {
            place: place(),
            reason: json_reason(&error),
            record: Json::of_raw(raw)?,
        })),
    }
}

/// What a rule of the program's own refuses among `values`, as it would be written.
fn refused<'v, V: Serialize + 'v>(
    values: impl Iterator<Item = &'v V>,
    mut rule: impl FnMut(&V) -> Result<(), String>,
) -> Result<Vec<Option<(Json, String)>>, JsonError> {
    let verdicts = values.map(|value| match rule(value) {
        Ok(()) => Ok(None),
        Err(reason) => Ok(Some((Json::encode(value)?, reason))),
    });
    verdicts.collect()
}

/// The first of `read` that is not among `written`: a record that could not be read again.
pub(crate) fn lost<'r>(
    written: &[UnreadRecord],
    read: &'r [UnreadRecord],
) -> Option<&'r UnreadRecord> {
    let is_new = |record: &&UnreadRecord| written.iter().all(|old| old.record != record.record);
    read.iter().find(is_new).or_else(|| read.get(written.len()))
}
