//! From a text to what is in it.

use std::borrow::Cow;

use integrity::seal;
use migrate::Label;
use serde_json::value::RawValue;

use super::members::{Members, blank};
use super::{
    CHECKSUM, FORMAT_NAME, FORMAT_VERSION, Header, Opened, Payload, Rules, Seal, Unopened,
};
use crate::damage::{Damage, DamageKind, Position, json_reason};
use crate::instant;
use crate::json::offset_in;
use crate::policy::{FlatNames, HandEdits, Layout};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The members of a wrapped file.
const WRAPPED: [&str; 6] = ["format", "version", "revision", "updated", "data", CHECKSUM];

/// Takes the bytes of a file, decompressed, apart.
pub(crate) fn open<'t>(bytes: &'t [u8], rules: Rules<'_>) -> Result<Opened<'t>, Unopened> {
    let text = text_of(bytes)?;
    let json = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let file = File {
        bytes,
        text,
        json,
        rules,
    };
    if !json.trim_ascii_start().starts_with('{') {
        return Ok(file.bare(file.parse::<&RawValue>()?.get()));
    }
    let members: Members<'t> = file.parse()?;
    let revision = legible_revision(&members, rules.layout);
    file.open_object(&members).map_err(|error| match error {
        Unopened::Damaged { damage, .. } => Unopened::Damaged { damage, revision },
        newer @ Unopened::NewerFormat(_) => newer,
    })
}

/// Takes what is left of a damaged text apart. No seal is asked for, and what stood around the value may
/// be gone.
pub(crate) fn open_left<'t>(json: &'t str, layout: &Layout) -> Result<Opened<'t>, Unopened> {
    let rules = Rules {
        layout,
        hand_edits: HandEdits::Accept,
    };
    let file = File {
        bytes: json.as_bytes(),
        text: json,
        json,
        rules,
    };
    if !json.trim_ascii_start().starts_with('{') {
        return Ok(file.bare(file.parse::<&RawValue>()?.get()));
    }
    let members: Members<'t> = file.parse()?;
    if format_of(&members).is_some() {
        return file.open_object(&members);
    }
    let is_all_ours = members
        .0
        .iter()
        .all(|(key, _)| WRAPPED.contains(&key.as_ref()));
    if *layout == Layout::Wrapped && is_all_ours && members.0.len() > 1 && members.has("data") {
        return file.wrapped(&members);
    }
    let is_flat = members.has("revision") && members.has("updated");
    match layout {
        Layout::Flat(names) => file.flat(&members, names, Seal::Broken),
        Layout::Wrapped if is_flat || looks_sealed(&members, CHECKSUM) => {
            file.flat(&members, &FlatNames::default(), Seal::Broken)
        }
        Layout::Wrapped | Layout::Bare => Ok(file.bare(json)),
    }
}

fn text_of(bytes: &[u8]) -> Result<&str, Damage> {
    if bytes.is_empty() {
        return Err(Damage::new(DamageKind::Empty, "the file is empty"));
    }
    if bytes.iter().all(|&byte| byte == 0) {
        let reason = "the file holds NUL bytes only: its space was reserved and never written";
        return Err(Damage::new(DamageKind::NulFilled, reason));
    }
    str::from_utf8(bytes).map_err(|error| {
        let position = Position::of_offset(bytes, error.valid_up_to());
        Damage::new(DamageKind::NotText, "not UTF-8").at(Some(position))
    })
}

struct File<'t, 'o> {
    bytes: &'t [u8],
    text: &'t str,
    /// `text` without a byte-order mark.
    json: &'t str,
    rules: Rules<'o>,
}

impl<'t> File<'t, '_> {
    fn parse<V: serde::Deserialize<'t>>(&self) -> Result<V, Damage> {
        serde_json::from_str(self.json).map_err(|error| {
            let start = offset_in(self.text, self.json);
            let position = Position::of_json_error(self.bytes, start, &error);
            Damage::new(
                DamageKind::NotJson,
                format!("not JSON: {}", json_reason(&error)),
            )
            .at(position)
        })
    }

    fn open_object(&self, members: &Members<'t>) -> Result<Opened<'t>, Unopened> {
        if let Some(version) = format_of(members) {
            return match version.parse() {
                Ok(FORMAT_VERSION) => self.wrapped(members),
                Ok(newer) if newer > FORMAT_VERSION => {
                    Err(Unopened::NewerFormat(format!("{FORMAT_NAME}{newer}")))
                }
                _ => Err(damaged_envelope("the member `format` names no format")),
            };
        }
        let standard = FlatNames::default();
        let names = match self.rules.layout {
            Layout::Flat(names) => names,
            Layout::Wrapped | Layout::Bare => &standard,
        };
        let key = names.checksum.as_deref().unwrap_or(CHECKSUM);
        let seal = self.seal(key);
        if seal.vouches() {
            return self.flat(members, names, seal);
        }
        // Where the settings know of no checksum, its name is one of the program's own.
        let must_hold = match self.rules.layout {
            Layout::Wrapped => true,
            Layout::Flat(names) => names.checksum.is_some(),
            Layout::Bare => false,
        };
        match (self.rules.layout, must_hold && looks_sealed(members, key)) {
            (Layout::Flat(_), true) if self.rules.hand_edits == HandEdits::Accept => {
                self.flat(members, names, Seal::Broken)
            }
            (_, true) => Err(self.seal_broken(key)),
            (Layout::Flat(_), false) => self.flat(members, names, Seal::None),
            (Layout::Wrapped | Layout::Bare, false) => Ok(self.bare(self.json)),
        }
    }

    fn wrapped(&self, members: &Members<'t>) -> Result<Opened<'t>, Unopened> {
        let seal = match (self.seal(CHECKSUM), self.rules.hand_edits) {
            (Seal::Broken | Seal::None, HandEdits::Reject) => {
                return Err(self.seal_broken(CHECKSUM));
            }
            (Seal::None, HandEdits::Accept) => Seal::Broken,
            (seal, _) => seal,
        };
        if let Some((key, _)) = members
            .0
            .iter()
            .find(|(key, _)| !WRAPPED.contains(&key.as_ref()))
        {
            return Err(damaged_envelope(format!(
                "`{key}` is no member of {FORMAT_NAME}{FORMAT_VERSION}"
            )));
        }
        members
            .only("format")
            .and(members.only(CHECKSUM))
            .map_err(damaged_envelope)?;
        let data = members.only("data").map_err(damaged_envelope)?;
        let data = data
            .ok_or_else(|| damaged_envelope("the member `data` is missing"))?
            .get();
        Ok(Opened {
            layout: Layout::Wrapped,
            header: header_of(members, &FlatNames::default())?,
            seal,
            payload: self.payload(Cow::Borrowed(data), offset_in(self.text, data)),
        })
    }

    fn flat(
        &self,
        members: &Members<'t>,
        names: &FlatNames,
        seal: Seal,
    ) -> Result<Opened<'t>, Unopened> {
        // A seal that holds is ours, also where the settings no longer name it.
        let checksum = match (&names.checksum, seal) {
            (None, Seal::Whole(_) | Seal::WholeButLineEnds) => Some(CHECKSUM),
            (name, _) => name.as_deref(),
        };
        if let Some(name) = checksum {
            members.only(name).map_err(damaged_envelope)?;
        }
        let ours = [
            names.version.as_deref(),
            names.revision.as_deref(),
            names.updated.as_deref(),
            checksum,
        ];
        let text = blank(self.json, members, |key| ours.contains(&Some(key)));
        Ok(Opened {
            layout: Layout::Flat(names.clone()),
            header: header_of(members, names)?,
            seal,
            payload: self.payload(text, offset_in(self.text, self.json)),
        })
    }

    fn bare(&self, json: &'t str) -> Opened<'t> {
        Opened {
            layout: Layout::Bare,
            header: Header::default(),
            seal: Seal::None,
            payload: self.payload(Cow::Borrowed(json), offset_in(self.text, json)),
        }
    }

    fn payload(&self, text: Cow<'t, str>, start: usize) -> Payload<'t> {
        Payload {
            text,
            start,
            whole: self.bytes,
        }
    }

    fn seal(&self, key: &str) -> Seal {
        match seal::verify(self.bytes, key) {
            Ok(digest) => Seal::Whole(digest),
            Err(_) if self.is_whole_but_line_ends(key) => Seal::WholeButLineEnds,
            Err(integrity::Error::Unsealed) => Seal::None,
            Err(_) => Seal::Broken,
        }
    }

    /// JSON strings hold no raw line ends: turning them back, and a byte-order mark, change no value.
    fn is_whole_but_line_ends(&self, key: &str) -> bool {
        let is_changed = self.json.len() < self.text.len() || self.json.contains("\r\n");
        is_changed && seal::verify(self.json.replace("\r\n", "\n").as_bytes(), key).is_ok()
    }

    /// Says in which way the seal does not hold.
    fn seal_broken(&self, key: &str) -> Unopened {
        let (reason, offset) = match seal::verify(self.bytes, key) {
            Err(integrity::Error::Mismatch { expected, found }) => (
                format!("checksum mismatch: {expected} is written, {found} is found"),
                None,
            ),
            Err(integrity::Error::Malformed { offset, reason }) => {
                (reason.to_owned(), Some(offset))
            }
            _ => (
                format!("the checksum line `{key}` at the end is missing"),
                None,
            ),
        };
        let position = offset.map(|offset| Position::of_offset(self.bytes, offset));
        Damage::new(DamageKind::Checksum, reason)
            .at(position)
            .into()
    }
}

fn damaged_envelope(reason: impl Into<String>) -> Unopened {
    Damage::new(DamageKind::Envelope, reason).into()
}

/// What follows `persist/` in the member `format`.
fn format_of(members: &Members<'_>) -> Option<String> {
    let formats = members.0.iter().filter(|(key, _)| key == "format");
    let mut texts =
        formats.filter_map(|(_, value)| serde_json::from_str::<String>(value.get()).ok());
    texts.find_map(|text| text.strip_prefix(FORMAT_NAME).map(str::to_owned))
}

/// Whether the object has, or had before one byte was changed, a checksum. A change of the key leaves
/// the value, a change of the value leaves the key.
fn looks_sealed(members: &Members<'_>, key: &str) -> bool {
    let last = members.0.last().map_or("", |(_, value)| value.get());
    let digits = last
        .strip_prefix("\"sha256:")
        .and_then(|rest| rest.strip_suffix('"'));
    let is_digest =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    members.has(key) || digits.is_some_and(is_digest)
}

fn header_of(members: &Members<'_>, names: &FlatNames) -> Result<Header, Unopened> {
    let member = |name: &Option<String>| match name {
        Some(name) => members.only(name).map_err(damaged_envelope),
        None => Ok(None),
    };
    header(
        member(&names.version)?,
        member(&names.revision)?,
        member(&names.updated)?,
    )
}

pub(super) fn header(
    version: Option<&RawValue>,
    revision: Option<&RawValue>,
    updated: Option<&RawValue>,
) -> Result<Header, Unopened> {
    let version = match version {
        Some(value) => Some(serde_json::from_str::<Label>(value.get()).map_err(|_| {
            damaged_envelope(format!(
                "the version {} is neither an integer nor a text",
                value.get()
            ))
        })?),
        None => None,
    };
    let revision = match revision {
        Some(value) => Some(value.get().parse().map_err(|_| {
            damaged_envelope(format!("the revision {} is no integer", value.get()))
        })?),
        None => None,
    };
    // A time that can't be read is one that nobody relies on: foreign files have many forms of it.
    let updated = updated
        .and_then(|value| serde_json::from_str::<String>(value.get()).ok())
        .and_then(|text| instant::from_rfc3339(&text));
    Ok(Header {
        version,
        revision,
        updated,
    })
}

fn legible_revision(members: &Members<'_>, layout: &Layout) -> Option<u64> {
    let name = match layout {
        Layout::Flat(names) => names.revision.as_deref(),
        _ => Some("revision"),
    };
    members.only(name?).ok()??.get().parse().ok()
}
