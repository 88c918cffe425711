//! What a program's value looks like in bytes, and back: the whole pipeline of a load and of a save,
//! without any I/O.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use compress::Codec;
use migrate::{Chain, Label};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::damage::{Damage, DamageKind, Position, json_reason};
use crate::envelope::{self, Header, Opened, Rules, Seal, Unopened};
use crate::error::{Error, ErrorKind};
use crate::policy::{FlatNames, HandEdits, Keys, Layout};

/// What a program asks of its values beside their type; the error is for people.
pub(crate) type Validator<T> = Arc<dyn Fn(&T) -> Result<(), String> + Send + Sync>;

/// What a program's value looks like in bytes.
pub(crate) struct Form<T> {
    pub(crate) layout: Layout,
    pub(crate) keys: Keys,
    pub(crate) chain: Chain,
    /// `None`: as the file that is there, plain for a new one.
    pub(crate) compression: Option<Codec>,
    pub(crate) hand_edits: HandEdits,
    pub(crate) size_limit: u64,
    pub(crate) validators: Vec<Validator<T>>,
}

/// What is in a file.
#[derive(Debug)]
pub(crate) struct Content<T> {
    pub(crate) value: T,
    pub(crate) codec: Codec,
    pub(crate) layout: Layout,
    pub(crate) header: Header,
    pub(crate) seal: Seal,
    /// The version of the value in the file, if it is not the current one.
    pub(crate) migrated_from: Option<Label>,
}

/// How a save writes.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) layout: Layout,
    pub(crate) codec: Codec,
    pub(crate) revision: u64,
    pub(crate) updated: SystemTime,
}

/// Why a file's bytes give no value.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The bytes are not what was saved.
    Damaged {
        damage: Damage,
        revision: Option<u64>,
    },
    /// The bytes may be what was saved, and this program can't use them.
    Refused(Refusal),
}

/// Why this program can't use a file that may be whole.
#[derive(Debug)]
pub(crate) enum Refusal {
    NewerFormat(String),
    Version(migrate::Error),
    Type {
        reason: String,
        position: Option<Position>,
    },
    Invalid(String),
    TooLarge {
        limit: u64,
    },
    /// Compressed in a way that was not built in.
    Compression(compress::Error),
}

impl From<Damage> for Unread {
    fn from(damage: Damage) -> Self {
        Self::Damaged {
            damage,
            revision: None,
        }
    }
}

impl<T: DeserializeOwned> Form<T> {
    /// The value that a file's bytes hold.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Content<T>, Unread> {
        let (codec, text) = self.decompress(bytes)?;
        let rules = Rules {
            layout: &self.layout,
            hand_edits: self.hand_edits,
        };
        let opened = envelope::open(&text, rules).map_err(|unopened| match unopened {
            Unopened::Damaged { damage, revision } => Unread::Damaged { damage, revision },
            Unopened::NewerFormat(found) => Unread::Refused(Refusal::NewerFormat(found)),
        })?;
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

    fn decompress<'b>(
        &self,
        bytes: &'b [u8],
    ) -> Result<(Codec, std::borrow::Cow<'b, [u8]>), Unread> {
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
        self.chain.check().map_err(Refusal::Version)?;
        let payload = &opened.payload;
        let misfit = |error: serde_json::Error| Refusal::Type {
            reason: json_reason(&error),
            position: payload.position(&error),
        };
        let label = opened.header.version.as_ref();
        let (value, migrated_from) = if self.is_current(label) {
            (serde_json::from_str(&payload.text).map_err(misfit)?, None)
        } else {
            let old: Value = serde_json::from_str(&payload.text).map_err(misfit)?;
            let migrated = self.chain.upgrade(label, &old).map_err(Refusal::Version)?;
            let from = Some(migrated.from).filter(|from| from != self.chain.current());
            (
                T::deserialize(migrated.value.into_owned()).map_err(misfit)?,
                from,
            )
        };
        self.validate(&value)?;
        Ok((value, migrated_from))
    }
}

impl<T> Form<T> {
    /// Whether a value with this label is read without looking into the chain.
    fn is_current(&self, label: Option<&Label>) -> bool {
        label.map_or(!self.is_versioned(), |label| label == self.chain.current())
    }

    /// Whether there ever was more than one version.
    fn is_versioned(&self) -> bool {
        self.chain.labels().nth(1).is_some()
    }

    fn validate(&self, value: &T) -> Result<(), Refusal> {
        self.validators
            .iter()
            .try_for_each(|check| check(value))
            .map_err(Refusal::Invalid)
    }

    /// The layout of the next save: the one that is there, unless it has no place for a version that
    /// the next load must know.
    pub(crate) fn layout_after(&self, there: Option<&Layout>) -> Layout {
        let can_stay = |layout: &&Layout| match layout {
            Layout::Wrapped => true,
            Layout::Flat(FlatNames { version, .. }) => version.is_some() || !self.is_versioned(),
            Layout::Bare => !self.is_versioned(),
        };
        there.filter(can_stay).unwrap_or(&self.layout).clone()
    }

    /// The compression of the next save.
    pub(crate) fn codec_after(&self, there: Option<Codec>) -> Codec {
        self.compression.or(there).unwrap_or(Codec::Plain)
    }
}

impl<T: Serialize + DeserializeOwned> Form<T> {
    /// The bytes of a value. What could not be loaded again is refused: the text is decoded as a load
    /// would do it, and must give the same envelope.
    pub(crate) fn encode(&self, value: &T, shape: &Shape) -> Result<Encoded, Unwritable> {
        self.validate(value)
            .map_err(|refusal| Unwritable::Value(refusal.to_string()))?;
        let header = Header {
            version: Some(self.chain.current().clone()),
            revision: Some(shape.revision),
            updated: Some(shape.updated),
        };
        let text =
            envelope::write(value, &shape.layout, &header, self.keys).map_err(Unwritable::Value)?;
        let bytes = match shape.codec {
            Codec::Plain => text.into_bytes(),
            codec => codec
                .encode(text.as_bytes(), compress::Level::default())
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
        if read.layout != shape.layout || read.migrated_from.is_some() {
            return Err(Unwritable::Unloadable(
                "it would be taken for a file of another layout or version".to_owned(),
            ));
        }
        Ok(Encoded {
            bytes,
            revision: read.header.revision,
        })
    }
}

/// A value's bytes.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) bytes: Vec<u8>,
    /// The save counter, where the layout stores one.
    pub(crate) revision: Option<u64>,
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

impl Refusal {
    pub(crate) fn into_error(self, path: &Path) -> Error {
        let message = format!("{} is left alone: {self}", path.display());
        match self {
            Self::NewerFormat(_) => Error::new(ErrorKind::NewerFormat, path, message),
            Self::Compression(source) => {
                Error::new(ErrorKind::NewerFormat, path, message).because(source)
            }
            Self::Version(source) => {
                Error::new(version_kind(&source), path, message).because(source)
            }
            Self::Type { position, .. } => Error::new(ErrorKind::Type, path, message).at(position),
            Self::Invalid(_) => Error::new(ErrorKind::Invalid, path, message),
            Self::TooLarge { .. } => Error::new(ErrorKind::TooLarge, path, message),
        }
    }
}

fn version_kind(error: &migrate::Error) -> ErrorKind {
    match error.kind() {
        migrate::ErrorKind::NewerVersion => ErrorKind::NewerVersion,
        migrate::ErrorKind::UnknownVersion | migrate::ErrorKind::Unlabelled => {
            ErrorKind::UnknownVersion
        }
        _ => ErrorKind::Migration,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerFormat(found) => write!(
                f,
                "its format {found} is newer than this program; update it"
            ),
            Self::Version(error) => error.fmt(f),
            Self::Compression(error) => error.fmt(f),
            Self::Type {
                reason,
                position: Some(position),
            } => {
                write!(
                    f,
                    "it is whole, but its value does not fit the type: {reason} at {position}"
                )
            }
            Self::Type {
                reason,
                position: None,
            } => {
                write!(
                    f,
                    "it is whole, but its value does not fit the type: {reason}"
                )
            }
            Self::Invalid(reason) => write!(f, "the value is not valid: {reason}"),
            Self::TooLarge { limit } => write!(f, "it holds more than the limit of {limit} bytes"),
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { damage, .. } => damage.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl<T> fmt::Debug for Form<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("layout", &self.layout)
            .field("keys", &self.keys)
            .field("chain", &self.chain)
            .field("compression", &self.compression)
            .field("hand_edits", &self.hand_edits)
            .field("size_limit", &self.size_limit)
            .field("validators", &self.validators.len())
            .finish()
    }
}
