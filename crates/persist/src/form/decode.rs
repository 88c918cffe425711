//! From bytes to a value.

use std::borrow::Cow;

use compress::Codec;
use migrate::{Chain, Label};
use serde::de::DeserializeOwned;

use super::migrating::{movable, moved};
use super::{Content, Form, Refusal, Unread, Versions};
use crate::damage::{Damage, DamageKind, json_reason};
use crate::envelope::{self, Opened, Payload, Rules, Unopened};
use crate::policy::Untouched;
use crate::records::{self, UnreadRecord};

impl<T: DeserializeOwned> Form<T> {
    /// The value that a file's bytes hold.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Content<T>, Unread> {
        let (codec, text) = self.decompress(bytes)?;
        if let Some(opened) = envelope::open_sealed(&text)
            && let Ok(read) = self.value(&opened)
        {
            return Ok(read.into_content(codec, opened));
        }
        // Why not, the long way knows.
        let opened = self.open(&text)?;
        let read = self.value(&opened).map_err(|refusal| match refusal {
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
        Ok(read.into_content(codec, opened))
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
    pub(super) fn value(&self, opened: &Opened<'_>) -> Result<Read<T>, Refusal> {
        let payload = &opened.payload;
        let (text, migrated_from) = self.current_text(opened)?;
        let (value, unread) = records::collecting(|| serde_json::from_str(&text));
        let value = value.map_err(|error| {
            let position = match &text {
                Cow::Borrowed(_) => payload.position(&error),
                Cow::Owned(_) => None,
            };
            let reason = json_reason(&error);
            Refusal::Type { reason, position }
        })?;
        self.validate(&value)?;
        let is_kept = self.untouched == Untouched::Keep;
        Ok(Read {
            value,
            migrated_from,
            text: is_kept.then(|| payload.as_it_stands(&text)),
            unread,
        })
    }

    /// The value's text as the current version, and the one it had.
    pub(super) fn current_text<'o>(
        &self,
        opened: &'o Opened<'_>,
    ) -> Result<(Cow<'o, str>, Option<Label>), Refusal> {
        let label = opened.header.version.as_ref();
        match self.chain_for(label)? {
            None => Ok((Cow::Borrowed(opened.payload.text.as_ref()), None)),
            Some(chain) => migrated(chain, label, &opened.payload),
        }
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

/// What a text holds.
pub(super) struct Read<T> {
    pub(super) value: T,
    migrated_from: Option<Label>,
    text: Option<String>,
    unread: Vec<UnreadRecord>,
}

impl<T> Read<T> {
    pub(super) fn into_content(self, codec: Codec, opened: Opened<'_>) -> Content<T> {
        Content {
            value: self.value,
            codec,
            layout: opened.layout,
            header: opened.header,
            seal: opened.seal,
            migrated_from: self.migrated_from,
            text: self.text,
            unread: self.unread,
        }
    }
}

/// The text as the steps leave it, borrowed if there was nothing to do, and the version it had. What a
/// step does not touch keeps its digits.
fn migrated<'p>(
    chain: &Chain,
    label: Option<&Label>,
    payload: &'p Payload<'_>,
) -> Result<(Cow<'p, str>, Option<Label>), Refusal> {
    let old = movable(payload)?;
    let migrated = chain.upgrade(label, &old).map_err(Refusal::Version)?;
    let from = Some(migrated.from).filter(|from| from != chain.current());
    if migrated.steps.is_empty() {
        return Ok((Cow::Borrowed(&payload.text), from));
    }
    let text = moved(&payload.text, &old, &migrated.value);
    Ok((Cow::Owned(text), from))
}
