//! Records in an object.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::collect::report;
use super::{RecordPlace, UnreadRecord, read, refused};
use crate::json::JsonError;

/// Records in an object, by key: a `BTreeMap<String, V>` that loses nothing. What is in the object and
/// is JSON, but not a `V`, is kept beside the others, and each save writes it back as it is. As long as
/// it is, its key is taken: a value that has a record of that name as well can't be saved.
///
/// ```
/// use persist::{Document, KeyedRecords};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("prices.json");
/// # use std::fs;
/// fs::write(&path, r#"{"tea": 3, "milk": "1.20"}"#)?;
/// let prices = Document::<KeyedRecords<u32>>::at(&path);
///
/// prices.update(|prices| prices.insert("salt".into(), 1))?;
/// let loaded = prices.load()?.expect("there is one");
/// assert_eq!(loaded.keys().collect::<Vec<_>>(), ["salt", "tea"]);
/// assert_eq!(
///     loaded.unread[0].to_string(),
///     "milk: invalid type: string \"1.20\", expected u32"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The keys are written in their order. As [`Json`](crate::Json), it can't stand below
/// `#[serde(flatten)]` and `#[serde(untagged)]`.
#[derive(Clone, PartialEq)]
pub struct KeyedRecords<V> {
    read: BTreeMap<String, V>,
    aside: BTreeMap<String, UnreadRecord>,
}

impl<V> KeyedRecords<V> {
    /// The records that are kept, and not read, in the order of their keys.
    pub fn unread(&self) -> impl Iterator<Item = &UnreadRecord> {
        self.aside.values()
    }

    /// Takes the records away that are not read: the next save writes them no more, and their keys are
    /// free.
    pub fn take_unread(&mut self) -> Vec<UnreadRecord> {
        mem::take(&mut self.aside).into_values().collect()
    }

    /// Sets those aside, too, that a rule of the program's own refuses. An error if one of them has no
    /// JSON; then nothing is set aside.
    pub fn check(
        &mut self,
        mut rule: impl FnMut(&str, &V) -> Result<(), String>,
    ) -> Result<(), JsonError>
    where
        V: Serialize,
    {
        let mut keys = self.read.keys();
        let verdicts = refused(self.read.values(), |value| {
            keys.next().map_or(Ok(()), |key| rule(key, value))
        })?;
        for ((key, value), verdict) in mem::take(&mut self.read).into_iter().zip(verdicts) {
            match verdict {
                None => drop(self.read.insert(key, value)),
                Some((record, reason)) => {
                    let place = RecordPlace::Key(key.clone());
                    let unread = UnreadRecord {
                        place,
                        record,
                        reason,
                    };
                    self.aside.insert(key, unread);
                }
            }
        }
        Ok(())
    }
}

impl<V> Default for KeyedRecords<V> {
    fn default() -> Self {
        BTreeMap::new().into()
    }
}

impl<V> From<BTreeMap<String, V>> for KeyedRecords<V> {
    fn from(read: BTreeMap<String, V>) -> Self {
        let aside = BTreeMap::new();
        Self { read, aside }
    }
}

impl<V> FromIterator<(String, V)> for KeyedRecords<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(records: I) -> Self {
        BTreeMap::from_iter(records).into()
    }
}

impl<V> Deref for KeyedRecords<V> {
    type Target = BTreeMap<String, V>;

    fn deref(&self) -> &BTreeMap<String, V> {
        &self.read
    }
}

impl<V> DerefMut for KeyedRecords<V> {
    fn deref_mut(&mut self) -> &mut BTreeMap<String, V> {
        &mut self.read
    }
}

impl<V: fmt::Debug> fmt::Debug for KeyedRecords<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyedRecords")
            .field("read", &self.read)
            .field("aside", &self.aside)
            .finish()
    }
}

impl<V: Serialize> Serialize for KeyedRecords<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(key) = self.aside.keys().find(|key| self.read.contains_key(*key)) {
            return Err(S::Error::custom(format!(
                "`{key}` is also the key of a record that could not be read; take that away first"
            )));
        }
        let mut object = serializer.serialize_map(Some(self.read.len() + self.aside.len()))?;
        let mut aside = self.aside.iter().peekable();
        for (key, value) in &self.read {
            while let Some((name, unread)) = aside.next_if(|(name, _)| *name < key) {
                report(unread);
                object.serialize_entry(name, &unread.record)?;
            }
            object.serialize_entry(key, value)?;
        }
        for (name, unread) in aside {
            report(unread);
            object.serialize_entry(name, &unread.record)?;
        }
        object.end()
    }
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for KeyedRecords<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);

        impl<'de, V: DeserializeOwned> Visitor<'de> for Object<V> {
            type Value = KeyedRecords<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of records")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut records = KeyedRecords::default();
                while let Some((key, raw)) = map.next_entry::<String, Box<RawValue>>()? {
                    // The second one would take the first one's place.
                    if records.contains_key(&key) || records.aside.contains_key(&key) {
                        return Err(A::Error::custom(format!(
                            "the record `{key}` is there twice"
                        )));
                    }
                    let place = || RecordPlace::Key(key.clone());
                    match read(place, raw).map_err(A::Error::custom)? {
                        Ok(value) => drop(records.insert(key, value)),
                        Err(unread) => {
                            report(&unread);
                            records.aside.insert(key, unread);
                        }
                    }
                }
                Ok(records)
            }
        }

        deserializer.deserialize_map(Object(PhantomData))
    }
}
