//! A JSON object that carries the checksum of its own text, in the form of `docs/formats/sealed.md`.
//!
//! ```text
//! {
//!   "theme": "dark",
//!   "checksum": "sha256:<64 hex digits>"
//! }
//! ```
//!
//! The digest is that of all bytes before the checksum's line: `head -n -2 FILE | sha256sum` shows
//! it. The text is compared as it is, not as it parses, so a space is as much a change as a digit.

mod json;

use self::json::Outline;
use crate::closing::Closing;
use crate::{Digest, Error, digest};

/// How a checksum's value begins.
const SCHEME: &str = "sha256:";

/// How a sealed text begins, and what stands before its checksum line.
const OPENING: &str = "{\n";
const SEPARATOR: &str = ",\n";

/// What follows the digest.
const ENDING: &str = "\"\n}\n";

/// Seals `object`, the text of a JSON object with one member a line, two spaces before each, at
/// least one of them, a newline at the end: what a pretty printer writes. The result ends in one
/// more member, `key`.
///
/// That the text is JSON and has no member of that name yet is the caller's business; a text that
/// ends in a checksum line already is refused.
pub fn seal(object: &str, key: &str) -> Result<String, Error> {
    let closing = closing_of(key)?;
    let members = object
        .strip_prefix(OPENING)
        .and_then(|rest| rest.strip_suffix("\n}\n"))
        .filter(|members| members.starts_with("  \"") && !members.ends_with(','))
        .ok_or(Error::refused(
            "a text to be sealed is a JSON object with one member a line",
        ))?;
    if closing.check(object.as_bytes()) != Ok(None) {
        return Err(Error::refused("the text is sealed already"));
    }
    let mut sealed = [OPENING, members, SEPARATOR].concat();
    let closing = closing.of(&digest(sealed.as_bytes()));
    sealed.push_str(&closing);
    Ok(sealed)
}

/// The last two lines of a text whose lines before them, the comma and newline after its last
/// member included, have this digest. For a text that is hashed while it is written.
pub fn closing(key: &str, digest: &Digest) -> Result<String, Error> {
    Ok(closing_of(key)?.of(digest))
}

/// Checks that not a byte of `sealed` has changed since [`seal`], and says what its digest is.
///
/// [`Error::Unsealed`] is said of a text that may never have been sealed: it is not cut off, its
/// outermost object has no member `key` that holds one of our checksums, and it doesn't end in
/// something close to a checksum line. An editor that takes the line and the comma before it away
/// leaves such a text, and so may damage of several places, so a caller that requires a seal treats
/// `Unsealed` as damage.
pub fn verify(sealed: &[u8], key: &str) -> Result<Digest, Error> {
    check(sealed, key).map(|(digest, _)| digest)
}

/// [`verify`], and what the checksum covers: everything before its line, the comma and newline
/// after the last member included.
pub fn open<'a>(sealed: &'a [u8], key: &str) -> Result<&'a [u8], Error> {
    check(sealed, key).map(|(_, body_len)| &sealed[..body_len])
}

fn check(sealed: &[u8], key: &str) -> Result<(Digest, usize), Error> {
    let closing = closing_of(key)?;
    let Some((digest, body_len)) = closing.check(sealed)? else {
        return Err(why_not(sealed, key, &closing));
    };
    let body = &sealed[..body_len];
    if body.starts_with(OPENING.as_bytes()) && body.ends_with(SEPARATOR.as_bytes()) {
        Ok((digest, body_len))
    } else {
        Err(Error::malformed(
            body_len,
            "the checksum is right, but what it covers isn't an open JSON object",
        ))
    }
}

/// Why a text that doesn't end in a checksum line doesn't.
fn why_not(text: &[u8], key: &str, closing: &Closing) -> Error {
    match json::outline(text, key, SCHEME) {
        Outline::Member(at) => Error::malformed(
            at,
            "the checksum line is damaged, or not in its place at the end",
        ),
        _ if closing.is_nearly(text) => {
            Error::malformed(text.len(), "the checksum line at the end is damaged")
        }
        Outline::Broken(at) => Error::malformed(
            at,
            "the text is not whole JSON, and ends without a checksum line",
        ),
        Outline::Whole => Error::Unsealed,
    }
}

fn closing_of(key: &str) -> Result<Closing, Error> {
    let needs_escape = |c: char| c == '"' || c == '\\' || c.is_control();
    if key.is_empty() || key.contains(needs_escape) {
        return Err(Error::refused(
            "a checksum's key is not empty and needs no escapes",
        ));
    }
    Ok(Closing {
        before: format!("  \"{key}\": \"{SCHEME}"),
        after: ENDING,
    })
}
