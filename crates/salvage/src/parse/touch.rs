//! Whether a token touches damage that may have made it: a bracket beside random bytes may be one of
//! them. A hole of zeros makes none, nor does the end of the text.

use crate::report::Reason;
use crate::token::{Kind, Token};

pub(super) fn is_touched_before(bytes: &[u8], tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let (Some(token), Some(before)) = (tokens.get(at), before) else {
        return false;
    };
    before.end == token.start && may_make(bytes, *before)
}

pub(super) fn is_touched_after(bytes: &[u8], tokens: &[Token], at: usize) -> bool {
    let (Some(token), Some(after)) = (tokens.get(at), tokens.get(at + 1)) else {
        return false;
    };
    if after.start != token.end || !after.is_bad() {
        return false;
    }
    match bytes.get(after.range().start) {
        // No string begins behind a value. Behind a delimiter one did, whatever became of it.
        Some(b'"') => !matches!(token.kind, Kind::Comma | Kind::Colon | Kind::Open(_)),
        Some(0) => false,
        _ => may_make(bytes, *after),
    }
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
