//! Names as `sha256sum` writes them: a name with a backslash, newline or carriage return is escaped,
//! and its line begins with a backslash.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::Digest;

/// Whether `sha256sum -c` would open a file of this name.
pub(super) fn check(name: &str) -> Result<(), &'static str> {
    match name {
        "" => Err("a name in a manifest is not empty"),
        "-" => Err("sha256sum reads `-` as its standard input: name the file `./-`"),
        _ if name.contains('\0') => Err("a name in a manifest has no NUL"),
        _ => Ok(()),
    }
}

/// Appends the line of `name` to `text`.
pub(super) fn write_line(name: &str, digest: &Digest, text: &mut String) {
    let is_escaped = name.contains(['\\', '\n', '\r']);
    if is_escaped {
        text.push('\\');
    }
    // `String` never fails to be written to.
    let _ = write!(text, "{digest}  ");
    for c in name.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            c => text.push(c),
        }
    }
    text.push('\n');
}

/// The name that `field` stands for in a line that `is_escaped` or not; `None` for an escape that
/// nobody writes.
pub(super) fn unescape(field: &str, is_escaped: bool) -> Option<Cow<'_, str>> {
    if !is_escaped {
        return Some(field.into());
    }
    let mut name = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        name.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            c => c,
        });
    }
    Some(name.into())
}
