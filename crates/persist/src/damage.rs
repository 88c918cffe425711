//! What is wrong with a file's bytes, and where.

use std::fmt;

use serde::Serialize;

/// What is wrong with a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Damage {
    /// What sort of damage.
    pub kind: DamageKind,
    /// What exactly, for people.
    pub reason: String,
    /// Where in the (decompressed) text it was seen, if it was seen at one place.
    pub position: Option<Position>,
}

/// What sort of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DamageKind {
    /// No bytes at all.
    Empty,
    /// NUL bytes only: space that was reserved and never written.
    NulFilled,
    /// The compressed bytes can't be decompressed.
    Compression,
    /// Not UTF-8.
    NotText,
    /// Not JSON, or cut off.
    NotJson,
    /// The checksum does not match.
    Checksum,
    /// JSON, but not the envelope that it says it is.
    Envelope,
    /// Not sealed, and it does not fit the type.
    Type,
    /// Not sealed, and it does not keep the program's own rules.
    Invalid,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Position {
    /// Bytes from the start.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Bytes from the start of the line, from 1.
    pub column: usize,
}

impl Damage {
    pub(crate) fn new(kind: DamageKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
            position: None,
        }
    }

    pub(crate) fn at(self, position: Option<Position>) -> Self {
        Self { position, ..self }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        match self.position {
            Some(position) => write!(f, " at {position}"),
            None => Ok(()),
        }
    }
}

impl Position {
    /// The place `offset` bytes into `text`.
    pub(crate) fn of_offset(text: &[u8], offset: usize) -> Self {
        let offset = offset.min(text.len());
        let lines = || text[..offset].split(|&byte| byte == b'\n');
        Self {
            offset,
            line: lines().count(),
            column: 1 + lines().next_back().map_or(0, <[u8]>::len),
        }
    }

    /// The place that `serde_json` names in the part of `text` that begins at `start`: lines from 1,
    /// columns from 1, column 0 being the newline before.
    pub(crate) fn of_json_error(
        text: &[u8],
        start: usize,
        error: &serde_json::Error,
    ) -> Option<Self> {
        let line = error.line().checked_sub(1)?;
        let part = text.get(start..)?;
        let line_start = match line {
            0 => 0,
            n => {
                part.iter()
                    .enumerate()
                    .filter(|(_, byte)| **byte == b'\n')
                    .nth(n - 1)?
                    .0
                    + 1
            }
        };
        let offset = start + line_start + error.column();
        Some(Self::of_offset(text, offset.saturating_sub(1)))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What `serde_json` says, without the place, which is said for the whole file instead.
pub(crate) fn json_reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) if error.line() > 0 => reason.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_error_in_a_part_of_a_text_is_placed_in_the_whole() {
        let text = b"{\n  \"data\": [1,\n    x]\n}\n";
        let start = 12; // of `[`
        let error = serde_json::from_slice::<Vec<u8>>(&text[start..]).unwrap_err();
        let position = Position::of_json_error(text, start, &error).unwrap();
        assert_eq!((position.line, position.column), (3, 5));
        assert_eq!(text[position.offset], b'x');

        let first_line = serde_json::from_slice::<Vec<u8>>(b"[x]").unwrap_err();
        let position = Position::of_json_error(b"a: [x]", 3, &first_line).unwrap();
        assert_eq!((position.line, position.column, position.offset), (1, 5, 4));
    }

    #[test]
    fn the_place_is_said_once() {
        let error = serde_json::from_str::<u8>("\"a\"").unwrap_err();
        assert_eq!(
            json_reason(&error),
            "invalid type: string \"a\", expected u8"
        );
    }
}
