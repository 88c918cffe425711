//! What a program's value looks like in bytes, and back: the whole pipeline of a load and of a save,
//! without any I/O.

mod decode;
mod encode;
mod migrating;
mod refusal;
mod salvaged;
mod untouched;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use compress::Codec;
use migrate::{Chain, Label};

use crate::damage::Damage;
use crate::envelope::{Header, Seal};
use crate::instant;
use crate::policy::{FlatNames, HandEdits, Keys, Layout, TextForm, Untouched};
use crate::records::UnreadRecord;
use crate::revision::Revision;

pub(crate) use encode::Encoded;
pub(crate) use migrating::Stuck;
pub(crate) use refusal::Refusal;
pub(crate) use salvaged::Left;
pub(crate) use untouched::Before;

/// What a program asks of its values beside their type; the error is for people.
pub(crate) type Validator<T> = Arc<dyn Fn(&T) -> Result<(), String> + Send + Sync>;

/// What a program's value looks like in bytes.
pub(crate) struct Form<T> {
    pub(crate) layout: Layout,
    pub(crate) keys: Keys,
    pub(crate) text: TextForm,
    pub(crate) untouched: Untouched,
    pub(crate) versions: Versions,
    /// `None`: as the file that is there, plain for a new one.
    pub(crate) compression: Option<Codec>,
    pub(crate) hand_edits: HandEdits,
    pub(crate) size_limit: u64,
    /// Where in the value its records are, for a salvage.
    pub(crate) collections: Vec<String>,
    pub(crate) validators: Vec<Validator<T>>,
}

/// Which versions of a value are read.
#[derive(Debug)]
pub(crate) enum Versions {
    /// Those of the chain. The last one is written.
    Chain(Chain),
    /// Any, as the program that owns the file has written it; and it is kept.
    AsFound,
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
    /// The value's text, where a save is to leave it as it stands.
    pub(crate) text: Option<String>,
    /// Records in it that are kept, and not read.
    pub(crate) unread: Vec<UnreadRecord>,
}

impl<T> Content<T> {
    /// Which state of a document this is, that has these bytes.
    pub(crate) fn revision(&self, bytes: &[u8]) -> Revision {
        let number = self.header.revision;
        match (self.codec, self.seal) {
            // What it covers decides the rest of the text.
            (Codec::Plain, Seal::Whole(digest)) => Revision::of(number, digest),
            _ => Revision::of(number, integrity::digest(bytes)),
        }
    }
}

/// How a save writes.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) layout: Layout,
    pub(crate) codec: Codec,
    pub(crate) version: Option<Label>,
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

impl From<Damage> for Unread {
    fn from(damage: Damage) -> Self {
        Self::Damaged {
            damage,
            revision: None,
        }
    }
}

impl<T> Form<T> {
    /// Whether there ever was more than one version, so that a file must say which one it is.
    fn is_versioned(&self) -> bool {
        match &self.versions {
            Versions::Chain(chain) => chain.labels().nth(1).is_some(),
            Versions::AsFound => false,
        }
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

    /// The version that the next save writes.
    pub(crate) fn version_after(&self, there: Option<&Label>) -> Option<Label> {
        match &self.versions {
            Versions::Chain(chain) => Some(chain.current().clone()),
            Versions::AsFound => there.cloned(),
        }
    }

    /// Whether two files hold the same text, perhaps compressed by other releases of a library.
    pub(crate) fn is_same_text(&self, one: &[u8], other: &[u8]) -> bool {
        let text = |bytes| compress::decode(bytes, self.size_limit);
        let is_same = |one, other| matches!((one, other), (Ok(one), Ok(other)) if one == other);
        one == other
            || (Codec::detect(one) == Codec::detect(other) && is_same(text(one), text(other)))
    }

    /// How the next save writes, over what is there.
    pub(crate) fn shape_after(&self, there: Option<&Content<T>>, now: SystemTime) -> Shape {
        let header = there.map(|content| &content.header);
        let revision = header.and_then(|header| header.revision).unwrap_or(0);
        Shape {
            layout: self.layout_after(there.map(|content| &content.layout)),
            codec: self.codec_after(there.map(|content| content.codec)),
            version: self.version_after(header.and_then(|header| header.version.as_ref())),
            revision: revision.saturating_add(1),
            updated: instant::after(header.and_then(|header| header.updated), now),
        }
    }

    /// The compression of the next save.
    pub(crate) fn codec_after(&self, there: Option<Codec>) -> Codec {
        self.compression.or(there).unwrap_or(Codec::Plain)
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
            .field("text", &self.text)
            .field("untouched", &self.untouched)
            .field("versions", &self.versions)
            .field("compression", &self.compression)
            .field("hand_edits", &self.hand_edits)
            .field("size_limit", &self.size_limit)
            .field("collections", &self.collections)
            .field("validators", &self.validators.len())
            .finish()
    }
}
