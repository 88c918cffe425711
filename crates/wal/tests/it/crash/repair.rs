//! Repairing a damaged log, with crashes inside, and crashes inside the repair of what those have left.

use std::path::Path;

use crash_sim::{Device, Explore, Ledger, Rot, SimFs};
use vfs::Fs;
use wal::ErrorKind;

use super::records::{Number, Size, number};
use super::restart::Restart;
use super::story::{DIR, Promise, Story, on, written};
use crate::scratch::small;

/// Whether a repair cuts this log: it is damaged, and once a repair was acknowledged it must not be.
fn repaired(fs: &SimFs, ledger: &Ledger<Promise>) -> Result<(), String> {
    let opened = on(fs, &small()).open(DIR).and_then(wal::Replay::finish);
    let Err(error) = opened else { return Ok(()) };
    let was_repaired = ledger
        .acknowledged()
        .iter()
        .any(|promise| matches!(promise, Promise::Records(_)));
    if error.kind() != ErrorKind::Damaged || was_repaired {
        return Err(format!("before the repair: {error}"));
    }
    match on(fs, &small()).repair(DIR) {
        Ok(Some(_)) => Ok(()),
        other => Err(format!("the repair: {other:?}")),
    }
}

/// No record is gone, whatever was put aside.
fn is_kept(fs: &SimFs, records: &[Number]) -> Result<(), String> {
    let mut all = Vec::new();
    let names = fs
        .read_dir(Path::new(DIR))
        .map_err(|error| error.to_string())?;
    for name in names {
        let read = (fs as &dyn Fs).read(&Path::new(DIR).join(name), 1 << 20);
        all.extend(read.map_err(|error| error.to_string())?);
    }
    let all = String::from_utf8_lossy(&all);
    match records
        .iter()
        .find(|number| !all.contains(&format!(" {number:05} {number:05}")))
    {
        Some(number) => Err(format!("record {number} is in no file any more")),
        None => Ok(()),
    }
}

/// Six records in three segments; damage in one of them, of which a repair leaves the first `left`.
fn explore(segment: u64, byte: usize, left: usize) {
    let records: Vec<Number> = (1..=6)
        .map(|count| number(count, Size::FirstPage))
        .collect();
    let setup = |fs: &SimFs| {
        written(fs, &small(), &records);
        let path = format!("{DIR}/{segment:020}.log");
        fs.rot(Path::new(&path), Rot::Flip { byte, bit: 0 })
            .unwrap();
    };
    let options = small();
    for device in [
        Device::default(),
        Device::default().no_power_safe_overwrite(),
    ] {
        let restart = Restart::new(&options, &records[..left]);
        let check = |fs: &SimFs, ledger: &Ledger<Promise>| {
            repaired(fs, ledger)?;
            is_kept(fs, &records)?;
            // The handle that has looked is gone, and its lock with it.
            restart.check(&fs.process(), ledger)
        };
        let result = Explore::new(device).fates(8).setup(setup).run(
            |fs, ledger| {
                let mut story = Story::new(fs, ledger, small(), &records[..left]);
                story.repair();
                story.open();
                story.append_durable(Size::Short);
            },
            check,
        );
        result.unwrap_or_else(|failure| panic!("{failure}"));
    }
}

/// What stands before the damage survives the repair, and what is cut is kept.
#[test]
fn of_a_record_in_the_middle() {
    explore(3, 4096 + 100, 2);
}

/// The groups of a segment that stand before the damage stay where they are.
#[test]
fn of_a_segment_that_is_kept() {
    explore(3, 8192 + 100, 3);
}

/// A segment whose header is damaged is put aside whole.
#[test]
fn of_a_header() {
    explore(3, 10, 2);
}

/// The first segment of a log may be the damaged one: then nothing is left of the log but its name.
#[test]
fn of_the_first_header() {
    explore(1, 10, 0);
}
