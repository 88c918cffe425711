//! The first page of a segment.

use integrity::line::{self, Line};
use serde::{Deserialize, Serialize};

use crate::Lsn;
use crate::identity::Identity;
use crate::page::{self, PAGE};

const FORMAT: &str = "persist-wal/1";
const FORMAT_NAME: &str = "persist-wal/";
/// The header is found before anything is known of the segment.
const SALT: u64 = 0;

/// Sizes that a segment may have, in bytes.
pub(crate) const SIZE_MIN: u64 = 4 * PAGE as u64;
pub(crate) const SIZE_MAX: u64 = 1 << 30;

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) format: String,
    pub(crate) log: Identity,
    pub(crate) segment: Identity,
    pub(crate) previous: Identity,
    pub(crate) first: Lsn,
    pub(crate) size: u64,
    pub(crate) settled: u64,
}

/// Why there is no header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoHeader {
    /// The page does not hold what was written to it.
    Damaged,
    /// It is whole, and written by a later version.
    Newer(String),
}

/// What every version of a header says.
#[derive(Deserialize)]
struct Format {
    format: String,
}

impl Header {
    pub(crate) fn new(
        log: Identity,
        segment: Identity,
        previous: Identity,
        first: Lsn,
        size: u64,
        settled: u64,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            log,
            segment,
            previous,
            first,
            size,
            settled,
        }
    }

    /// The header as a whole page.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, integrity::Error> {
        let json = serde_json::json!(self).to_string();
        let mut bytes = Vec::with_capacity(PAGE);
        line::encode(json.as_bytes(), SALT, &mut bytes)?;
        page::fill_up(&mut bytes, 0);
        Ok(bytes)
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, NoHeader> {
        let Line::Complete { payload, .. } = line::decode(bytes, SALT, PAGE) else {
            return Err(NoHeader::Damaged);
        };
        let found: Format = serde_json::from_slice(payload).map_err(|_| NoHeader::Damaged)?;
        if found.format != FORMAT {
            return Err(if found.format.starts_with(FORMAT_NAME) {
                NoHeader::Newer(found.format)
            } else {
                NoHeader::Damaged
            });
        }
        let header: Self = serde_json::from_slice(payload).map_err(|_| NoHeader::Damaged)?;
        let sound = header.size <= SIZE_MAX + PAGE as u64
            && (PAGE as u64..header.size).contains(&header.settled);
        sound.then_some(header).ok_or(NoHeader::Damaged)
    }
}
