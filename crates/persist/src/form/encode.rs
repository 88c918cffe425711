//! From a value to bytes.

use std::path::Path;

use compress::Codec;
use migrate::Label;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::untouched::Before;
use super::{Content, Form, Shape};
use crate::envelope::{self, Header};
use crate::error::{Error, ErrorKind};
use crate::json::{self, Lines};
use crate::policy::Keys;
use crate::records;
use crate::revision::Revision;

impl<T: Serialize + DeserializeOwned> Form<T> {
    /// The bytes of a value. What could not be loaded again is refused: the text is decoded as a load
    /// would do it, and must give the same envelope.
    pub(crate) fn encode(
        &self,
        value: &T,
        shape: &Shape,
        before: Option<&Before>,
    ) -> Result<Encoded, Unwritable> {
        self.validate(value)
            .map_err(|refusal| Unwritable::Value(refusal.to_string()))?;
        if let Some(before) = before
            && let Some(encoded) = self.encode_untouched(value, shape, before)?
        {
            return Ok(encoded);
        }
        let (finished, written) = records::collecting(|| {
            self.finish(shape, None, |lines, out| {
                self.write_value(value, lines, out)
            })
        });
        let (encoded, content) = finished?;
        match records::lost(&written, &content.unread) {
            None => Ok(encoded),
            Some(record) => Err(Unwritable::Unloadable(format!("record {record}"))),
        }
    }

    /// The bytes of a value of the older version that `shape` says, for a downgrade.
    pub(super) fn encode_older<V: Serialize>(
        &self,
        value: &V,
        shape: &Shape,
    ) -> Result<Encoded, Unwritable> {
        let encoded = self.finish(shape, shape.version.as_ref(), |lines, out| {
            self.write_value(value, lines, out)
        });
        Ok(encoded?.0)
    }

    /// From what `value` writes to bytes, and what a load makes of them. `older`: what that must say
    /// that it was migrated from.
    pub(super) fn finish(
        &self,
        shape: &Shape,
        older: Option<&Label>,
        value: impl FnOnce(Lines<'_>, &mut Vec<u8>) -> Result<(), String>,
    ) -> Result<(Encoded, Content<T>), Unwritable> {
        let header = Header {
            version: shape.version.clone(),
            revision: Some(shape.revision),
            updated: Some(shape.updated),
        };
        let text = envelope::write(&shape.layout, &header, self.text, value);
        let text = text.map_err(Unwritable::Value)?;
        let bytes = match shape.codec {
            Codec::Plain => text,
            codec => codec
                .encode(&text, compress::Level::default())
                .map_err(|error| Unwritable::Value(error.to_string()))?,
        };
        if bytes.len() as u64 > self.size_limit {
            return Err(Unwritable::TooLarge {
                limit: self.size_limit,
            });
        }
        let read = self
            .decode(&bytes)
            .map_err(|unread| Unwritable::Unloadable(unread.to_string()))?;
        if read.layout != shape.layout || read.migrated_from.as_ref() != older {
            return Err(Unwritable::Unloadable(
                "it would be taken for a file of another layout or version".to_owned(),
            ));
        }
        let revision = read.revision(&bytes);
        Ok((Encoded { bytes, revision }, read))
    }

    fn write_value<V: Serialize>(
        &self,
        value: &V,
        lines: Lines<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        match self.keys {
            Keys::AsDeclared => lines.write(value, out).map_err(not_json),
            Keys::Sorted => {
                let text = serde_json::to_string(value).map_err(not_json)?;
                out.extend_from_slice(lines.lay_out(&json::sorted(&text)).as_bytes());
                Ok(())
            }
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that `map_err` wants"
)]
pub(super) fn not_json(error: serde_json::Error) -> String {
    format!("it can't be written as JSON: {error}")
}

/// A value's bytes.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) revision: Revision,
}

/// Why a value has no bytes.
#[derive(Debug)]
pub(crate) enum Unwritable {
    /// It breaks a rule, or JSON or the layout can't hold it.
    Value(String),
    /// It has bytes, and they would not give it back.
    Unloadable(String),
    TooLarge {
        limit: u64,
    },
}

impl Unwritable {
    pub(crate) fn into_error(self, path: &Path) -> Error {
        let shown = path.display();
        match self {
            Self::Value(reason) => Error::new(
                ErrorKind::Invalid,
                path,
                format!("the value is not saved to {shown}: {reason}"),
            ),
            Self::Unloadable(reason) => Error::new(
                ErrorKind::Invalid,
                path,
                format!(
                    "the value is not saved to {shown}, because it could not be loaded again: {reason}"
                ),
            ),
            Self::TooLarge { limit } => Error::new(
                ErrorKind::TooLarge,
                path,
                format!(
                    "the value is not saved to {shown}: it takes more than {limit} bytes; raise the size limit"
                ),
            ),
        }
    }
}
