//! What threads do at the same time does not get into each other's way.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crash_sim::{Device, SimFs};

use crate::scratch::{opened, small};

/// Which call gives the first segment its name.
fn naming(dir: &Path, record: &[u8]) -> u64 {
    let fs = SimFs::new(Device::default());
    let (_, log, _) = opened(&small().fs(fs.shared()), dir).unwrap();
    log.append_durable(record).unwrap();
    let trace = fs.trace().to_string();
    let mut calls = trace.lines().map(str::trim_start);
    let naming = calls.find(|call| call.contains(" rename ") && call.contains(".log"));
    let (index, _) = naming.unwrap().split_once(' ').unwrap();
    index.parse().unwrap()
}

/// Between the leader's sync of a new segment and its rename another thread appends, and needs the segment after it.
#[test]
fn a_segment_is_prepared_while_another_one_begins() {
    let dir = Path::new("/wal");
    // A segment takes one of them.
    let records = [b"1", b"2"].map(|text| text.repeat(6000));
    let fs = SimFs::new(Device::default());
    let options = small().fs(fs.shared());
    let (_, log, _) = opened(&options, dir).unwrap();
    let log = Arc::new(log);
    let told = Arc::new(Mutex::new(None));
    let (other, record, tells) = (Arc::clone(&log), records[1].clone(), Arc::clone(&told));
    fs.meanwhile(naming(dir, &records[0]), move |_| {
        *tells.lock().unwrap() = Some(other.append(&record));
    });
    assert_eq!(log.append_durable(&records[0]).unwrap().get(), 1);
    let second = told.lock().unwrap().take();
    assert_eq!(second.unwrap().unwrap().get(), 2);
    Arc::into_inner(log).unwrap().close().unwrap();
    let (found, _, _) = opened(&options, dir).unwrap();
    assert!(found.into_iter().map(|(_, payload)| payload).eq(records));
}
