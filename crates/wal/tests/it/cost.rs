//! What an append costs: system calls, and allocations.

use std::path::Path;

use allocation_counter::measure;
use crash_sim::{Device, SimFs};
use wal::{Background, Lsn, Options, Wal};

use crate::scratch::{log_dir, opened};

/// A log in whose segment there is room for all that a test appends.
fn roomy(options: &Options, dir: &Path) -> Wal {
    let (_, log, _) = opened(&options.clone().segment_size(1 << 24), dir).unwrap();
    for _ in 0..10 {
        log.append_durable(&[b'x'; 128]).unwrap();
    }
    log
}

#[test]
fn an_append_allocates_nothing() {
    let (_keep, dir) = log_dir();
    let log = roomy(&Options::new(), &dir);
    let counted = measure(|| {
        for _ in 0..500 {
            log.append(&[b'x'; 128]).unwrap();
            log.append_durable(&[b'x'; 128]).unwrap();
        }
        log.append_batch(&[[b'x'; 128]; 16]).unwrap();
        log.sync().unwrap();
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn nor_does_one_in_a_segment_that_was_begun_with_a_small_group() {
    let (_keep, dir) = log_dir();
    let log = roomy(&Options::new(), &dir);
    log.rotate().unwrap();
    log.append_durable(b"the first").unwrap();
    // There are two buffers.
    for _ in 0..2 {
        let counted = measure(|| {
            for _ in 0..500 {
                log.append(&[b'x'; 128]).unwrap();
            }
            log.sync().unwrap();
        });
        assert_eq!(counted.count_total, 0);
    }
}

/// What one large batch took is given back.
#[test]
fn a_large_batch_does_not_hold_its_memory() {
    let (_keep, dir) = log_dir();
    let log = roomy(&Options::new(), &dir);
    let large = [vec![b'x'; 4 << 20]];
    let counted = measure(|| {
        log.append_batch(&large).unwrap();
        log.sync().unwrap();
        log.append_durable(b"next").unwrap();
    });
    assert!(counted.count_total > 0);
    assert!(counted.bytes_current < 1 << 19, "{counted:?}");
}

#[test]
fn nor_does_one_of_many_threads() {
    let (_keep, dir) = log_dir();
    let log = roomy(&Options::new(), &dir);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                // What a thread has for itself it gets once.
                for _ in 0..10 {
                    log.append_durable(&[b'x'; 128]).unwrap();
                }
                let counted = measure(|| {
                    for _ in 0..100 {
                        log.append_durable(&[b'x'; 128]).unwrap();
                    }
                });
                assert_eq!(counted.count_total, 0);
            });
        }
    });
}

/// Reading takes a block at a time, two where a segment follows another, and knows nothing of how long the log is.
#[test]
fn a_replay_takes_no_more_memory_for_a_longer_log() {
    let taken = [20, 40].map(|mebibytes| {
        let (_keep, dir) = log_dir();
        let log = roomy(&Options::new(), &dir);
        for _ in 0..mebibytes << 10 {
            log.append(&[b'x'; 1024]).unwrap();
        }
        log.close().unwrap();
        let counted = measure(|| {
            let mut replay = Wal::open(&dir).unwrap();
            while replay.next().unwrap().is_some() {}
        });
        counted.bytes_max
    });
    assert!(taken[0] < 1 << 20, "{taken:?}");
    // But for the names of the segments.
    assert!(taken[1] < taken[0] + 4096, "{taken:?}");
}

#[test]
fn a_group_is_one_write_and_one_sync_and_nothing_else() {
    let fs = SimFs::new(Device::default());
    let (_, log, _) = opened(
        &crate::scratch::small()
            .segment_size(1 << 20)
            .fs(fs.shared()),
        Path::new("/wal"),
    )
    .unwrap();
    log.append_durable(b"begins the segment").unwrap();
    let before = fs.now();
    for number in 1..=20 {
        log.append_durable(&[b'x'; 128]).unwrap();
        assert_eq!(fs.now(), before + 2 * number);
    }
    for _ in 0..100 {
        log.append(&[b'x'; 128]).unwrap();
    }
    assert_eq!(fs.now(), before + 40, "an append makes no call");
    log.sync().unwrap();
    log.sync().unwrap();
    assert_eq!(fs.now(), before + 42);
    assert_eq!(last_calls(&fs), ["write_direct_at", "sync_data"]);
}

/// The names of the last two calls.
fn last_calls(fs: &SimFs) -> Vec<&'static str> {
    let trace = fs.trace();
    trace.names().skip(trace.len() - 2).collect()
}

/// Groups go past the page cache unless somebody reads them there, or the file system can't do that.
#[test]
fn what_nobody_reads_is_not_cached() {
    let options = Options::new().background(Background::None).seed(1);
    let calls_on = |device, options: &Options| {
        let fs = SimFs::new(device);
        let log = roomy(&options.clone().fs(fs.shared()), Path::new("/wal"));
        (last_calls(&fs), fs, log)
    };
    let (calls, fs, log) = calls_on(Device::default(), &options);
    assert_eq!(calls, ["write_direct_at", "sync_data"]);
    let tails = [1, 2].map(|_| log.tail_from(Lsn::FIRST).unwrap());
    for tail in tails {
        log.append_durable(b"read").unwrap();
        assert_eq!(last_calls(&fs), ["write_at", "sync_data"]);
        drop(tail);
    }
    log.append_durable(b"not read").unwrap();
    assert_eq!(last_calls(&fs), ["write_direct_at", "sync_data"]);
    // The whole log is the same, whichever way its groups went, and also after a larger group than the buffer was made for.
    log.append_durable(&vec![b'x'; 1 << 20]).unwrap();
    log.append_durable(b"after it").unwrap();
    log.append_durable(b"in the other buffer").unwrap();
    assert_eq!(last_calls(&fs), ["write_direct_at", "sync_data"]);
    log.close().unwrap();
    let (records, log, _) = opened(&options.clone().fs(fs.shared()), Path::new("/wal")).unwrap();
    assert_eq!(records.len(), 16);
    // So it goes on in a segment that was there.
    log.append_durable(b"after opening").unwrap();
    assert_eq!(last_calls(&fs), ["write_direct_at", "sync_data"]);

    let (calls, ..) = calls_on(Device::default(), &options.clone().keep_cached());
    assert_eq!(calls, ["write_at", "sync_data"]);
    let (calls, ..) = calls_on(Device::default().no_direct(), &options);
    assert_eq!(calls, ["write_at", "sync_data"]);
}
