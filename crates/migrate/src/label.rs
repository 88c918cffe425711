//! The name of a version.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of a version: an integer, or text such as `"1.0"`.
///
/// Labels are equal or not; which one comes later is known to the [`Chain`](crate::Chain) alone. The
/// integer `1` and the text `"1"` are two labels, as they are two values in JSON.
///
/// In JSON a label is a number or a string. It displays as its bare text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Label {
    /// A non-negative integer.
    Integer(u64),
    /// Any text; compared byte by byte.
    Text(String),
}

impl Label {
    /// The label that `value` is, if it is one.
    ///
    /// `None` is for a value that is no label, such as `null`, `-1` or `1.5`. That is not the same as
    /// a missing label: a file that carries one should be refused, not treated as unlabelled.
    pub fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64().map(Self::Integer),
            Value::String(text) => Some(Self::Text(text.clone())),
            _ => None,
        }
    }

    /// The label as it stands in a file.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Integer(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

// The only integer conversion, so that a bare literal (`Chain::new(1)`) infers to it.
impl From<u64> for Label {
    fn from(number: u64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Label {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
