//! Records in an array.

use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::collect::report;
use super::{RecordPlace, UnreadRecord, read, refused};
use crate::json::JsonError;

/// An array of records: a `Vec<V>` that loses nothing. What is in the array and is JSON, but not a `V`,
/// does not keep the others from being read; it is kept beside them, and each save writes it back as it
/// is, after as many good ones as stood before it.
///
/// [`Loaded::unread`](crate::Loaded::unread) names all such records of a document.
///
/// ```
/// use persist::{Document, Records};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Feature { name: String }
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Library { features: Records<Feature> }
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("features.json");
/// # use std::fs;
/// fs::write(&path, r#"{"features": [{"name": "a"}, {"nome": "b", "rank": 4.0}]}"#)?;
/// let library = Document::<Library>::at(&path);
///
/// let loaded = library.load()?.expect("there is one");
/// assert_eq!(loaded.features.len(), 1);
/// assert_eq!(loaded.unread[0].to_string(), "1: missing field `name`");
///
/// library.update(|all| all.features.push(Feature { name: "c".into() }))?;
/// assert!(fs::read_to_string(&path)?.contains("\"rank\": 4.0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// As [`Json`](crate::Json), it can't stand below `#[serde(flatten)]` and `#[serde(untagged)]`.
#[derive(Clone, PartialEq)]
pub struct Records<V> {
    read: Vec<V>,
    aside: Vec<Aside>,
}

/// A record that is not read, and how many that are stand before it.
#[derive(Clone, Debug, PartialEq)]
struct Aside {
    before: usize,
    record: UnreadRecord,
}

impl<V> Records<V> {
    /// The records that are kept, and not read, in their order.
    pub fn unread(&self) -> impl Iterator<Item = &UnreadRecord> {
        self.aside.iter().map(|aside| &aside.record)
    }

    /// Takes the records away that are not read: the next save writes them no more.
    pub fn take_unread(&mut self) -> Vec<UnreadRecord> {
        let aside = mem::take(&mut self.aside);
        aside.into_iter().map(|aside| aside.record).collect()
    }

    /// Sets those aside, too, that a rule of the program's own refuses. An error if one of them has no
    /// JSON; then nothing is set aside.
    pub fn check(&mut self, rule: impl FnMut(&V) -> Result<(), String>) -> Result<(), JsonError>
    where
        V: Serialize,
    {
        let verdicts = refused(self.read.iter(), rule)?;
        let values = mem::take(&mut self.read).into_iter().zip(verdicts);
        let mut old = mem::take(&mut self.aside).into_iter().peekable();
        for (index, (value, verdict)) in values.enumerate() {
            while let Some(aside) = old.next_if(|aside| aside.before <= index) {
                self.put_aside(aside.record);
            }
            match verdict {
                None => self.read.push(value),
                Some((record, reason)) => self.put_aside(UnreadRecord {
                    place: RecordPlace::Index(self.read.len() + self.aside.len()),
                    record,
                    reason,
                }),
            }
        }
        old.for_each(|aside| self.put_aside(aside.record));
        Ok(())
    }

    fn put_aside(&mut self, record: UnreadRecord) {
        let before = self.read.len();
        self.aside.push(Aside { before, record });
    }
}

impl<V> Default for Records<V> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<V> From<Vec<V>> for Records<V> {
    fn from(read: Vec<V>) -> Self {
        let aside = Vec::new();
        Self { read, aside }
    }
}

impl<V> FromIterator<V> for Records<V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Vec::from_iter(values).into()
    }
}

impl<V> Deref for Records<V> {
    type Target = Vec<V>;

    fn deref(&self) -> &Vec<V> {
        &self.read
    }
}

impl<V> DerefMut for Records<V> {
    fn deref_mut(&mut self) -> &mut Vec<V> {
        &mut self.read
    }
}

impl<V: fmt::Debug> fmt::Debug for Records<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("read", &self.read)
            .field("aside", &self.aside)
            .finish()
    }
}

impl<V: Serialize> Serialize for Records<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(Some(self.read.len() + self.aside.len()))?;
        let mut aside = self.aside.iter().peekable();
        for (index, value) in self.read.iter().enumerate() {
            while let Some(unread) = aside.next_if(|aside| aside.before <= index) {
                report(&unread.record);
                array.serialize_element(&unread.record.record)?;
            }
            array.serialize_element(value)?;
        }
        for unread in aside {
            report(&unread.record);
            array.serialize_element(&unread.record.record)?;
        }
        array.end()
    }
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for Records<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Array<V>(PhantomData<V>);

        impl<'de, V: DeserializeOwned> Visitor<'de> for Array<V> {
            type Value = Records<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of records")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Records<V>, A::Error> {
                let mut records = Records::default();
                let mut index = 0;
                while let Some(raw) = array.next_element::<Box<RawValue>>()? {
                    match read(|| RecordPlace::Index(index), raw).map_err(A::Error::custom)? {
                        Ok(value) => records.push(value),
                        Err(unread) => {
                            report(&unread);
                            records.put_aside(unread);
                        }
                    }
                    index += 1;
                }
                Ok(records)
            }
        }

        deserializer.deserialize_seq(Array(PhantomData))
    }
}
