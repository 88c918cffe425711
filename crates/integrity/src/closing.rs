//! The last bytes of a sealed text: fixed text, the digest of everything before, fixed text.
//!
//! They follow from what they close, so a reader makes them anew and compares: there is no byte in
//! them that could change unseen.

use crate::digest::DIGEST_HEX_LEN;
use crate::{Digest, Error, digest};

/// A closing that differs from its template in one place of at most this many bytes is taken for a
/// damaged one. Small, so that a foreign last line is not taken for ours; the likely damage is one byte.
const SPOT_MAX: usize = 4;

/// The form of a closing, without its digest.
#[derive(Debug)]
pub(crate) struct Closing {
    pub(crate) before: String,
    pub(crate) after: &'static str,
}

impl Closing {
    /// The closing of a text with this digest.
    pub(crate) fn of(&self, digest: &Digest) -> String {
        format!("{}{digest}{}", self.before, self.after)
    }

    fn len(&self) -> usize {
        self.before.len() + DIGEST_HEX_LEN + self.after.len()
    }

    /// The digest of what `text` closes, and the length of that.
    /// `Ok(None)`: the text doesn't end in the form of a closing.
    pub(crate) fn check(&self, text: &[u8]) -> Result<Option<(Digest, usize)>, Error> {
        let body_len = text.len().saturating_sub(self.len());
        let (body, tail) = text.split_at(body_len);
        let Some(expected) = self.digest_in(tail) else {
            return Ok(None);
        };
        let found = digest(body);
        if tail == self.of(&found).as_bytes() {
            Ok(Some((found, body_len)))
        } else {
            Err(Error::Mismatch { expected, found })
        }
    }

    /// Whether `text` ends in a closing that was damaged in one place, be it by other bytes, bytes
    /// more or bytes less.
    pub(crate) fn is_nearly(&self, text: &[u8]) -> bool {
        let same_at_end = (1..=self.len().min(text.len()))
            .take_while(|back| self.fits(self.len() - back, text[text.len() - back]))
            .count();
        let shortest = self.len() - SPOT_MAX;
        (shortest..=self.len() + SPOT_MAX).any(|tail_len| {
            let Some(start) = text.len().checked_sub(tail_len) else {
                return false;
            };
            let tail = text[start..].iter().take(self.len());
            let same_at_start = tail
                .enumerate()
                .take_while(|&(at, byte)| self.fits(at, *byte))
                .count();
            same_at_start + same_at_end >= shortest
        })
    }

    /// The digest in `tail`, if that is a closing, whatever it closes.
    fn digest_in(&self, tail: &[u8]) -> Option<Digest> {
        let digits = tail
            .strip_prefix(self.before.as_bytes())?
            .strip_suffix(self.after.as_bytes())?;
        // Uppercase would be read as the same digest and then not compare equal: a damaged line.
        let lowercase = digits.iter().all(|digit| !digit.is_ascii_uppercase());
        Digest::from_hex(digits).filter(|_| lowercase)
    }

    /// Whether a closing can have `byte` at `at`.
    fn fits(&self, at: usize, byte: u8) -> bool {
        match at.checked_sub(self.before.len()) {
            None => self.before.as_bytes()[at] == byte,
            Some(at) if at < DIGEST_HEX_LEN => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Some(at) => self.after.as_bytes().get(at - DIGEST_HEX_LEN) == Some(&byte),
        }
    }
}
