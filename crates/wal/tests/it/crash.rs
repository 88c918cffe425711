//! The log through kills, faults and power loss.

use std::path::Path;

use crate::scratch::{opened, small};
use crash_sim::{Device, Explore, Ledger, SimFs};
use wal::{Lsn, Options, Tail, Wal};

const DIR: &str = "/state/wal";

fn on(fs: &SimFs) -> Options {
    small().fs(fs.shared())
}

/// A record of a length that makes groups of one page and of several, which says which one it is.
fn record(number: u64) -> Vec<u8> {
    let len = [5, 40, 300, 4200][usize::try_from(number % 4).unwrap()];
    let mut text = format!("{number} ");
    while text.len() < len {
        text.push_str("abcdefgh");
    }
    text.into_bytes()
}

fn check(fs: &SimFs, ledger: &Ledger<u64>) -> Result<Vec<Lsn>, String> {
    let (records, log, _tail) = opened(&on(fs), Path::new(DIR))
        .map_err(|error| format!("{error}: {:?}", std::error::Error::source(&error)))?;
    let acknowledged = ledger.acknowledged().iter().max().copied().unwrap_or(0);
    let begun = ledger.begun().iter().max().copied().unwrap_or(0);
    let found = records.last().map_or(0, |(lsn, _)| lsn.get());
    for (lsn, payload) in &records {
        if *payload != record(lsn.get()) {
            return Err(format!(
                "record {lsn} is {:?}",
                String::from_utf8_lossy(payload)
            ));
        }
    }
    if found < acknowledged || found > begun {
        return Err(format!(
            "{found} records, {acknowledged} acknowledged, {begun} begun"
        ));
    }
    let lsns = records.into_iter().map(|(lsn, _)| lsn).collect();
    drop(log);
    goes_on(&fs.fork(), found)?;
    Ok(lsns)
}

/// What is appended after the restart is there after the next one.
fn goes_on(fs: &SimFs, found: u64) -> Result<(), String> {
    let said =
        |error: wal::Error| format!("going on: {error}: {:?}", std::error::Error::source(&error));
    let (records, log, tail) = opened(&on(fs), Path::new(DIR)).map_err(said)?;
    if records.last().map_or(0, |(lsn, _)| lsn.get()) != found || tail != Tail::Clean {
        return Err(format!("{found} records, then {}, {tail:?}", records.len()));
    }
    let next = log.append_durable(&record(found + 1)).map_err(said)?;
    if next.get() != found + 1 {
        return Err(format!("goes on with {next} after {found}"));
    }
    drop(log);
    let (records, _, tail) = opened(&on(fs), Path::new(DIR)).map_err(said)?;
    if records.last().map(|(lsn, _)| lsn.get()) != Some(found + 1) || tail != Tail::Clean {
        return Err(format!(
            "{} records after one more than {found}, {tail:?}",
            records.len()
        ));
    }
    Ok(())
}

/// Appends `count` records, each acknowledged by itself. What fails is not tried again with this handle.
fn append(log: &Wal, ledger: &mut Ledger<u64>, count: u64) {
    for _ in 0..count {
        let number = log.stats().next.get();
        ledger.promise(number, || log.append_durable(&record(number)));
    }
}

fn reopen(fs: &SimFs) -> Option<Wal> {
    opened(&on(fs), Path::new(DIR)).ok().map(|(_, log, _)| log)
}

#[test]
fn an_acknowledged_record_survives() {
    let result = Explore::new(Device::default()).run(
        |fs, ledger| {
            let Some(log) = reopen(fs) else { return };
            append(&log, ledger, 6);
        },
        check,
    );
    match result {
        Ok(coverage) => println!("{coverage}"),
        Err(failure) => panic!("{failure}"),
    }
}
