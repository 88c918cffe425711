//! What contacts and notes have in common.

use std::collections::hash_map::RandomState;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hasher};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Error;
use super::pattern::Shown;

/// A contact or a note.
pub(crate) trait Record:
    Clone + Debug + PartialEq + Send + Serialize + DeserializeOwned + 'static
{
    /// What a command may say about one.
    type Fields: Clone + Debug + Send;

    /// How one is called.
    const KIND: &'static str;

    /// One with nothing in it but its name or title.
    fn new(id: String, title: String, now: String) -> Self;

    /// Takes over what was said.
    fn set(&mut self, fields: &Self::Fields, now: &str);

    /// What must hold before it is saved. What other programs have saved is kept as it is.
    fn check(&self) -> Result<(), String>;

    /// Its id; empty where another program gave it none.
    fn id(&self) -> &str;

    /// Its name or title.
    fn title(&self) -> &str;

    /// Its members, for people.
    fn shown(&self, shown: &Shown) -> Vec<(&'static str, String)>;
}

/// One that is new, or changed.
pub(crate) fn checked<R: Record>(mut record: R, fields: &R::Fields, now: &str) -> Result<R, Error> {
    record.set(fields, now);
    record.check().map_err(Error::Usage)?;
    Ok(record)
}

/// The one that somebody means: by its id, the beginning of it, or its whole name.
pub(crate) fn find<'r, R: Record>(records: &'r [R], meant: &str) -> Result<&'r R, Error> {
    let by_name = |record: &&R| record.title().to_lowercase() == meant.to_lowercase();
    let by_id = |record: &&R| !meant.is_empty() && record.id().starts_with(meant);
    let exactly = records.iter().filter(|record| record.id() == meant);
    let mut found: Vec<_> = exactly.take(usize::from(!meant.is_empty())).collect();
    if found.is_empty() {
        found = records.iter().filter(by_name).collect();
    }
    if found.is_empty() {
        found = records.iter().filter(by_id).collect();
    }
    match found[..] {
        [record] => Ok(record),
        [] => Err(Error::Usage(format!("there is no {} `{meant}`", R::KIND))),
        _ => {
            let ids: Vec<_> = found.iter().map(|record| short(record.id())).collect();
            let (kind, ids) = (R::KIND, ids.join(", "));
            Err(Error::Usage(format!(
                "there is more than one {kind} `{meant}`: {ids}"
            )))
        }
    }
}

/// As much of an id as people need.
pub(crate) fn short(id: &str) -> &str {
    match id.char_indices().nth(8) {
        Some((end, _)) => &id[..end],
        None if id.is_empty() => "-",
        None => id,
    }
}

/// A new id, of the form that Python's `uuid4` has.
pub(crate) fn random_id() -> String {
    let random = || RandomState::new().build_hasher().finish();
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}
