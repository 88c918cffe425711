//! The input as bytes of UTF-8, and the way back from them to the input.

use std::borrow::Cow;
use std::ops::Range;

use crate::report::{Repair, RepairKind};

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands for half of a surrogate pair: no UTF-8 holds it, so it is damage where it stands.
const NOT_A_CHARACTER: u8 = 0xff;

/// One known place in this many bytes is enough to find the others.
const STRIDE: usize = 64;

/// The input as bytes of UTF-8, without a byte-order mark.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    origin: Origin,
    input_len: usize,
    pub(crate) repairs: Vec<Repair>,
}

#[derive(Debug)]
enum Origin {
    /// This many bytes were left out at the start.
    Utf8(usize),
    Utf16 {
        start: usize,
        /// Of a character in every `STRIDE` bytes: its place in the bytes, and its number of code units.
        places: Vec<(usize, usize)>,
    },
}

impl<'a> Source<'a> {
    pub(crate) fn new(input: &'a [u8]) -> Self {
        if let Some(encoding) = Utf16::detect(input) {
            return Self::from_utf16(input, &encoding);
        }
        let start = if input.starts_with(UTF8_MARK) {
            UTF8_MARK.len()
        } else {
            0
        };
        let marks = (start > 0).then_some(Repair {
            kind: RepairKind::ByteOrderMark,
            range: 0..start,
        });
        Self {
            bytes: Cow::Borrowed(input.get(start..).unwrap_or_default()),
            origin: Origin::Utf8(start),
            input_len: input.len(),
            repairs: marks.into_iter().collect(),
        }
    }

    fn from_utf16(input: &'a [u8], encoding: &Utf16) -> Self {
        let units = encoding.units(input);
        let mut bytes = Vec::with_capacity(input.len() / 2);
        let mut places: Vec<(usize, usize)> = Vec::new();
        let mut unit = 0_usize;
        for decoded in char::decode_utf16(units) {
            let len = match decoded {
                Ok(character) => character.len_utf16(),
                Err(_) => 1,
            };
            if places
                .last()
                .is_none_or(|&(last, _)| last + STRIDE <= bytes.len())
            {
                places.push((bytes.len(), unit));
            }
            match decoded {
                Ok(character) => {
                    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Err(_) => bytes.push(NOT_A_CHARACTER),
            }
            unit += len;
        }
        if (input.len() - encoding.start) % 2 == 1 {
            bytes.push(NOT_A_CHARACTER);
        }
        Self {
            bytes: Cow::Owned(bytes),
            origin: Origin::Utf16 {
                start: encoding.start,
                places,
            },
            input_len: input.len(),
            repairs: vec![Repair {
                kind: RepairKind::Utf16,
                range: 0..input.len(),
            }],
        }
    }

    /// The same range in the input.
    pub(crate) fn to_input(&self, range: Range<usize>) -> Range<usize> {
        self.offset(range.start)..self.offset(range.end)
    }

    fn offset(&self, at: usize) -> usize {
        match &self.origin {
            Origin::Utf8(start) => start + at,
            Origin::Utf16 { start, places } => {
                let block = places.partition_point(|&(place, _)| place <= at);
                let known = block.checked_sub(1).and_then(|block| places.get(block));
                let (mut place, mut unit) = known.copied().unwrap_or((0, 0));
                while place < at {
                    let first = self.bytes.get(place).copied().unwrap_or(NOT_A_CHARACTER);
                    let (len, units) = match first {
                        0xc0..0xe0 => (2, 1),
                        0xe0..0xf0 => (3, 1),
                        0xf0..=0xf7 => (4, 2),
                        _ => (1, 1),
                    };
                    place += len;
                    unit += units;
                }
                // The last byte of an odd number stands for two.
                (start + 2 * unit).min(self.input_len)
            }
        }
    }
}

/// How an input in UTF-16 is read.
struct Utf16 {
    /// Behind the mark, if there is one.
    start: usize,
    is_little_endian: bool,
}

impl Utf16 {
    /// By the mark; or by the zeros between the first characters, which are ASCII in any JSON.
    fn detect(input: &[u8]) -> Option<Self> {
        let (start, is_little_endian) = match input {
            [0xff, 0xfe, ..] => (2, true),
            [0xfe, 0xff, ..] => (2, false),
            [1..=0x7f, 0, 1..=0x7f, 0, ..] => (0, true),
            [0, 1..=0x7f, 0, 1..=0x7f, ..] => (0, false),
            _ => return None,
        };
        Some(Self {
            start,
            is_little_endian,
        })
    }

    fn units<'a>(&self, input: &'a [u8]) -> impl Iterator<Item = u16> + 'a {
        let is_little_endian = self.is_little_endian;
        let pairs = input.get(self.start..).unwrap_or_default().chunks_exact(2);
        pairs.map(move |pair| match pair {
            [low, high] if is_little_endian => u16::from_le_bytes([*low, *high]),
            [high, low] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn places_in_utf_16_are_found_again() {
        let text: String = "a\u{e9}\u{20ac}\u{1d11e}".repeat(100);
        let mut input = vec![0xff, 0xfe];
        input.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let source = Source::new(&input);
        assert_eq!(source.bytes.as_ref(), text.as_bytes());
        let mut unit = 0;
        for (at, character) in text.char_indices() {
            assert_eq!(source.to_input(at..at).start, 2 + 2 * unit);
            unit += character.len_utf16();
        }
        assert_eq!(source.to_input(text.len()..text.len()).start, input.len());
    }

    #[test]
    fn half_a_character_is_damage() {
        let source = Source::new(b"[\x001\x00\x00\xd8,\x00]");
        assert_eq!(source.bytes.as_ref(), b"[1\xff,\xff");
    }
}
