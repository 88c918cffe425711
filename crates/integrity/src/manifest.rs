//! What a set of files held, as text that `sha256sum -c` reads: `docs/formats/manifest.md`.
//!
//! ```text
//! 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  notes.json
//! # sha256:<64 hex digits>
//! ```
//!
//! The last line is a comment to `sha256sum`. To us it closes the list: without it, a line that is
//! gone would be a file that never was. `head -n -1 MANIFEST | sha256sum` shows its digest.

mod name;
mod parse;

use std::collections::BTreeMap;

use crate::closing::Closing;
use crate::{Digest, Error, digest};

/// The last line: what stands before its digest.
const CLOSING: &str = "# sha256:";

/// Names and the digests of what they held, sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    entries: BTreeMap<String, Digest>,
}

impl Manifest {
    /// No names yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lists `name`, and answers with what it was listed as before.
    ///
    /// A name is what `sha256sum -c` opens: a path relative to where it runs. Refused are the empty
    /// name, `-` (its name for standard input) and a name with a NUL.
    pub fn insert(
        &mut self,
        name: impl Into<String>,
        digest: Digest,
    ) -> Result<Option<Digest>, Error> {
        let name = name.into();
        name::check(&name).map_err(Error::refused)?;
        Ok(self.entries.insert(name, digest))
    }

    /// What `name` is listed as.
    pub fn get(&self, name: &str) -> Option<&Digest> {
        self.entries.get(name)
    }

    /// All names and digests, sorted by the bytes of the name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Digest)> {
        self.entries
            .iter()
            .map(|(name, digest)| (name.as_str(), digest))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no names.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The manifest's text: one line a name, sorted, and the line that closes it.
    pub fn write(&self) -> String {
        let mut text = self.body();
        let closing = closing().of(&digest(text.as_bytes()));
        text.push_str(&closing);
        text
    }

    /// Reads what [`write`](Self::write) wrote. Any change to it is found, except that a text which
    /// lost its last line or more, and nothing else, is [`Error::Unsealed`]: it can't be told from a
    /// list that another program made.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let closing = closing();
        let Some((_, body_len)) = closing.check(text)? else {
            return Err(why_not(text, &closing));
        };
        let body = &text[..body_len];
        let manifest = parse::lines(body)?;
        // A right checksum over another form of the same list: somebody else closed it.
        if manifest.body().as_bytes() != body {
            return Err(Error::malformed(
                0,
                "the closed lines are not sorted or not in the one form they have",
            ));
        }
        Ok(manifest)
    }

    /// Reads a list that nobody closed, such as the output of `sha256sum`: either case of digits,
    /// text and binary mode, CRLF, comments. Lines that are gone are not missed.
    pub fn parse_unsealed(text: &[u8]) -> Result<Self, Error> {
        parse::lines(text)
    }

    /// Compares with what is there: `found` lists the same files as they are now.
    pub fn verify(&self, found: &Self) -> Verification {
        let mut verification = Verification::default();
        for (name, &expected) in &self.entries {
            match found.entries.get(name) {
                None => verification.missing.push(name.clone()),
                Some(&found) if found == expected => {}
                Some(&found) => verification.changed.push(Changed {
                    name: name.clone(),
                    expected,
                    found,
                }),
            }
        }
        let unlisted = found
            .entries
            .keys()
            .filter(|&name| !self.entries.contains_key(name));
        verification.unlisted = unlisted.cloned().collect();
        verification
    }

    /// The lines that are closed.
    fn body(&self) -> String {
        let mut text = String::new();
        for (name, digest) in &self.entries {
            name::write_line(name, digest, &mut text);
        }
        text
    }
}

/// How files differ from their manifest. Every list is sorted by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// Files that hold something else.
    pub changed: Vec<Changed>,
    /// Listed files that are not there.
    pub missing: Vec<String>,
    /// Files that are there and not listed.
    pub unlisted: Vec<String>,
}

impl Verification {
    /// Whether the files are what the manifest lists, all of it and nothing else.
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.unlisted.is_empty()
    }
}

/// A file that holds something else than its manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// The file's name in the manifest.
    pub name: String,
    /// What the manifest says.
    pub expected: Digest,
    /// What the file holds.
    pub found: Digest,
}

fn closing() -> Closing {
    Closing {
        before: CLOSING.to_owned(),
        after: "\n",
    }
}

/// Why a text that doesn't end in a closing line doesn't.
fn why_not(text: &[u8], closing: &Closing) -> Error {
    let mut offset = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(CLOSING.as_bytes()) {
            return Error::malformed(offset, "the closing line is damaged, or not the last");
        }
        offset += line.len();
    }
    if closing.is_nearly(text) {
        Error::malformed(text.len(), "the closing line is damaged")
    } else if text.last().is_some_and(|&last| last != b'\n') {
        Error::malformed(text.len(), "the text ends within a line")
    } else {
        Error::Unsealed
    }
}
