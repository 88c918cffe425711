//! The pieces that a text is cut into.

use std::ops::Range;

use crate::report::Reason;

/// An array or an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nest {
    Array,
    Object,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Open(Nest),
    Close(Nest),
    Comma,
    Colon,
    /// A whole string; in single quotes?
    Text {
        single: bool,
    },
    Number,
    /// `true`, `false`, `null`.
    Word,
    Comment,
    /// Anything else: damage.
    Bad(Reason),
}

/// A piece of the text. Whitespace is between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// For the first one of a line, by how much it is indented.
    pub(crate) indent: Option<u16>,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    pub(crate) fn new(kind: Kind, range: Range<usize>) -> Self {
        // The lexer ends before offsets that don't fit.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            kind,
            indent: None,
            start: offset(range.start),
            end: offset(range.end),
        }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) fn is_bad(self) -> bool {
        matches!(self.kind, Kind::Bad(_))
    }

    /// Whether `next` may follow this one anywhere in JSON, or in what is tolerated.
    pub(crate) fn may_precede(self, next: Self) -> bool {
        use Kind as K;
        if self.is_bad() || next.is_bad() {
            return false;
        }
        match self.kind {
            K::Comment => true,
            _ if next.kind == K::Comment => true,
            K::Open(Nest::Object) => matches!(next.kind, K::Text { .. } | K::Close(Nest::Object)),
            K::Open(Nest::Array) => {
                !matches!(next.kind, K::Comma | K::Colon | K::Close(Nest::Object))
            }
            K::Comma => !matches!(next.kind, K::Comma | K::Colon),
            K::Colon => !matches!(next.kind, K::Comma | K::Colon | K::Close(_)),
            K::Text { .. } if next.kind == K::Colon => true,
            _ => matches!(next.kind, K::Comma | K::Close(_)),
        }
    }
}
