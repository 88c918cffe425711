//! A fast 64-bit fingerprint, for telling states apart; not for security.

use crate::disk::Attributes;

/// Multiply-and-rotate over 8-byte words (the scheme of Firefox's `FxHash`), with the finaliser of
/// `splitmix64`. At a million states the chance that two of them share a value is below 10⁻⁷.
#[derive(Clone, Debug)]
pub(crate) struct Fingerprint(u64);

const MULTIPLIER: u64 = 0x517c_c1b7_2722_0a95;

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(0)
    }

    pub(crate) fn of(bytes: &[u8]) -> u64 {
        let mut state = Self::new();
        state.bytes(bytes);
        state.finish()
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(MULTIPLIER);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        // Four independent lanes: one alone would wait for each multiplication.
        let mut lanes = [Self(1), Self(2), Self(3), Self(4)];
        let mut blocks = bytes.chunks_exact(32);
        for block in &mut blocks {
            for (lane, word) in lanes.iter_mut().zip(block.chunks_exact(8)) {
                lane.number(word_of(word));
            }
        }
        for lane in lanes {
            self.number(lane.0);
        }
        for word in blocks.remainder().chunks(8) {
            self.number(word_of(word));
        }
    }

    pub(crate) fn attributes(&mut self, attributes: &Attributes) {
        self.number(u64::from(attributes.mode));
        self.number((u64::from(attributes.uid) << 32) | u64::from(attributes.gid));
        for (name, value) in &attributes.xattrs {
            self.bytes(name.as_encoded_bytes());
            self.bytes(value);
        }
    }

    pub(crate) fn finish(&self) -> u64 {
        mix(self.0)
    }
}

/// Up to 8 bytes as a number.
fn word_of(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or_else(
        |_| {
            bytes
                .iter()
                .rev()
                .fold(0, |word, &byte| word << 8 | u64::from(byte))
        },
        u64::from_le_bytes,
    )
}

/// The finaliser of `splitmix64` (Steele, Lea, Flood 2014).
pub(crate) fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// `splitmix64`: a small seeded generator. The same seed gives the same exploration on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Uniform below `bound` (slightly biased, which does not matter here); 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let below = self.next().checked_rem(bound as u64).unwrap_or(0);
        usize::try_from(below).unwrap_or(0)
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
