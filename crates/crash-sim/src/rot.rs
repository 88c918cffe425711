//! Damage that no crash explains: what integrity checks are for.

use crate::device::SECTOR;

/// One act of bit rot or of a lying disk. Positions beyond the end of the file do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rot {
    /// One bit of one byte is flipped.
    Flip {
        /// Offset in bytes.
        byte: usize,
        /// 0 to 7.
        bit: u8,
    },
    /// One byte has another value.
    Set {
        /// Offset in bytes.
        byte: usize,
        /// The value.
        value: u8,
    },
    /// A 512-byte sector reads as zeros.
    Zero {
        /// Number of the sector, from 0.
        sector: usize,
    },
    /// A sector's bytes stand in another place too: a misdirected write.
    Duplicate {
        /// Number of the sector that is copied.
        from: usize,
        /// Number of the sector that is overwritten.
        to: usize,
    },
    /// Two sectors have changed places.
    Swap {
        /// Number of the one.
        one: usize,
        /// Number of the other.
        other: usize,
    },
    /// The file ends after this many bytes.
    Truncate {
        /// Bytes that are left.
        size: usize,
    },
}

impl Rot {
    pub(crate) fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Flip { byte, bit } => {
                if let Some(byte) = bytes.get_mut(byte) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Self::Set { byte, value } => {
                if let Some(byte) = bytes.get_mut(byte) {
                    *byte = value;
                }
            }
            Self::Zero { sector } => {
                let range = sector_range(bytes, sector);
                bytes[range].fill(0);
            }
            Self::Duplicate { from, to } => {
                let source = bytes[sector_range(bytes, from)].to_vec();
                put(bytes, to, &source);
            }
            Self::Swap { one, other } => {
                let first = bytes[sector_range(bytes, one)].to_vec();
                let second = bytes[sector_range(bytes, other)].to_vec();
                put(bytes, one, &second);
                put(bytes, other, &first);
            }
            Self::Truncate { size } => bytes.truncate(size),
        }
    }
}

fn sector_range(bytes: &[u8], sector: usize) -> std::ops::Range<usize> {
    let start = sector.saturating_mul(SECTOR).min(bytes.len());
    start..start.saturating_add(SECTOR).min(bytes.len())
}

fn put(bytes: &mut [u8], sector: usize, source: &[u8]) {
    let target = sector_range(bytes, sector);
    let count = target.len().min(source.len());
    bytes[target][..count].copy_from_slice(&source[..count]);
}
