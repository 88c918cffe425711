//! A file's value as another version, unread by the program's type.

use migrate::{Chain, Label, Preview, Step};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::encode::{Encoded, Unwritable};
use super::{Form, Refusal, Shape, Unread, Versions};

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
        let (label, value) = self.value_as_found(bytes)?;
        chain.preview(label.as_ref(), &value).map_err(refused)
    }

    /// What a downgrade would change in a file.
    pub(crate) fn preview_older(
        &self,
        chain: &Chain,
        to: &Label,
        bytes: &[u8],
    ) -> Result<Preview, Unread> {
        let (label, value) = self.value_as_found(bytes)?;
        let preview = chain.preview_downgrade_from(label.as_ref(), to, &value);
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
        let (label, value) = self.value_as_found(bytes).map_err(Stuck::Unread)?;
        let older = chain
            .downgrade_from(label.as_ref(), to, &value)
            .map_err(|error| Stuck::Unread(refused(error)))?;
        if older.steps.is_empty() {
            return Ok(None);
        }
        let encoded = self.encode_older(&*older.value, shape);
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

    /// The value as it stands in the file, with all that the type does not know.
    fn value_as_found(&self, bytes: &[u8]) -> Result<(Option<Label>, Value), Unread> {
        let (_, text) = self.decompress(bytes)?;
        let opened = self.open(&text)?;
        let value = serde_json::from_str(&opened.payload.text).map_err(|error| {
            Unread::Refused(Refusal::Type {
                position: opened.payload.position(&error),
                reason: error.to_string(),
            })
        })?;
        Ok((opened.header.version, value))
    }
}

fn refused(error: migrate::Error) -> Unread {
    Unread::Refused(Refusal::Version(error))
}
