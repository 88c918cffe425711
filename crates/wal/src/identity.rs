//! Numbers by which logs and segments know themselves again.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The identity of a log or of a segment: 64 bits that were drawn once and never again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity(pub(crate) u64);

impl Identity {
    /// What stands before the first segment.
    pub(crate) const NONE: Self = Self(0);

    /// Draws one: from `seed` if there is one, so that a simulated run can be repeated. What is mixed in tells apart
    /// what one seed is used for.
    pub(crate) fn draw(seed: Option<u64>, mixed_in: [u64; 2]) -> Self {
        let drawn = match seed {
            // Every `RandomState` has keys of its own; std's way to chance.
            None => RandomState::new().hash_one(mixed_in),
            Some(seed) => mixed_in
                .into_iter()
                .fold(seed, |state, next| mix(state.wrapping_add(next))),
        };
        Self(drawn.max(1))
    }
}

/// One step of `SplitMix64` (Steele, Lea, Flood 2014).
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Identity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}
