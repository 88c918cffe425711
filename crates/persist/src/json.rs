//! JSON as a text whose values nobody reads: everything in it stays as it is written.

mod edit;
mod error;
mod lines;
mod merge;
mod places;
mod pointer;
mod scan;
mod sort;

use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use self::scan::Tokens;

pub(crate) use edit::closed_up;
pub use error::{JsonError, JsonErrorKind};
pub(crate) use lines::Lines;
pub(crate) use merge::{Unknown, merge};
pub(crate) use sort::{is_same, sorted};

/// As deep as `serde_json` goes into a type.
const DEPTH_MAX: usize = 128;

/// A JSON value of any shape, kept as its text: numbers keep every digit (`4.0`, `1e400`, twenty-digit
/// integers), texts their escapes, objects the order of their members, also of two with the same
/// name. White space counts for nothing when two are compared.
///
/// A member of this type keeps a part that a program does not look into. A `Document<Json>` opens any
/// document, for tools and programs that change single places of it:
///
/// ```
/// use persist::{Document, Json};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("prices.json");
/// # use std::fs;
/// fs::write(&path, "{\"tea\": 4.0, \"max\": 1e400}")?;
///
/// let prices = Document::<Json>::options().versions_as_found().at(&path);
/// prices.update(|json| json.set("/tea", "4.50".parse()?))??;
/// assert_eq!(fs::read_to_string(&path)?, "{\n  \"tea\": 4.50,\n  \"max\": 1e400\n}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It goes through `serde_json` only, as its `RawValue` does, which it is made of: not through other
/// formats, and not through `#[serde(flatten)]` or `#[serde(untagged)]`.
#[derive(Clone)]
pub struct Json {
    raw: Box<RawValue>,
}

impl Json {
    /// Checks that `text` is JSON, no more than 128 levels deep.
    pub fn parse(text: impl Into<String>) -> Result<Self, JsonError> {
        let text = text.into();
        // First, because what is refused is gone.
        if let Err(error) = serde_json::from_str::<&RawValue>(&text) {
            return Err(JsonError::of_text(&text, &error));
        }
        let raw = RawValue::from_string(text)
            .map_err(|error| JsonError::new(JsonErrorKind::Syntax, error.to_string()))?;
        Self::of_raw(raw)
    }

    /// The JSON of a value.
    pub fn encode<V: Serialize + ?Sized>(value: &V) -> Result<Self, JsonError> {
        let raw = serde_json::value::to_raw_value(value).map_err(|error| {
            let message = format!("the value can't be written as JSON: {error}");
            JsonError::new(JsonErrorKind::Type, message)
        })?;
        Self::of_raw(raw)
    }

    /// The value of this JSON.
    pub fn decode<V: DeserializeOwned>(&self) -> Result<V, JsonError> {
        serde_json::from_str(self.as_str())
            .map_err(|error| JsonError::of_text(self.as_str(), &error))
    }

    /// The text, without white space around it.
    pub fn as_str(&self) -> &str {
        self.raw.get()
    }

    /// The same with the members of each object sorted by name, on one line. Members of the same name
    /// stay in their order.
    pub fn to_sorted(&self) -> Self {
        self.in_form(sorted(self.as_str()))
    }

    /// The same on one line.
    pub fn to_compact(&self) -> Self {
        self.in_form(Lines::one().lay_out(self.as_str()))
    }

    /// The same with a line for each member and element, as documents have it.
    pub fn to_pretty(&self) -> Self {
        self.in_form(Lines::all().lay_out(self.as_str()))
    }

    fn in_form(&self, text: String) -> Self {
        // Other white space, other order: still JSON.
        RawValue::from_string(text).map_or_else(|_| self.clone(), |raw| Self { raw })
    }

    pub(crate) fn of_raw(raw: Box<RawValue>) -> Result<Self, JsonError> {
        match scan::depth(raw.get()) {
            0..=DEPTH_MAX => Ok(Self { raw }),
            depth => Err(JsonError::new(
                JsonErrorKind::TooDeep,
                format!("it is {depth} levels deep, more than {DEPTH_MAX}"),
            )),
        }
    }
}

/// Where `part`, a piece of `whole`, begins in it.
pub(crate) fn offset_in(whole: &str, part: &str) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

/// `null`.
impl Default for Json {
    fn default() -> Self {
        Self {
            raw: RawValue::NULL.to_owned(),
        }
    }
}

/// Whether the texts are the same but for white space.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        Tokens::of(self.as_str()).eq(Tokens::of(other.as_str()))
    }
}

impl Eq for Json {}

/// [`Json::parse`].
impl FromStr for Json {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Self, JsonError> {
        Self::parse(text)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::of_raw(Box::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({})", self.as_str())
    }
}
