//! What the text behind damage says about where it is.

use std::ops::Range;

use super::frame::Frame;
use crate::token::{Kind, Nest, Token};
use crate::tree::Names;

/// How many tokens are looked at.
const SIGHT: usize = 256;

/// Records of which the names must be known before others are told from them.
const RECORDS_MIN: usize = 2;

/// A container that was open before the text that is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Level {
    /// What it is, as its content or its closing bracket says.
    pub(super) nest: Option<Nest>,
    /// The names in the first object in it.
    pub(super) names: Names,
    /// There is something in it, be it only a comma.
    pub(super) has_content: bool,
}

impl Level {
    /// Whether it holds a record like those of this container.
    pub(super) fn is_like(&self, frame: &Frame) -> bool {
        !self.names.is_empty() && self.names.are_mostly_in(frame.known)
    }
}

impl Frame {
    /// Whether nothing says that this is another container than that.
    pub(super) fn may_be(&self, level: &Level) -> bool {
        let is_kind = match (level.nest, self.nest) {
            (Some(found), Some(open)) => found == open,
            _ => true,
        };
        let is_known = !level.names.is_empty() && self.known_records >= RECORDS_MIN;
        is_kind && !(is_known && level.names.are_hardly_in(self.known))
    }
}

/// The containers that are open at a token, as what follows says; innermost first. The last of them may
/// be none.
pub(super) fn levels(bytes: &[u8], tokens: &[Token]) -> Vec<Level> {
    let mut levels = vec![Level::default()];
    let mut inside: Vec<Nest> = Vec::new();
    let (mut is_after_comma, mut is_item) = (false, false);
    for (at, token) in tokens.iter().enumerate().take(SIGHT) {
        let Some(level) = levels.last_mut() else {
            break;
        };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if before.is_some_and(|before| !before.may_precede(*token)) {
            break;
        }
        let is_text = matches!(token.kind, Kind::Text { .. });
        let following = tokens.get(at + 1).map(|token| token.kind);
        let is_name = is_text && following == Some(Kind::Colon);
        if inside.is_empty() {
            // A value after a comma is an item, unless it is a name; a bracket has to be closed first.
            let is_whole = matches!(following, Some(Kind::Comma | Kind::Close(_)));
            match token.kind {
                Kind::Text { .. } if is_name => {
                    level.nest = level.nest.or(Some(Nest::Object));
                }
                Kind::Text { .. } | Kind::Number | Kind::Word if is_after_comma && is_whole => {
                    level.nest = level.nest.or(Some(Nest::Array));
                }
                _ => {}
            }
            is_item = is_after_comma;
            is_after_comma = token.kind == Kind::Comma;
        }
        match (token.kind, inside.last()) {
            (Kind::Bad(_), _) => break,
            (Kind::Open(nest), _) => {
                level.has_content = true;
                inside.push(nest);
            }
            (Kind::Close(nest), Some(opened)) => {
                if *opened != nest {
                    break;
                }
                inside.pop();
                if is_item && inside.is_empty() {
                    level.nest = level.nest.or(Some(Nest::Array));
                }
            }
            (Kind::Close(nest), None) => {
                if level.nest.is_some_and(|known| known != nest) {
                    break;
                }
                level.nest = Some(nest);
                levels.push(Level::default());
            }
            (Kind::Colon, None) => {
                level.nest = Some(Nest::Object);
                level.has_content = true;
            }
            (Kind::Comment, _) => {}
            _ if inside.is_empty() => level.has_content = true,
            _ if is_name && inside.len() == 1 => {
                if let Some(name) = bytes.get(token.range()) {
                    level.names.add(name);
                }
            }
            _ => {}
        }
    }
    levels
}

/// How many brackets are open, counted from the end of the text.
#[derive(Debug)]
pub(super) struct Ending {
    /// Before each token, brackets opened less brackets closed; and after the last.
    balance: Vec<i32>,
    /// From here on nothing contradicts that the text ends with all brackets closed.
    clean_from: usize,
}

impl Ending {
    pub(super) fn of(tokens: &[Token]) -> Self {
        let mut balance = Vec::with_capacity(tokens.len() + 1);
        let mut now = 0;
        balance.push(now);
        for token in tokens {
            now += match token.kind {
                Kind::Open(_) => 1,
                Kind::Close(_) => -1,
                _ => 0,
            };
            balance.push(now);
        }
        let contradicts = |(at, before): (usize, &i32)| {
            let Some(token) = tokens.get(at) else {
                return false;
            };
            let next = tokens.get(at + 1);
            let is_end = *before == now && matches!(token.kind, Kind::Open(_) | Kind::Comment);
            // Nothing but a further document stands behind the end of one.
            token.is_bad()
                || (*before <= now && !is_end)
                || next.is_some_and(|next| {
                    !token.may_precede(*next) && balance.get(at + 1) != Some(&now)
                })
        };
        let last = balance.iter().enumerate().rposition(contradicts);
        let last = last.max(last_unpaired(tokens));
        Self {
            balance,
            clean_from: last.map_or(0, |last| last + 1),
        }
    }

    /// How many more brackets are open after these tokens than before them.
    pub(super) fn opened(&self, tokens: Range<usize>) -> Option<i32> {
        Some(self.balance.get(tokens.end)? - self.balance.get(tokens.start)?)
    }

    /// How many brackets are open before this token, if the end of the text can tell.
    pub(super) fn depth(&self, at: usize) -> Option<usize> {
        if at < self.clean_from {
            return None;
        }
        let (here, end) = (self.balance.get(at)?, self.balance.last()?);
        usize::try_from(here - end).ok()
    }
}

/// The last bracket that opens something else than is closed.
fn last_unpaired(tokens: &[Token]) -> Option<usize> {
    let mut closed = Vec::new();
    tokens.iter().rposition(|token| match token.kind {
        Kind::Close(nest) => {
            closed.push(nest);
            false
        }
        Kind::Open(nest) => closed.pop().is_some_and(|closed| closed != nest),
        _ => false,
    })
}
