//! What may be there when the program is started again, and what it must be able to do then.

use std::cell::RefCell;
use std::collections::HashSet;
use std::error::Error as _;
use std::io::ErrorKind::StorageFull;

use crash_sim::{Fate, Ledger, SimFs};
use wal::{Error, Lsn, Options, Tail, Wal};

use super::records::{Number, Size, number, number_of, payload};
use super::story::{DIR, Promise, on};

/// A log that was read, and opened if there was room for that.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) start: u64,
    pub(super) records: Vec<Number>,
    pub(super) log: Option<Wal>,
    tail: Tail,
}

fn said(error: &Error) -> String {
    format!("{error}: {:?}", error.source())
}

fn is_full(error: &Error) -> bool {
    match error {
        Error::Io { source, .. } | Error::NoRoom { source, .. } => source.kind() == StorageFull,
        _ => false,
    }
}

pub(super) fn read(fs: &SimFs, options: &Options) -> Result<Found, String> {
    read_through(&on(fs, options))
}

pub(super) fn read_through(options: &Options) -> Result<Found, String> {
    let mut replay = options.open(DIR).map_err(|error| said(&error))?;
    let start = replay.start().get();
    let mut records = Vec::new();
    while let Some(record) = replay.next().map_err(|error| said(&error))? {
        let expected = start + records.len() as u64;
        if record.lsn.get() != expected {
            return Err(format!(
                "record {} stands where {expected} should",
                record.lsn
            ));
        }
        records.push(number_of(record.payload)?);
    }
    let (log, tail) = match replay.finish() {
        Ok((log, tail)) => (Some(log), tail),
        Err(error) if is_full(&error) => (None, Tail::Clean),
        Err(error) => return Err(said(&error)),
    };
    Ok(Found {
        start,
        records,
        log,
        tail,
    })
}

pub(super) fn below(start: u64) -> usize {
    usize::try_from(start - 1).unwrap()
}

/// Whether a log that begins with `start` may hold these records: what was acknowledged last, or something begun later.
pub(super) fn is_allowed(
    ledger: &Ledger<Promise>,
    before: &[Number],
    start: u64,
    found: &[Number],
) -> Result<(), String> {
    let as_records = |promise: &Promise| match promise {
        Promise::Records(records) => Some(records.clone()),
        _ => None,
    };
    let last = ledger.acknowledged().iter().rev().find_map(as_records);
    let since = last.as_ref().and_then(|last| {
        let begun = ledger.begun().iter();
        begun
            .rev()
            .position(|begun| as_records(begun).as_ref() == Some(last))
    });
    let since = since.map_or(0, |behind| ledger.begun().len() - behind - 1);
    let begun = ledger.begun()[since..].iter().filter_map(as_records);
    let mut allowed: Vec<Vec<Number>> = last.into_iter().chain(begun).collect();
    if since == 0 {
        allowed.push(before.to_vec());
    }
    if !allowed
        .iter()
        .any(|records| records.get(below(start)..) == Some(found))
    {
        return Err(format!("from {start} on {found:?}, not one of {allowed:?}"));
    }
    let starts = |promises: &[Promise]| -> Vec<u64> {
        let starts = promises.iter().filter_map(|promise| match promise {
            Promise::Start(start) => Some(*start),
            _ => None,
        });
        starts.collect()
    };
    let at_least = starts(ledger.acknowledged()).into_iter().max().unwrap_or(1);
    if start < at_least || start > 1 && !starts(ledger.begun()).contains(&start) {
        return Err(format!("begins with {start}, truncated below {at_least}"));
    }
    let is_refused = |number: &&Number| ledger.acknowledged().contains(&Promise::Refused(**number));
    match found.iter().find(is_refused) {
        Some(number) => Err(format!("{number} is there, and was refused")),
        None => Ok(()),
    }
}

/// The restarts of one exploration.
#[derive(Debug)]
pub(super) struct Restart<'a> {
    options: &'a Options,
    /// What the log held before the story.
    before: &'a [Number],
    /// Machines from which a log with these records has been gone on with: most crashes end in one of few.
    gone_on: RefCell<HashSet<(u64, u64, Vec<Number>)>>,
}

impl<'a> Restart<'a> {
    pub(super) fn new(options: &'a Options, before: &'a [Number]) -> Self {
        Self {
            options,
            before,
            gone_on: RefCell::default(),
        }
    }

    /// What is there is allowed; opened again it is the same; and the log goes on, whatever became of the crash.
    pub(super) fn check(
        &self,
        fs: &SimFs,
        ledger: &Ledger<Promise>,
    ) -> Result<(u64, Vec<Number>), String> {
        let broken = ledger.begun().iter().find_map(|promise| match promise {
            Promise::Broken(why) => Some(why.clone()),
            _ => None,
        });
        if let Some(why) = broken {
            return Err(why);
        }
        let Found {
            start,
            records,
            log,
            ..
        } = read(fs, self.options)?;
        is_allowed(ledger, self.before, start, &records)?;
        // Killed, not closed: the next one has to find everything out again.
        fs.kill();
        drop(log);
        let left = fs
            .fingerprint()
            .ok_or("somebody is left who waits or holds a lock")?;
        let left = (left, start, records);
        let is_new = !self.gone_on.borrow().contains(&left);
        if is_new {
            goes_on(&fs.fork().process(), self.options, start, &left.2)
                .map_err(|why| format!("going on: {why}"))?;
            self.gone_on.borrow_mut().insert(left.clone());
        }
        Ok((start, left.2))
    }
}

/// What is appended after the restart survives a power loss that takes all it can, with everything before it.
fn goes_on(fs: &SimFs, options: &Options, start: u64, records: &[Number]) -> Result<(), String> {
    let found = read(fs, options)?;
    // What was cut is cut once.
    if (found.start, &*found.records, &found.tail) != (start, records, &Tail::Clean) {
        return Err(format!("opened again: {found:?}, after {records:?}"));
    }
    let Some(log) = found.log else { return Ok(()) };
    // Truncates nothing, but removes what an earlier truncation has left.
    log.truncate_before(Lsn::new(start).unwrap())
        .map_err(|error| said(&error))?;
    let next = number(1000, Size::Short);
    let mut expected = records.to_vec();
    match log.append_durable(&payload(next)) {
        Ok(lsn) if lsn.get() == start + records.len() as u64 => expected.push(next),
        Ok(lsn) => return Err(format!("goes on with {lsn} after {records:?}")),
        Err(error) if is_full(&error) => {}
        Err(error) => return Err(said(&error)),
    }
    let after = read(&fs.power_loss(&Fate::nothing()), options)?;
    if (after.start, &after.records) != (start, &expected) {
        return Err(format!("{expected:?} did not survive, but {after:?}"));
    }
    Ok(())
}
