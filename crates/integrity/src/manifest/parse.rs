//! The lines of a manifest.

use super::{Manifest, name};
use crate::digest::DIGEST_HEX_LEN;
use crate::{Digest, Error};

/// Reads all lines of `text`, in any form that `sha256sum -c` takes them in.
pub(super) fn lines(text: &[u8]) -> Result<Manifest, Error> {
    let mut manifest = Manifest::new();
    let mut offset = 0;
    for raw in text.split_inclusive(|&byte| byte == b'\n') {
        let line = raw.strip_suffix(b"\n").unwrap_or(raw);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.starts_with(b"#") {
            let (name, digest) = entry(line).map_err(|reason| Error::malformed(offset, reason))?;
            if manifest.entries.insert(name, digest).is_some() {
                return Err(Error::malformed(offset, "a name is listed twice"));
            }
        }
        offset += raw.len();
    }
    Ok(manifest)
}

/// Reads `[\]<64 hex><space><space or *><name>`.
fn entry(line: &[u8]) -> Result<(String, Digest), &'static str> {
    const NO_ENTRY: &str = "no line of a manifest: 64 hex digits, two spaces, a name";
    let unmarked = line.strip_prefix(b"\\");
    let is_escaped = unmarked.is_some();
    let (digits, field) = unmarked
        .unwrap_or(line)
        .split_at_checked(DIGEST_HEX_LEN)
        .ok_or(NO_ENTRY)?;
    let digest = Digest::from_hex(digits).ok_or(NO_ENTRY)?;
    let field = field
        .strip_prefix(b"  ")
        .or_else(|| field.strip_prefix(b" *"))
        .ok_or(NO_ENTRY)?;
    let field = std::str::from_utf8(field).map_err(|_| "a name is not UTF-8")?;
    let name = name::unescape(field, is_escaped).ok_or("a name has an unknown escape")?;
    name::check(&name)?;
    Ok((name.into_owned(), digest))
}
