//! As much of JSON as it takes to tell a text that never was sealed from one whose seal was lost.
//!
//! No parser: it keeps a depth instead of a stack and knows strings, so it needs no memory and
//! can't be led into recursion. What it calls whole may still not be JSON; a prefix of an object it
//! never calls whole, nor an object whose last member is gone and its comma is not.

/// What a text looks like from afar.
#[derive(Debug)]
pub(super) enum Outline {
    /// It can be a whole JSON value.
    Whole,
    /// It can't, and here it shows.
    Broken(usize),
    /// Here is a member with the key asked for and, as its value, a string that begins as asked for.
    /// It is in the outermost object, or was. What follows was not looked at.
    Member(usize),
}

/// Looks through `text` for a member `"key": "scheme…"` of the outermost object.
pub(super) fn outline(text: &[u8], key: &str, scheme: &str) -> Outline {
    // A byte-order mark is no reason to call a foreign text broken: its reader decides.
    let mut at = if text.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    // In a text that is indented as ours are, a line of two spaces belongs to the outermost object
    // even where other lines were moved around it.
    let is_indented = text.starts_with(b"{\n  \"");
    let mut depth = 0_usize;
    let mut last = None;
    while let Some(&byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => {
                let Some(end) = string_end(text, at) else {
                    return Outline::Broken(at);
                };
                let is_outer = depth == 1 || (is_indented && text[..at].ends_with(b"\n  "));
                let is_key = &text[at + 1..end - 1] == key.as_bytes();
                if is_outer && is_key && has_value(&text[end..], scheme) {
                    return Outline::Member(at);
                }
                at = end - 1;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 && last != Some(b',') => depth -= 1,
            b',' | b':' if depth > 0 => {}
            b'0'..=b'9' | b'a'..=b'z' | b'E' | b'-' | b'+' | b'.' => {}
            _ => return Outline::Broken(at),
        }
        last = Some(byte);
        at += 1;
    }
    if depth > 0 || last.is_none() {
        return Outline::Broken(at);
    }
    Outline::Whole
}

/// The end of the string that begins at `start`; `None` if it has none, or holds a byte that JSON
/// doesn't let a string hold.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            0..=0x1f => return None,
            _ => at += 1,
        }
    }
}

/// Whether `text`, what follows a key, gives it a string that begins with `scheme`.
fn has_value(text: &[u8], scheme: &str) -> bool {
    let value = text.trim_ascii_start().strip_prefix(b":");
    let value = value.and_then(|value| value.trim_ascii_start().strip_prefix(b"\""));
    value.is_some_and(|value| value.starts_with(scheme.as_bytes()))
}
