//! From bytes to a value.

use std::borrow::Cow;

use compress::Codec;
use migrate::{Chain, Label};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Content, Form, Refusal, Unread, Versions};
use crate::damage::{Damage, DamageKind, json_reason};
use crate::envelope::{self, Opened, Rules, Unopened};

impl<T: DeserializeOwned> Form<T> {
    /// The value that a file's bytes hold.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Content<T>, Unread> {
        let (codec, text) = self.decompress(bytes)?;
        let opened = self.open(&text)?;
        let (value, migrated_from) = self.value(&opened).map_err(|refusal| match refusal {
            // Only a seal can tell a wrong value from damage.
            Refusal::Type { reason, position } if !opened.seal.vouches() => {
                let reason = format!("the value does not fit: {reason}");
                Damage::new(DamageKind::Type, reason).at(position).into()
            }
            Refusal::Invalid(reason) if !opened.seal.vouches() => Damage::new(
                DamageKind::Invalid,
                format!("the value is not valid: {reason}"),
            )
            .into(),
            refusal => Unread::Refused(refusal),
        })?;
        Ok(Content {
            value,
            codec,
            layout: opened.layout,
            header: opened.header,
            seal: opened.seal,
            migrated_from,
        })
    }

    pub(super) fn open<'t>(&self, text: &'t [u8]) -> Result<Opened<'t>, Unread> {
        let rules = Rules {
            layout: &self.layout,
            hand_edits: self.hand_edits,
        };
        envelope::open(text, rules).map_err(|unopened| match unopened {
            Unopened::Damaged { damage, revision } => Unread::Damaged { damage, revision },
            Unopened::NewerFormat(found) => Unread::Refused(Refusal::NewerFormat(found)),
        })
    }

    pub(super) fn decompress<'b>(&self, bytes: &'b [u8]) -> Result<(Codec, Cow<'b, [u8]>), Unread> {
        compress::decode(bytes, self.size_limit).map_err(|error| match error.kind() {
            compress::ErrorKind::TooLarge => Unread::Refused(Refusal::TooLarge {
                limit: self.size_limit,
            }),
            compress::ErrorKind::Unsupported => Unread::Refused(Refusal::Compression(error)),
            _ => Damage::new(DamageKind::Compression, error.to_string()).into(),
        })
    }

    /// From text to the current type, over older versions where the file is one.
    fn value(&self, opened: &Opened<'_>) -> Result<(T, Option<Label>), Refusal> {
        let payload = &opened.payload;
        let misfit = |error: serde_json::Error| Refusal::Type {
            reason: json_reason(&error),
            position: payload.position(&error),
        };
        let label = opened.header.version.as_ref();
        let (value, migrated_from) = match self.chain_for(label)? {
            None => (serde_json::from_str(&payload.text).map_err(misfit)?, None),
            Some(chain) => {
                let old: Value = serde_json::from_str(&payload.text).map_err(misfit)?;
                let migrated = chain.upgrade(label, &old).map_err(Refusal::Version)?;
                let from = Some(migrated.from).filter(|from| from != chain.current());
                let value = T::deserialize(migrated.value.into_owned()).map_err(misfit)?;
                (value, from)
            }
        };
        self.validate(&value)?;
        Ok((value, migrated_from))
    }

    /// The chain that a value with this label goes through; `None` if it is read as it stands.
    fn chain_for(&self, label: Option<&Label>) -> Result<Option<&Chain>, Refusal> {
        let Versions::Chain(chain) = &self.versions else {
            return Ok(None);
        };
        chain.check().map_err(Refusal::Version)?;
        let is_current = label.map_or(!self.is_versioned(), |label| label == chain.current());
        Ok(Some(chain).filter(|_| !is_current))
    }
}
