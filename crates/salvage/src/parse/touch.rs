//! Whether a token touches damage that may have made it: a bracket beside random bytes may be one of
//! them. A hole of zeros makes none, nor does the end of the text.

use std::ops::Range;

use crate::report::Reason;
use crate::token::{Kind, Token};

/// So many zeros are no chance.
const HOLE_MIN: usize = 4;

pub(super) fn is_touched_before(bytes: &[u8], tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let (Some(token), Some(before)) = (tokens.get(at), before) else {
        return false;
    };
    is_beside(bytes, *before, *token) && may_make(bytes, *before) && !ends_in_hole(bytes, *before)
}

/// Whether no more than blanks of one line are between two tokens.
fn is_beside(bytes: &[u8], token: Token, next: Token) -> bool {
    let between = bytes.get(token.range().end..next.range().start);
    between.is_some_and(|between| between.iter().all(|byte| matches!(byte, b' ' | b'\t')))
}

/// Whether the last bytes of damage are zeros: half a character before a hole is no more than that.
fn ends_in_hole(bytes: &[u8], damage: Token) -> bool {
    let bytes = bytes.get(damage.range()).unwrap_or_default();
    bytes.ends_with(&[0; HOLE_MIN])
}

pub(super) fn is_touched_after(bytes: &[u8], tokens: &[Token], at: usize) -> bool {
    let (Some(token), Some(after)) = (tokens.get(at), tokens.get(at + 1)) else {
        return false;
    };
    if !is_beside(bytes, *token, *after) || !after.is_bad() {
        return false;
    }
    match bytes.get(after.range().start) {
        // No string begins behind a value. Behind a delimiter one did, whatever became of it.
        Some(b'"') => !matches!(token.kind, Kind::Comma | Kind::Colon | Kind::Open(_)),
        Some(0) => false,
        _ => may_make(bytes, *after),
    }
}

/// Whether these brackets, which follow damage, may be a piece of a string that was opened in it: a
/// container that holds strings can't be, because their quotes would have closed it.
pub(super) fn may_be_in_string(tokens: &[Token], container: Range<usize>) -> bool {
    let before = container
        .start
        .checked_sub(1)
        .and_then(|before| tokens.get(before));
    let mut inside = tokens.get(container).unwrap_or_default().iter();
    before.is_some_and(|before| before.is_bad())
        && !inside.any(|token| matches!(token.kind, Kind::Text { .. }))
}

fn may_make(bytes: &[u8], damage: Token) -> bool {
    if !damage.is_bad() || damage.kind == Kind::Bad(Reason::CutOff) {
        return false;
    }
    let bytes = bytes.get(damage.range()).unwrap_or_default();
    let is_strange =
        |byte: &u8| *byte > 0 && *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n');
    let is_text = str::from_utf8(bytes).is_ok() && !bytes.iter().any(is_strange);
    !(is_text && bytes.contains(&0))
}
