//! What a crash does to each pending operation.

use std::fmt;
use std::str::FromStr;

/// What becomes of one pending operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Keep {
    Drop,
    All,
    /// Of a data operation: the sectors of its block whose bits are set.
    Sectors(u8),
    /// Of a data operation: the first so many bytes.
    Prefix(u16),
    /// Of a data operation: all but the first so many bytes.
    Suffix(u16),
    /// Of a data operation, without power-safe overwrite: its whole block is noise.
    Noise,
}

impl Keep {
    /// A number of its own for each value.
    pub(crate) fn code(self) -> u64 {
        match self {
            Self::Drop => 0,
            Self::All => 1,
            Self::Noise => 2,
            Self::Sectors(mask) => 1 << 16 | u64::from(mask),
            Self::Prefix(bytes) => 2 << 16 | u64::from(bytes),
            Self::Suffix(bytes) => 3 << 16 | u64::from(bytes),
        }
    }
}

/// What stands in bytes that the surviving size includes and no surviving write covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Gap {
    Zeros,
    Noise,
    /// Bytes of another file, as in a block that was used before.
    Stale,
}

/// What a power loss leaves of the operations that were not durable.
///
/// Take [`Fate::nothing`] or [`Fate::everything`] for the two ends, [`Fate::seeded`] for something in between; an
/// exploration prints exact ones, which [`FromStr`] reads back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate(pub(crate) FateKind);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FateKind {
    Uniform(Keep),
    Seeded(u64),
    Exact(Exact),
}

/// One decision per pending operation, in program order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Exact {
    pub(crate) keeps: Vec<Keep>,
    pub(crate) gap: Gap,
}

impl Fate {
    /// Only what was durable for certain survives.
    pub fn nothing() -> Self {
        Self(FateKind::Uniform(Keep::Drop))
    }

    /// Everything survives, as if all had just been synced.
    pub fn everything() -> Self {
        Self(FateKind::Uniform(Keep::All))
    }

    /// Some operations survive, some in part; which ones is drawn from the seed.
    pub fn seeded(seed: u64) -> Self {
        Self(FateKind::Seeded(seed))
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drop => f.write_str("D"),
            Self::All => f.write_str("A"),
            Self::Sectors(mask) => write!(f, "S{mask}"),
            Self::Prefix(bytes) => write!(f, "P{bytes}"),
            Self::Suffix(bytes) => write!(f, "X{bytes}"),
            Self::Noise => f.write_str("N"),
        }
    }
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is not a fate of one operation");
        let number = |text: &str| text.parse::<u16>().map_err(|_| bad());
        match text.split_at_checked(1).ok_or_else(bad)? {
            ("D", "") => Ok(Self::Drop),
            ("A", "") => Ok(Self::All),
            ("N", "") => Ok(Self::Noise),
            ("S", mask) => mask.parse().map(Self::Sectors).map_err(|_| bad()),
            ("P", bytes) => number(bytes).map(Self::Prefix),
            ("X", bytes) => number(bytes).map(Self::Suffix),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.gap {
            Gap::Zeros => "zeros",
            Gap::Noise => "noise",
            Gap::Stale => "stale",
        })?;
        for keep in &self.keeps {
            write!(f, ",{keep}")?;
        }
        Ok(())
    }
}

impl FromStr for Exact {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',');
        let gap = match parts.next() {
            Some("zeros") => Gap::Zeros,
            Some("noise") => Gap::Noise,
            Some("stale") => Gap::Stale,
            _ => {
                return Err(format!(
                    "{text:?} does not begin with zeros, noise or stale"
                ));
            }
        };
        Ok(Self {
            keeps: parts.map(str::parse).collect::<Result<_, _>>()?,
            gap,
        })
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            FateKind::Uniform(Keep::Drop) => f.write_str("nothing"),
            FateKind::Uniform(_) => f.write_str("everything"),
            FateKind::Seeded(seed) => write!(f, "seed={seed}"),
            FateKind::Exact(exact) => exact.fmt(f),
        }
    }
}

impl FromStr for Fate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("seed=")) {
            ("nothing", _) => Ok(Self::nothing()),
            ("everything", _) => Ok(Self::everything()),
            (_, Some(seed)) => seed
                .parse()
                .map(Self::seeded)
                .map_err(|_| format!("{seed:?} is not a seed")),
            _ => text.parse().map(|exact| Self(FateKind::Exact(exact))),
        }
    }
}
