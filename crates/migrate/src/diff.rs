//! What differs between two values.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::brief::{brief, escape};
use crate::depth;

/// One difference between an old and a new value, at a JSON Pointer (RFC 6901).
///
/// Serialises to an operation of JSON Patch (RFC 6902): `add`, `remove` or `replace`. What was there
/// before stands beside it as `old`, a member which the standard has other readers ignore.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "op")]
#[non_exhaustive]
pub enum Change {
    /// A member of an object or a list that wasn't there.
    #[serde(rename = "add")]
    Added {
        /// Where it is, after the changes before this one. In a list, what follows moves up by one.
        #[serde(rename = "path")]
        pointer: String,
        /// What it is.
        #[serde(rename = "value")]
        new: Value,
    },
    /// A member of an object or a list that is gone.
    #[serde(rename = "remove")]
    Removed {
        /// Where it was.
        #[serde(rename = "path")]
        pointer: String,
        /// What it was.
        old: Value,
    },
    /// Another value in the same place. The pointer of the whole value is empty.
    #[serde(rename = "replace")]
    Changed {
        /// Where it is.
        #[serde(rename = "path")]
        pointer: String,
        /// What it was.
        old: Value,
        /// What it is.
        #[serde(rename = "value")]
        new: Value,
    },
}

impl fmt::Display for Change {
    /// One line, the values cut to what a line holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { pointer, new } => write!(f, "+ {}: {}", place(pointer), brief(new)),
            Self::Removed { pointer, old } => write!(f, "- {}: {}", place(pointer), brief(old)),
            Self::Changed { pointer, old, new } => {
                write!(f, "~ {}: {} -> {}", place(pointer), brief(old), brief(new))
            }
        }
    }
}

/// Uncut, because half a pointer is another pointer.
fn place(pointer: &str) -> String {
    if pointer.is_empty() {
        "(the whole value)".to_owned()
    } else {
        escape(pointer)
    }
}

/// The changes that, applied one after the other, turn `old` into `new`; `None` if one of them is nested
/// deeper than 128 levels, more than `serde_json` reads.
pub fn compare(old: &Value, new: &Value) -> Option<Vec<Change>> {
    let is_shallow = !depth::exceeded(old) && !depth::exceeded(new);
    is_shallow.then(|| diff(old, new))
}

/// [`compare`] without a limit. Recurses, so both must be within the limit of [`depth`](crate::depth).
pub(crate) fn diff(old: &Value, new: &Value) -> Vec<Change> {
    let mut diff = Diff {
        pointer: String::new(),
        changes: Vec::new(),
    };
    diff.values(old, new);
    diff.changes
}

struct Diff {
    pointer: String,
    changes: Vec<Change>,
}

impl Diff {
    fn values(&mut self, old: &Value, new: &Value) {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.objects(old, new),
            (Value::Array(old), Value::Array(new)) => self.lists(old, new),
            _ if old == new => {}
            _ => self.changes.push(Change::Changed {
                pointer: self.pointer.clone(),
                old: old.clone(),
                new: new.clone(),
            }),
        }
    }

    fn objects(&mut self, old: &Map<String, Value>, new: &Map<String, Value>) {
        for (key, was) in old {
            self.at(&pointer_token(key), |diff| match new.get(key) {
                Some(is) => diff.values(was, is),
                None => diff.removed(was),
            });
        }
        for (key, is) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
            self.at(&pointer_token(key), |diff| diff.added(is));
        }
    }

    /// Between the common beginning and end, members pair up by position; one list has some left over.
    fn lists(&mut self, old: &[Value], new: &[Value]) {
        let begin = old
            .iter()
            .zip(new)
            .take_while(|(was, is)| was == is)
            .count();
        let (old, new) = (&old[begin..], &new[begin..]);
        let end = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(|(was, is)| was == is)
            .count();
        let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);

        for (offset, (was, is)) in old.iter().zip(new).enumerate() {
            self.at(&(begin + offset).to_string(), |diff| diff.values(was, is));
        }
        // Backwards, so that no removal moves a member that a later one points to.
        for (offset, was) in old.iter().enumerate().skip(new.len()).rev() {
            self.at(&(begin + offset).to_string(), |diff| diff.removed(was));
        }
        for (offset, is) in new.iter().enumerate().skip(old.len()) {
            self.at(&(begin + offset).to_string(), |diff| diff.added(is));
        }
    }

    fn removed(&mut self, old: &Value) {
        self.changes.push(Change::Removed {
            pointer: self.pointer.clone(),
            old: old.clone(),
        });
    }

    fn added(&mut self, new: &Value) {
        self.changes.push(Change::Added {
            pointer: self.pointer.clone(),
            new: new.clone(),
        });
    }

    fn at(&mut self, token: &str, inside: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(token);
        inside(self);
        self.pointer.truncate(length);
    }
}

/// RFC 6901, section 3. The tilde first, or it would escape the escapes.
fn pointer_token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
