//! Looking a log through without opening it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::{Chain, LastMark};
use crate::layout::{self, Listing};
use crate::{Error, Lsn, Options};

/// What is in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// The first record that was not truncated.
    pub start: Lsn,
    /// The record that will be appended next.
    pub next: Lsn,
    /// Every segment with records, in order.
    pub segments: Vec<SurveyedSegment>,
    /// Whether it was closed: if not, it is in use, or was left by a crash.
    pub is_closed: bool,
    /// What opening will cut as a torn tail: where it begins in the last segment, and its bytes. In a log that is in use it may be a
    /// group that is just being written.
    pub torn: Option<(u64, u64)>,
}

/// What is in a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurveyedSegment {
    /// The file.
    pub path: PathBuf,
    /// Its first record, which may have been truncated.
    pub first: Lsn,
    /// Records in it that count, truncated ones included.
    pub records: u64,
    /// Groups in it that count: one write and one sync each.
    pub groups: u64,
    /// Bytes of the payloads of records that were not truncated.
    pub payload: u64,
}

/// Reads every byte that counts. Damage is an error.
pub(crate) fn survey(options: &Options, dir: &Path) -> Result<Survey, Error> {
    let mut said = None;
    loop {
        let error = match look(options, dir) {
            Ok(survey) => return Ok(survey),
            Err(error) => error,
        };
        // What a writer finishes or removes between two reads looks wrong, but not twice: it has gone on by then.
        let again = error.to_string();
        if said.as_ref() == Some(&again) {
            return Err(error);
        }
        said = Some(again);
    }
}

fn look(options: &Options, dir: &Path) -> Result<Survey, Error> {
    let listing = Listing::read(&*options.fs, dir)?;
    let failed = |source| Error::io(dir, "looking for a log", source);
    let lock = options.fs.find(&dir.join(layout::LOCK)).map_err(failed)?;
    if listing.is_empty() && lock.is_none() {
        return Err(failed(std::io::ErrorKind::NotFound.into()));
    }
    let start = listing.start();
    let mut chain = Chain::new(Arc::clone(&options.fs), dir.to_owned(), &listing, start)?;
    let mut segments: Vec<SurveyedSegment> = Vec::new();
    while chain.next_group()? {
        let Some((first, group)) = chain.place() else {
            break;
        };
        if segments.last().is_none_or(|last| last.first != first) {
            segments.push(SurveyedSegment {
                path: layout::segment(dir, first),
                first,
                records: 0,
                groups: 0,
                payload: 0,
            });
        }
        let mut payload = 0;
        let mut next = group;
        while chain.step() {
            if let Some(record) = chain.record() {
                next = record.lsn.plus(1);
                if record.lsn >= start {
                    payload += record.payload.len() as u64;
                }
            }
        }
        if let Some(segment) = segments.last_mut() {
            segment.records += next.since(group);
            segment.groups += 1;
            segment.payload += payload;
        }
    }
    let end = chain.into_end()?;
    Ok(Survey {
        start,
        next: end.next,
        segments,
        is_closed: matches!(end.mark, LastMark::Closing(_)),
        torn: end.torn,
    })
}
