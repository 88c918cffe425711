//! The first two lines of a group: how long it is, and proof that all before it is durable.

use std::ops::Range;

use crate::identity::Identity;

// | offset | width | what                              |
// |--------|-------|-----------------------------------|
// | 0      | 8     | length of the group with its mark |
// | 8      | 1     | kind                              |
// | 9      | 8     | records of the segment before it  |
// | 17     | 1     | kind                              |
// | 18     | 1     | newline                           |
// | 19     | 8     | CRC-32C of the group's lines      |
// | 27     | 1     | space                             |
// | 28     | 8     | CRC-32C of the mark               |
// | 36     | 1     | newline                           |
const FIELD: usize = 8;
const LEN: Range<usize> = 0..FIELD;
const KIND_AT: usize = LEN.end;
const BEFORE: Range<usize> = KIND_AT + 1..KIND_AT + 1 + FIELD;
const LINES: Range<usize> = BEFORE.end + 2..BEFORE.end + 2 + FIELD;
const CRC: Range<usize> = LINES.end + 1..LINES.end + 1 + FIELD;

/// Bytes of a mark.
pub(crate) const MARK: usize = CRC.end + 1;

/// What a mark without a group says of its length.
#[expect(clippy::cast_possible_truncation, reason = "37")]
const LEN_ALONE: u32 = MARK as u32;

const GROUP: u8 = b'=';
const CLOSING: u8 = b'.';

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Bytes of the group up to the end of its last record, the mark included.
    pub(crate) len: u32,
    /// Records of the segment that stand before it.
    pub(crate) before: u32,
    /// CRC-32C of the group behind the mark.
    pub(crate) lines: u32,
    /// Whether it closes the log instead of beginning a group.
    pub(crate) closing: bool,
}

impl Mark {
    pub(crate) fn closing(before: u32) -> Self {
        Self {
            len: LEN_ALONE,
            before,
            lines: crc32c::crc32c(&[]),
            closing: true,
        }
    }

    pub(crate) fn encode(self, segment: Identity, offset: u64) -> [u8; MARK] {
        let kind = if self.closing { CLOSING } else { GROUP };
        let mut bytes = [b'\n'; MARK];
        put_field(&mut bytes[LEN], self.len);
        bytes[KIND_AT] = kind;
        put_field(&mut bytes[BEFORE], self.before);
        bytes[BEFORE.end] = kind;
        put_field(&mut bytes[LINES], self.lines);
        bytes[LINES.end] = b' ';
        let crc = checksum(segment, offset, &bytes[..CRC.start]);
        put_field(&mut bytes[CRC], crc);
        bytes
    }

    /// The mark at the start of `bytes`, if one was written there, at this offset of this segment.
    pub(crate) fn decode(bytes: &[u8], segment: Identity, offset: u64) -> Option<Self> {
        let kind = *bytes.get(KIND_AT)?;
        // Cheap, and enough to pass over blanks and records.
        if kind != GROUP && kind != CLOSING {
            return None;
        }
        let mark = Self {
            len: parse_field(bytes.get(LEN)?)?,
            before: parse_field(bytes.get(BEFORE)?)?,
            lines: parse_field(bytes.get(LINES)?)?,
            closing: kind == CLOSING,
        };
        // It counts itself: one that says less would lead back to where it stands.
        if mark.len < LEN_ALONE {
            return None;
        }
        // There is one form for what it says.
        (bytes.get(..MARK)? == mark.encode(segment, offset)).then_some(mark)
    }
}

fn checksum(segment: Identity, offset: u64, mark: &[u8]) -> u32 {
    let crc = crc32c::crc32c(&segment.0.to_le_bytes());
    let crc = crc32c::crc32c_append(crc, &offset.to_le_bytes());
    crc32c::crc32c_append(crc, mark)
}

fn put_field(field: &mut [u8], value: u32) {
    let written = hex::encode_to_slice(value.to_be_bytes(), field);
    debug_assert_eq!(written, Ok(()), "a field has its digits");
}

fn parse_field(digits: &[u8]) -> Option<u32> {
    let mut bytes = [0; FIELD / 2];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(u32::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_one_of_its_segment_and_place() {
        let (segment, offset) = (Identity(0x1234_5678_9abc_def0), 3 * 4096);
        for mark in [
            Mark::closing(7),
            Mark {
                len: 0x6e,
                before: 2,
                lines: 0xdead_beef,
                closing: false,
            },
        ] {
            let bytes = mark.encode(segment, offset);
            assert_eq!(Mark::decode(&bytes, segment, offset), Some(mark));
            assert_eq!(Mark::decode(&bytes, Identity(segment.0 ^ 1), offset), None);
            assert_eq!(Mark::decode(&bytes, segment, offset + 4096), None);
            for (at, bit) in (0..MARK).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
                let mut flipped = bytes;
                flipped[at] ^= 1 << bit;
                assert_eq!(
                    Mark::decode(&flipped, segment, offset),
                    None,
                    "bit {bit} of byte {at}"
                );
            }
        }
    }

    #[test]
    fn a_mark_that_does_not_count_itself_is_none() {
        let (segment, offset) = (Identity(1), 4096);
        let mark = |len| Mark {
            len,
            before: 1,
            lines: crc32c::crc32c(&[]),
            closing: false,
        };
        for len in 0..LEN_ALONE {
            let bytes = mark(len).encode(segment, offset);
            assert_eq!(Mark::decode(&bytes, segment, offset), None);
        }
        let bytes = mark(LEN_ALONE).encode(segment, offset);
        assert!(Mark::decode(&bytes, segment, offset).is_some());
    }

    #[test]
    fn the_lines_of_a_mark_are_empty_to_cut() {
        let bytes = Mark::closing(1).encode(Identity(1), 4096);
        assert!(
            bytes
                .split(|&byte| byte == b'\n')
                .all(|line| line.len() <= 18)
        );
    }
}
