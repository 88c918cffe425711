//! Checked lines: `<length:8 hex> <crc32c:8 hex> <payload>\n`, the form of `docs/formats/checked-lines.md`.
//!
//! A line is believed on its own, so a log is read up to where its writer was stopped and a file of
//! records loses only the records that were hit. The payload is whatever the caller likes, newlines
//! and NULs included; where it is JSON, `cut -c19- FILE | jq` shows it.
//!
//! The *salt* is a number that both sides know and that is not stored: a position, a segment's
//! identity. A line that was written under another salt does not decode, so bytes of an earlier use
//! of the file never pass as lines of this one.

use std::fmt;

use crate::Error;

/// Hex digits of the length and of the checksum.
const FIELD_LEN: usize = 8;

// | offset | width | what                               |
// |--------|-------|------------------------------------|
// | 0      | 8     | length of the payload, lowercase   |
// | 8      | 1     | space                              |
// | 9      | 8     | CRC-32C, lowercase                 |
// | 17     | 1     | space                              |
// | 18     | n     | payload                            |
// | 18 + n | 1     | newline                            |
const LENGTH_AT: usize = 0;
const LENGTH_END: usize = LENGTH_AT + FIELD_LEN;
const CRC_AT: usize = LENGTH_END + 1;
const CRC_END: usize = CRC_AT + FIELD_LEN;
const PAYLOAD_AT: usize = CRC_END + 1;

/// How many bytes longer a line is than its payload.
pub const OVERHEAD: usize = PAYLOAD_AT + 1;

/// What stands at the start of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Line<'a> {
    /// A line that is what its writer wrote.
    Complete {
        /// What it carries.
        payload: &'a [u8],
        /// The bytes after its newline.
        rest: &'a [u8],
    },
    /// The bytes end before the line does, and what there is of it could be the start of a line: a
    /// writer was stopped here, or the reader has to fetch more.
    Torn {
        /// How long the line is, as far as it can be told: with fewer bytes it will be torn again.
        /// The number comes from an unchecked header; it is at most the caller's limit plus [`OVERHEAD`].
        needed: usize,
    },
    /// These bytes never were the start of a line under this salt, whatever may follow.
    Damaged {
        /// How that shows.
        damage: Damage,
    },
    /// There are no bytes.
    End,
}

/// How it shows that bytes are not a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Damage {
    /// Length, checksum or the spaces after them don't have their form.
    Header,
    /// The payload is said to be longer than the caller's limit.
    TooLong,
    /// The line's checksum is another: the bytes changed, or were written under another salt.
    Checksum,
    /// Where the line is to end there is no newline.
    Terminator,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "no line header",
            Self::TooLong => "the line is longer than the limit",
            Self::Checksum => "checksum mismatch",
            Self::Terminator => "no newline where the line ends",
        })
    }
}

/// Appends the line that carries `payload` to `out`, and allocates nothing else.
///
/// A payload of 4 GiB or more is [`Error::Refused`] and leaves `out` as it was.
pub fn encode(payload: &[u8], salt: u64, out: &mut Vec<u8>) -> Result<(), Error> {
    let length = u32::try_from(payload.len())
        .map_err(|_| Error::refused("the payload of a line is shorter than 4 GiB"))?;
    let length = hex_field(length);
    out.reserve(payload.len().saturating_add(OVERHEAD));
    out.extend_from_slice(&length);
    out.push(b' ');
    out.extend_from_slice(&hex_field(checksum(salt, &length, payload)));
    out.push(b' ');
    out.extend_from_slice(payload);
    out.push(b'\n');
    Ok(())
}

/// Reads the line at the start of `bytes`, whose payload is at most `limit` bytes long.
pub fn decode(bytes: &[u8], salt: u64, limit: usize) -> Line<'_> {
    if bytes.is_empty() {
        return Line::End;
    }
    // The fields are looked at as far as they are there: half a header that no line begins with is
    // damage, not a tear.
    if !is_header_start(bytes) {
        return Line::Damaged {
            damage: Damage::Header,
        };
    }
    let Some(length) = bytes.get(LENGTH_AT..LENGTH_END) else {
        return Line::Torn { needed: OVERHEAD };
    };
    let payload_len = parse_field(length).and_then(|length| usize::try_from(length).ok());
    let Some(payload_len) = payload_len.filter(|&length| length <= limit) else {
        return Line::Damaged {
            damage: Damage::TooLong,
        };
    };
    let needed = payload_len.saturating_add(OVERHEAD);
    let (Some(crc), Some(body)) = (bytes.get(CRC_AT..CRC_END), bytes.get(PAYLOAD_AT..)) else {
        return Line::Torn { needed };
    };
    let Some((payload, after)) = body.split_at_checked(payload_len) else {
        return Line::Torn { needed };
    };
    // Before the newline is looked at: what is wrong even without it is not merely torn.
    if parse_field(crc) != Some(checksum(salt, length, payload)) {
        return Line::Damaged {
            damage: Damage::Checksum,
        };
    }
    match after.split_first() {
        Some((b'\n', rest)) => Line::Complete { payload, rest },
        Some(_) => Line::Damaged {
            damage: Damage::Terminator,
        },
        None => Line::Torn { needed },
    }
}

/// Takes lines apart, into payload and rest, **without checking them**: for bytes that are known to be what was written, because
/// a checksum over all of them says so.
///
/// It remembers the last length, and a line of the same one costs a comparison: what a processor can guess it need not wait for.
#[derive(Clone, Copy, Debug)]
pub struct Splitter {
    digits: [u8; FIELD_LEN],
    len: usize,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            digits: [b'0'; FIELD_LEN],
            len: 0,
        }
    }
}

impl Splitter {
    /// The payload of the line at the start of `bytes`, and what follows the line. `None` where there is no whole line.
    #[inline]
    pub fn split<'a>(&mut self, bytes: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let (digits, rest) = bytes.split_first_chunk::<FIELD_LEN>()?;
        if *digits != self.digits {
            self.digits = *digits;
            self.len = hex_value(*digits) as usize;
        }
        let payload = rest.get(PAYLOAD_AT - LENGTH_END..)?;
        let (payload, end) = payload.split_at_checked(self.len)?;
        match end.split_first() {
            Some((b'\n', rest)) => Some((payload, rest)),
            _ => None,
        }
    }
}

/// The value of eight hex digits; any number where they are none. All digits at once: neighbours are put together, then
/// pairs, then fours.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half is the value"
)]
fn hex_value(digits: [u8; FIELD_LEN]) -> u32 {
    let digits = u64::from_le_bytes(digits);
    // Letters have bit 6, and their low bits count from 1.
    let letters = digits >> 6 & 0x0101_0101_0101_0101;
    let nibbles =
        (digits & 0x0f0f_0f0f_0f0f_0f0f).wrapping_add(letters * 9) & 0x0f0f_0f0f_0f0f_0f0f;
    let bytes = (nibbles << 4 | nibbles >> 8) & 0x00ff_00ff_00ff_00ff;
    let shorts = (bytes << 8 | bytes >> 16) & 0x0000_ffff_0000_ffff;
    (shorts << 16 | shorts >> 32) as u32
}

/// CRC-32C (Castagnoli, as in iSCSI, RFC 3720) over the salt as little-endian u64, the eight digits
/// of the length and the payload. The length is in it so that a line cut to a newline of its own
/// payload is another line.
fn checksum(salt: u64, length: &[u8], payload: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&salt.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, length);
    crc32c::crc32c_append(crc, payload)
}

/// Whether `bytes` begin as a line does, as far as they go.
fn is_header_start(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .take(PAYLOAD_AT)
        .enumerate()
        .all(|(at, byte)| match at {
            LENGTH_END | CRC_END => *byte == b' ',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn hex_field(value: u32) -> [u8; FIELD_LEN] {
    let mut digits = [0; FIELD_LEN];
    for (digit, shift) in digits.iter_mut().zip((0..u32::BITS).step_by(4).rev()) {
        let nibble = (value >> shift & 0xf) as u8;
        *digit = if nibble < 10 {
            b'0' + nibble
        } else {
            b'a' + nibble - 10
        };
    }
    digits
}

/// The value of eight hex digits; `None` for anything else.
fn parse_field(digits: &[u8]) -> Option<u32> {
    let mut bytes = [0; FIELD_LEN / 2];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(u32::from_be_bytes(bytes))
}
