//! A log of small numbers in one file, with switchable bugs.
//!
//! Two sectors of headers, of which the valid one with the higher turn counts; then records, each from a sector of its own on: length,
//! checksum over identity, position and payload, payload. To begin anew is to write a header with another identity.

use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use crash_sim::SimFs;
use vfs::{File, Fs, OpenOptions};

pub(super) const PATH: &str = "/toy";
const SECTOR: usize = 512;
const RECORDS: usize = 2 * SECTOR;
/// Bytes of a record's payload: some more than a sector.
const LEN: u32 = 600;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bug {
    /// A record of an earlier use of the file passes for one of this.
    NoIdentity,
    /// The length is used before anything says that it was written.
    LengthTrusted,
    /// The first record that does not read is taken for the end, whatever stands behind it.
    SilentStop,
    /// There is one header, and it is overwritten.
    HeaderInPlace,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Toy {
    pub(super) bug: Option<Bug>,
}

impl Toy {
    /// Begins anew in the same file.
    pub(super) fn begin(self, fs: &SimFs) -> Result<()> {
        let turn = turn(&bytes(fs)?) + 1;
        self.write_header(&*open(fs)?, turn)
    }

    pub(super) fn append(self, fs: &SimFs, record: u16) -> Result<()> {
        let file = open(fs)?;
        let mut bytes = bytes(fs)?;
        if turn(&bytes) == 0 {
            // What stands in a place that was never written is anybody's guess.
            file.write_all_at(&[0; RECORDS], 0)?;
            self.write_header(&*file, 1)?;
            fs.sync_dir(Path::new("/"))?;
            bytes.resize(RECORDS, 0);
        }
        let turn = turn(&bytes).max(1);
        let (found, end) = self.records(&bytes, turn);
        let payload = record.to_le_bytes().repeat(LEN as usize / 2);
        let mut line = LEN.to_le_bytes().to_vec();
        line.extend(self.checksum(turn, found.len(), &payload).to_le_bytes());
        line.extend(payload);
        file.write_all_at(&line, end as u64)?;
        file.sync_data()
    }

    /// The records, or that it is damaged.
    pub(super) fn read(self, fs: &SimFs) -> Result<Vec<u16>> {
        let bytes = bytes(fs)?;
        let turn = turn(&bytes);
        match turn {
            0 if bytes.is_empty() => return Ok(Vec::new()),
            0 => return Err(Error::other("there is no header")),
            _ => {}
        }
        let (found, end) = self.records(&bytes, turn);
        let is_record = |(at, index)| self.record(&bytes, turn, at, index).is_some();
        let later = (end..bytes.len())
            .step_by(SECTOR)
            .flat_map(|at| (found.len()..8).map(move |index| (at, index)));
        if self.bug != Some(Bug::SilentStop) && later.into_iter().any(is_record) {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(found)
    }

    /// Everything from the first record to the first place where there is none, and that place.
    fn records(self, bytes: &[u8], turn: u32) -> (Vec<u16>, usize) {
        let (mut found, mut at) = (Vec::new(), RECORDS);
        while let Some(payload) = self.record(bytes, turn, at, found.len()) {
            found.push(u16::from_le_bytes([payload[0], payload[1]]));
            at += (8 + payload.len()).next_multiple_of(SECTOR);
        }
        (found, at)
    }

    fn record(self, bytes: &[u8], turn: u32, at: usize, index: usize) -> Option<&[u8]> {
        let len = number(bytes, at)? as usize;
        let payload = if self.bug == Some(Bug::LengthTrusted) {
            &bytes[at + 8..at + 8 + len]
        } else {
            bytes.get(at + 8..(at + 8).checked_add(len)?)?
        };
        let is_whole = len > 1 && number(bytes, at + 4)? == self.checksum(turn, index, payload);
        is_whole.then_some(payload)
    }

    fn checksum(self, turn: u32, index: usize, payload: &[u8]) -> u32 {
        let identity = if self.bug == Some(Bug::NoIdentity) {
            0
        } else {
            turn
        };
        let crc = crc32c::crc32c(&identity.to_le_bytes());
        let crc = crc32c::crc32c_append(crc, &index.to_le_bytes());
        crc32c::crc32c_append(crc, payload)
    }

    fn write_header(self, file: &dyn File, turn: u32) -> Result<()> {
        let mut header = turn.to_le_bytes().to_vec();
        header.extend(crc32c::crc32c(&header).to_le_bytes());
        let slot = if self.bug == Some(Bug::HeaderInPlace) {
            0
        } else {
            turn % 2
        };
        file.write_all_at(&header, u64::from(slot) * SECTOR as u64)?;
        file.sync_data()
    }
}

/// What the header says; 0 if there is none.
fn turn(bytes: &[u8]) -> u32 {
    let of = |at| {
        let turn = number(bytes, at)?;
        (number(bytes, at + 4)? == crc32c::crc32c(&turn.to_le_bytes())).then_some(turn)
    };
    of(0).max(of(SECTOR)).unwrap_or(0)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(field.try_into().ok()?))
}

fn open(fs: &SimFs) -> Result<Box<dyn File>> {
    fs.open(Path::new(PATH), &OpenOptions::read_write().or_create())
}

/// Makes durable what is there.
pub(super) fn sync(fs: &SimFs) -> Result<()> {
    open(fs)?.sync_data()
}

fn bytes(fs: &SimFs) -> Result<Vec<u8>> {
    match (fs as &dyn Fs).read(Path::new(PATH), 1 << 20) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(Error::other),
    }
}
