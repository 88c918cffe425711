//! As much of JSON as it takes to tell a text that never was sealed from one whose seal was lost.
//!
//! No parser: it keeps a depth instead of a stack and knows strings, so it needs no memory and
//! can't be led into recursion. What it calls whole may still not be JSON; a prefix of an object it
//! never calls whole.

/// What a text looks like from afar.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Where a member of the outermost object begins that has the key asked for and, as its value,
    /// a string that begins as asked for.
    pub(super) member: Option<usize>,
    /// Where it is seen that the text is not a whole JSON value.
    pub(super) broken: Option<usize>,
}

/// Looks through `text` for a member `"key": "scheme…"` of the outermost object.
pub(super) fn outline(text: &[u8], key: &str, scheme: &str) -> Outline {
    let mut outline = Outline::default();
    let mut depth = 0_usize;
    let mut at = 0;
    // A byte-order mark is no reason to call a foreign text broken: its reader decides.
    if text.starts_with(b"\xef\xbb\xbf") {
        at = 3;
    }
    let mut empty = true;
    while let Some(&byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => {
                let Some(end) = string_end(text, at) else {
                    outline.broken = Some(at);
                    return outline;
                };
                if depth == 1
                    && &text[at + 1..end - 1] == key.as_bytes()
                    && has_value(&text[end..], scheme)
                {
                    outline.member = Some(at);
                    return outline;
                }
                at = end;
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            b',' | b':' if depth > 0 => at += 1,
            b'0'..=b'9' | b'a'..=b'z' | b'E' | b'-' | b'+' | b'.' => at += 1,
            _ => {
                outline.broken = Some(at);
                return outline;
            }
        }
        empty = false;
    }
    if depth > 0 || empty {
        outline.broken = Some(at);
    }
    outline
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
    let value = text
        .trim_ascii_start()
        .strip_prefix(b":")
        .map(<[u8]>::trim_ascii_start);
    value
        .and_then(|value| value.strip_prefix(b"\""))
        .is_some_and(|value| value.starts_with(scheme.as_bytes()))
}
