//! A log on a disk that fails or is full.

use std::error::Error as _;
use std::path::Path;

use crash_sim::{Device, Fault, SimFs};
use wal::{ErrorKind, Lsn, Tail};

use crate::scratch::{opened, small};

const DIR: &str = "/wal";

#[test]
fn the_first_failure_is_the_last_and_reopening_is_the_way_out() {
    for fault in [Fault::Io, Fault::NoSpace, Fault::SyncedButFailed] {
        // The write of a group, and its sync.
        for call in 0..2 {
            let fs = SimFs::new(Device::default());
            let options = small().fs(fs.shared());
            let (_, log, _) = opened(&options, Path::new(DIR)).unwrap();
            log.append_durable(b"one").unwrap();
            fs.inject(fs.now() + call, fault);
            let Err(error) = log.append_durable(b"two") else {
                // A fault for syncs alone.
                assert_eq!((fault, call), (Fault::SyncedButFailed, 0));
                continue;
            };
            assert_eq!(error.kind(), ErrorKind::Failed);
            assert!(error.to_string().contains("open the log again"), "{error}");
            let calls = fs.now();
            for again in [
                log.append(b"three").map(drop),
                log.sync(),
                log.append_durable(b"four").map(drop),
                log.rotate().map(drop),
            ] {
                let again = again.unwrap_err();
                assert_eq!(again.kind(), ErrorKind::Failed);
                assert_eq!(
                    again.source().unwrap().to_string(),
                    error.source().unwrap().to_string()
                );
            }
            assert_eq!(fs.now(), calls, "nothing is tried again");
            drop(log);

            let (records, log, tail) = opened(&options, Path::new(DIR)).unwrap();
            assert!(matches!(records.len(), 1 | 2), "whole or absent");
            assert_eq!(tail, Tail::Clean);
            log.append_durable(b"goes on").unwrap();
        }
    }
}

#[test]
fn a_full_disk_shows_before_a_record_is_accepted() {
    // Room for two segments, and half of a third.
    let fs = SimFs::new(Device::default().capacity(16384 * 2 + 8192));
    let options = small().fs(fs.shared());
    let (_, log, _) = opened(&options, Path::new(DIR)).unwrap();
    let payload = [b'x'; 5000];
    for _ in 0..2 {
        log.append_durable(&payload).unwrap();
    }
    for _ in 0..3 {
        let error = log.append(&payload).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoRoom);
        assert!(error.source().is_some());
    }
    assert_eq!(log.stats().next, Lsn::new(3).unwrap());
    log.sync().unwrap();
    // There is room once something is given up.
    log.truncate_before(Lsn::new(2).unwrap()).unwrap();
    assert_eq!(log.append_durable(&payload).unwrap().get(), 3);
    log.close().unwrap();
    let (records, _, tail) = opened(&options, Path::new(DIR)).unwrap();
    assert_eq!((records.len(), tail), (2, Tail::Clean));
}

#[test]
fn a_log_that_may_not_be_written_can_be_followed() {
    let fs = SimFs::new(Device::default());
    let (_, log, _) = opened(&small().fs(fs.shared()), Path::new(DIR)).unwrap();
    log.append_durable(b"here").unwrap();
    drop(log);
    let mut follow = small().fs(fs.shared()).follow(DIR, Lsn::FIRST).unwrap();
    assert_eq!(follow.next().unwrap().unwrap().payload, b"here");
    assert_eq!(follow.next().unwrap(), None);
}
