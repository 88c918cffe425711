//! What can be wrong with a JSON text, or with what is asked of it.

use serde_json::error::Category;

use crate::damage::{Position, json_reason};

/// Why a [`Json`](crate::Json) gives no answer. The message is one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    kind: JsonErrorKind,
    message: String,
    position: Option<Position>,
}

/// What to do about a [`JsonError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The text is not JSON, see [`JsonError::position`].
    Syntax,
    /// Arrays and objects stand more than 128 deep in one another.
    TooDeep,
    /// The value is not what the type reads, or the type has no JSON.
    Type,
    /// The pointer is none: RFC 6901 says how they look.
    Pointer,
    /// There is nothing where the pointer points to.
    NotFound,
    /// The pointer goes through a name that two members of one object have: edit the text by hand.
    Ambiguous,
}

impl JsonError {
    /// What to do about it.
    pub fn kind(&self) -> JsonErrorKind {
        self.kind
    }

    /// Where in the text, if it is about one place in it.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    pub(super) fn new(kind: JsonErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            position: None,
        }
    }

    /// What `serde_json` has said about `text`.
    pub(super) fn of_text(text: &str, error: &serde_json::Error) -> Self {
        let (kind, what) = match error.classify() {
            Category::Data => (JsonErrorKind::Type, "the value does not fit the type"),
            _ => (JsonErrorKind::Syntax, "not JSON"),
        };
        let position = Position::of_json_error(text.as_bytes(), 0, error);
        let place = position.map_or_else(String::new, |position| format!(" at {position}"));
        Self {
            position,
            ..Self::new(kind, format!("{what}: {}{place}", json_reason(error)))
        }
    }
}
