//! A program that uses a log, and what it is told.

use std::sync::Arc;

use crash_sim::{Fault, Ledger, SimFs};
use vfs::Fs;
use wal::{Error, ErrorKind, Lsn, Options, Wal};

use super::records::{Number, Size, number, payload};
use super::restart::{Found, below, is_allowed, read, read_through};
use crate::scratch::small;

pub(super) const DIR: &str = "/state/wal";

/// What a program was told of its log.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Promise {
    /// These are all records that the log ever had, from the first one on, truncated or not.
    Records(Vec<Number>),
    /// The log begins with this record.
    Start(u64),
    /// This record is not there, and never will be.
    Refused(Number),
    /// A promise was broken while the program ran.
    Broken(String),
}

/// The log on this machine, for this process.
pub(super) fn on(fs: &SimFs, options: &Options) -> Options {
    options.clone().fs(fs.shared())
}

/// What a log sees of a machine: a canary's file system does not do all that it is asked for.
pub(super) type View = fn(&SimFs) -> Arc<dyn Fs>;

/// Segments with room for a group of one page and one of three.
pub(super) fn roomy() -> Options {
    small().segment_size(6 * 4096)
}

/// The program.
#[derive(Debug)]
pub(super) struct Story<'l> {
    fs: SimFs,
    ledger: &'l mut Ledger<Promise>,
    options: Options,
    view: View,
    log: Option<Wal>,
    /// What the log holds if all that was begun is there.
    records: Vec<Number>,
    /// What it held before the story.
    before: Vec<Number>,
    count: u16,
}

impl<'l> Story<'l> {
    /// A program that has not opened its log yet. What the setup has put there are the records of `before`.
    pub(super) fn new(
        fs: &SimFs,
        ledger: &'l mut Ledger<Promise>,
        options: Options,
        before: &[Number],
    ) -> Self {
        Self {
            fs: fs.clone(),
            ledger,
            options,
            view: SimFs::shared,
            log: None,
            records: before.to_vec(),
            before: before.to_vec(),
            count: u16::try_from(before.len()).unwrap(),
        }
    }

    /// The same program on another file system.
    pub(super) fn seeing(mut self, view: View) -> Self {
        self.view = view;
        self
    }

    /// Opens the log, unless it fails. What is read then is durable, and must be allowed as it would be after a crash.
    pub(super) fn open(&mut self) {
        let Ok(Found {
            start,
            records,
            log,
            ..
        }) = read_through(&self.options.clone().fs((self.view)(&self.fs)))
        else {
            return; // a fault, or the process is dead
        };
        if let Err(why) = is_allowed(self.ledger, &self.before, start, &records) {
            self.broken(format!("opened in the story: {why}"));
        }
        self.records.truncate(below(start));
        self.records.extend(records);
        self.log = log;
        if self.log.is_some() {
            self.promise_records();
            self.acknowledge_records();
        }
    }

    fn broken(&mut self, why: String) {
        self.ledger.begin(Promise::Broken(why));
    }

    fn promise_records(&mut self) {
        self.ledger.begin(Promise::Records(self.records.clone()));
    }

    fn acknowledge_records(&mut self) {
        self.ledger
            .acknowledge(Promise::Records(self.records.clone()));
    }

    fn next_record(&mut self, size: Size) -> Number {
        self.count += 1;
        number(self.count, size)
    }

    /// Appends a batch, to be durable when it returns if `durable` says so.
    fn take(&mut self, sizes: &[Size], durable: bool) {
        let numbers: Vec<Number> = sizes.iter().map(|&size| self.next_record(size)).collect();
        let payloads: Vec<Vec<u8>> = numbers.iter().map(|&number| payload(number)).collect();
        let Some(log) = &self.log else { return };
        let expected = self.records.len() + 1;
        self.records.extend(&numbers);
        self.ledger.begin(Promise::Records(self.records.clone()));
        match log.append_batch(&payloads) {
            Ok(lsns) => {
                if lsns.start.get() != expected as u64 {
                    self.broken(format!("appended as {}, not {expected}", lsns.start));
                }
                if durable {
                    self.sync();
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::NoRoom | ErrorKind::TooLarge) => {
                self.records.truncate(expected - 1);
                for number in numbers {
                    self.ledger.acknowledge(Promise::Refused(number));
                }
            }
            Err(_) => {} // in doubt
        }
    }

    pub(super) fn append(&mut self, size: Size) {
        self.take(&[size], false);
    }

    pub(super) fn append_durable(&mut self, size: Size) {
        self.take(&[size], true);
    }

    pub(super) fn batch(&mut self, sizes: &[Size]) {
        self.take(sizes, true);
    }

    pub(super) fn sync(&mut self) {
        let Some(log) = &self.log else { return };
        let done = log.sync();
        self.settled(&done);
    }

    pub(super) fn rotate(&mut self) {
        let Some(log) = &self.log else { return };
        let done = log.rotate().map(drop);
        self.settled(&done);
    }

    /// Everything is durable, or the log has failed and stays so.
    fn settled(&mut self, done: &Result<(), Error>) {
        let Some(log) = &self.log else { return };
        match done {
            Ok(()) => self.acknowledge_records(),
            Err(_) if log.append(b"").is_ok() || log.sync().is_ok() => {
                self.broken("a log that has failed goes on".to_owned());
            }
            Err(_) => {}
        }
    }

    /// Gives up all but the last `keep` records.
    pub(super) fn truncate(&mut self, keep: usize) {
        let Some(log) = &self.log else { return };
        let kept = self.records.len().saturating_sub(keep) as u64 + 1;
        let to = log.stats().durable.get().min(kept);
        self.ledger.begin(Promise::Start(to));
        if log.truncate_before(Lsn::new(to).unwrap()).is_ok() {
            self.ledger.acknowledge(Promise::Start(to));
        }
    }

    pub(super) fn repair(&mut self) {
        self.promise_records();
        if on(&self.fs, &self.options).repair(DIR).is_ok() {
            self.acknowledge_records();
        }
    }

    pub(super) fn close(&mut self) {
        let Some(log) = self.log.take() else { return };
        if log.close().is_ok() {
            self.acknowledge_records();
        }
    }

    /// The process is killed, and the program is started again, on the machine that is still up.
    pub(super) fn restart(&mut self) {
        self.fs.kill();
        self.log = None;
        self.fs = self.fs.process();
        self.open();
    }
}

/// Writes a log of these records, each durable for itself, and closes it.
pub(super) fn written(fs: &SimFs, options: &Options, records: &[Number]) {
    let log = read(fs, options).unwrap().log.unwrap();
    for &number in records {
        log.append_durable(&payload(number)).unwrap();
    }
    log.close().unwrap();
}

/// Opens the log, and appends a batch that meets a fault at one of its calls.
pub(super) fn appended(fs: &SimFs, options: &Options, batch: &[Number], call: u64, fault: Fault) {
    let log = read(fs, options).unwrap().log.unwrap();
    let payloads: Vec<Vec<u8>> = batch.iter().map(|&number| payload(number)).collect();
    log.append_batch(&payloads).unwrap();
    fs.inject(fs.now() + call, fault);
    assert!(log.sync().is_err());
}
