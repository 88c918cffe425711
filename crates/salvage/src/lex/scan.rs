//! One token.

use super::string::{Scanned, scan_string};
use crate::report::Reason;
use crate::token::{Kind, Nest, Token};

/// A comment is at most this long: in damaged text its end may be far away and belong to something else.
const COMMENT_MAX: usize = 1 << 10;

/// The token that begins at `at` or after the whitespace there.
pub(super) fn next_token(bytes: &[u8], at: usize) -> Option<Token> {
    let rest = bytes.get(at..)?;
    let blank = rest.iter().take_while(|byte| is_blank(**byte)).count();
    let start = at + blank;
    let first = *bytes.get(start)?;
    let (kind, end) = match first {
        b'{' => (Kind::Open(Nest::Object), start + 1),
        b'[' => (Kind::Open(Nest::Array), start + 1),
        b'}' => (Kind::Close(Nest::Object), start + 1),
        b']' => (Kind::Close(Nest::Array), start + 1),
        b',' => (Kind::Comma, start + 1),
        b':' => (Kind::Colon, start + 1),
        b'"' => match scan_string(bytes, start) {
            Scanned::Whole(end) => (Kind::Text { single: false }, end),
            Scanned::Broken(end) if end == bytes.len() => (Kind::Bad(Reason::CutOff), end),
            Scanned::Broken(end) => (Kind::Bad(Reason::NotJson), end),
        },
        b'\'' => match single_quoted(bytes, start) {
            Some(end) => (Kind::Text { single: true }, end),
            None => run(bytes, start),
        },
        b'/' => match comment(bytes, start) {
            Some(end) => (Kind::Comment, end),
            None => run(bytes, start),
        },
        _ => run(bytes, start),
    };
    let before = rest.get(..blank).unwrap_or_default();
    let line = before.iter().rposition(|byte| *byte == b'\n');
    let indent = match line {
        Some(newline) => u16::try_from(blank - newline - 1).ok(),
        None if at == 0 => u16::try_from(blank).ok(),
        None => None,
    };
    Some(Token {
        indent,
        ..Token::new(kind, start..end)
    })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What may stand between two strings.
pub(super) fn is_between_strings(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':')
}

/// A number, a word, or a run of what is neither.
fn run(bytes: &[u8], start: usize) -> (Kind, usize) {
    let mut end = start;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            // The rest of a string, in which that quote is none.
            b'\\' if matches!(bytes.get(end + 1), Some(b'"' | b'\\')) => end += 2,
            _ if end > start && (byte == b'"' || is_between_strings(byte)) => break,
            _ => end += 1,
        }
    }
    let text = bytes.get(start..end).unwrap_or_default();
    let kind = match text {
        b"true" | b"false" | b"null" => Kind::Word,
        // Nobody knows whether it goes on.
        _ if is_number(text) && end == bytes.len() => Kind::Bad(Reason::CutOff),
        _ if is_number(text) => Kind::Number,
        _ => Kind::Bad(reason(text)),
    };
    (kind, end)
}

fn reason(text: &[u8]) -> Reason {
    if text.contains(&0) {
        Reason::Nuls
    } else if text.iter().any(u8::is_ascii_control) || str::from_utf8(text).is_err() {
        Reason::NotText
    } else {
        Reason::NotJson
    }
}

/// RFC 8259, section 6.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, text) = digits(text);
    let Some((first, others)) = whole.split_first() else {
        return false;
    };
    if *first == b'0' && !others.is_empty() {
        return false;
    }
    let text = match text.strip_prefix(b".") {
        None => text,
        Some(text) => match digits(text) {
            ([], _) => return false,
            (_, text) => text,
        },
    };
    let [b'e' | b'E', text @ ..] = text else {
        return text.is_empty();
    };
    let text = match text {
        [b'+' | b'-', text @ ..] => text,
        _ => text,
    };
    matches!(digits(text), ([_, ..], []))
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(count)
}

/// The end of a comment. One begins after a blank, a comma or a bracket: `//` after a colon is a part of an address,
/// and after a quote what is left of one.
fn comment(bytes: &[u8], start: usize) -> Option<usize> {
    let end = bytes.len().min(start + COMMENT_MAX);
    let rest = bytes.get(start..end)?;
    let before = start.checked_sub(1).and_then(|before| bytes.get(before));
    if before.is_some_and(|before| *before == b':' || !is_between_strings(*before)) {
        return None;
    }
    let len = match rest {
        [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n')?,
        [b'/', b'*', inside @ ..] => inside.windows(2).position(|pair| pair == b"*/")? + 4,
        _ => return None,
    };
    str::from_utf8(rest.get(..len)?).ok()?;
    Some(start + len)
}

/// The end of a string in single quotes, which is in one line and before something that may follow one.
fn single_quoted(bytes: &[u8], start: usize) -> Option<usize> {
    let Scanned::Whole(end) = scan_string(bytes, start) else {
        return None;
    };
    let after = bytes.get(end..)?.iter().find(|byte| !is_blank(**byte));
    let may_follow = after.is_none_or(|byte| matches!(byte, b',' | b':' | b'}' | b']' | b'/'));
    may_follow.then_some(end)
}
