//! A file's value as another version, unread by the program's type.

use migrate::{Chain, Label, Preview, Step};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::encode::{Encoded, Unwritable};
use super::{Form, Refusal, Shape, Unread, Versions};
use crate::damage::json_reason;
use crate::envelope::{Opened, Payload};
use crate::json::{self, Unknown};

/// Why a file has no older version.
#[derive(Debug)]
pub(crate) enum Stuck {
    Unread(Unread),
    Unwritable(Unwritable),
}

/// A file as an older version.
#[derive(Debug)]
pub(crate) struct Older {
    pub(crate) from: Label,
    pub(crate) steps: Vec<Step>,
    pub(crate) encoded: Encoded,
}

impl<T: Serialize + DeserializeOwned> Form<T> {
    /// What a migration would change in a file.
    pub(crate) fn preview(&self, chain: &Chain, bytes: &[u8]) -> Result<Preview, Unread> {
        let (_, text) = self.decompress(bytes)?;
        let Opened {
            header, payload, ..
        } = self.open(&text)?;
        let value = movable(&payload).map_err(Unread::Refused)?;
        let preview = chain.preview(header.version.as_ref(), &value);
        preview.map_err(refused)
    }

    /// What a downgrade would change in a file.
    pub(crate) fn preview_older(
        &self,
        chain: &Chain,
        to: &Label,
        bytes: &[u8],
    ) -> Result<Preview, Unread> {
        let (_, text) = self.decompress(bytes)?;
        let Opened {
            header, payload, ..
        } = self.open(&text)?;
        let value = movable(&payload).map_err(Unread::Refused)?;
        let preview = chain.preview_downgrade_from(header.version.as_ref(), to, &value);
        preview.map_err(refused)
    }

    /// A file's bytes as the older version that `shape` says; `None` if it is that already.
    pub(crate) fn older(
        &self,
        chain: &Chain,
        to: &Label,
        bytes: &[u8],
        shape: &Shape,
    ) -> Result<Option<Older>, Stuck> {
        let (_, text) = self.decompress(bytes).map_err(Stuck::Unread)?;
        let Opened {
            header, payload, ..
        } = self.open(&text).map_err(Stuck::Unread)?;
        let value = movable(&payload).map_err(|refusal| Stuck::Unread(Unread::Refused(refusal)))?;
        let older = chain
            .downgrade_from(header.version.as_ref(), to, &value)
            .map_err(|error| Stuck::Unread(refused(error)))?;
        if older.steps.is_empty() {
            return Ok(None);
        }
        let text = RawValue::from_string(moved(&payload.text, &value, &older.value));
        let encoded = match text {
            Ok(text) => self.encode_older(&text, shape),
            Err(_) => self.encode_older(&*older.value, shape),
        };
        Ok(Some(Older {
            encoded: encoded.map_err(Stuck::Unwritable)?,
            from: older.from,
            steps: older.steps,
        }))
    }

    /// The chain, unless versions are left as they are found.
    pub(crate) fn chain(&self) -> Option<&Chain> {
        match &self.versions {
            Versions::Chain(chain) => Some(chain),
            Versions::AsFound => None,
        }
    }
}

/// A value for a step between versions, with all that the type does not know.
pub(super) fn movable(payload: &Payload<'_>) -> Result<Value, Refusal> {
    // It is JSON, so this is about a number or half a character that no `Value` holds.
    serde_json::from_str(&payload.text).map_err(|error| Refusal::Unmovable {
        reason: json_reason(&error),
        position: payload.position(&error),
    })
}

/// The text of `old` as `new`: what the steps did not touch keeps its digits.
pub(super) fn moved(text: &str, old: &Value, new: &Value) -> String {
    let (base, changed) = (old.to_string(), new.to_string());
    let text = json::merge(text.trim_ascii(), &base, &changed, Some(""), Unknown::Stays);
    // The steps decide: their result is not changed for the sake of a digit.
    let is_exact = serde_json::from_str::<Value>(&text).is_ok_and(|value| value == *new);
    if is_exact { text.into_owned() } else { changed }
}

fn refused(error: migrate::Error) -> Unread {
    Unread::Refused(Refusal::Version(error))
}
