//! The three layouts: bytes to an envelope and back, as `docs/formats/document.md` says. No I/O, and
//! nothing of the program's type: what is in the envelope stays text.

mod members;
mod open;
mod sealed;
mod write;

use std::borrow::Cow;
use std::time::SystemTime;

use integrity::Digest;
use migrate::Label;

use crate::damage::{Damage, Position};
use crate::json;
use crate::policy::{HandEdits, Layout};

pub(crate) use open::{open, open_left};
pub(crate) use sealed::open_sealed;
pub(crate) use write::write;

/// The word before the slash of `format`, and the number after it.
const FORMAT_NAME: &str = "persist/";
const FORMAT_VERSION: u64 = 1;

/// The checksum's name wherever nobody has set another.
const CHECKSUM: &str = "checksum";

/// What a reader has to know beside the bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'o> {
    pub(crate) layout: &'o Layout,
    pub(crate) hand_edits: HandEdits,
}

/// What stands beside the value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) version: Option<Label>,
    pub(crate) revision: Option<u64>,
    pub(crate) updated: Option<SystemTime>,
}

/// Whether the bytes are those that were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// They are; this is what the checksum says of them.
    Whole(Digest),
    /// They are, once line ends and a byte-order mark are as they were.
    WholeButLineEnds,
    /// They are not, and that was accepted.
    Broken,
    /// Nobody can tell.
    None,
}

impl Seal {
    /// Whether the value is known to be what was saved.
    pub(crate) fn vouches(self) -> bool {
        matches!(self, Self::Whole(_) | Self::WholeButLineEnds)
    }
}

/// A file's text, taken apart.
#[derive(Debug)]
pub(crate) struct Opened<'t> {
    pub(crate) layout: Layout,
    pub(crate) header: Header,
    pub(crate) seal: Seal,
    pub(crate) payload: Payload<'t>,
}

/// The value's JSON text and where in the file it begins.
#[derive(Debug)]
pub(crate) struct Payload<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) start: usize,
    pub(crate) whole: &'t [u8],
}

impl Payload<'_> {
    /// `text`, this one or what was made of it, for a save that leaves it so: without the gaps where
    /// our members stood, and with the line ends of a file that we write.
    pub(crate) fn as_it_stands(&self, text: &str) -> String {
        let text = text.trim_ascii().replace("\r\n", "\n");
        match self.text {
            Cow::Owned(_) => json::closed_up(&text),
            Cow::Borrowed(_) => text,
        }
    }

    /// Where in the file the JSON error is.
    pub(crate) fn position(&self, error: &serde_json::Error) -> Option<Position> {
        Position::of_json_error(self.whole, self.start, error)
    }
}

/// Why a text could not be taken apart.
#[derive(Debug)]
pub(crate) enum Unopened {
    Damaged {
        damage: Damage,
        /// The revision that the text claims, for a name and a message, nothing else.
        revision: Option<u64>,
    },
    /// Written in a later format.
    NewerFormat(String),
}

impl From<Damage> for Unopened {
    fn from(damage: Damage) -> Self {
        Self::Damaged {
            damage,
            revision: None,
        }
    }
}
