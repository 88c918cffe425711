//! Threads that append at the same time agree on one order: the log's.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use wal::{Lsn, Options};

use crate::scratch::{log_dir, texts};

const THREADS: u64 = 8;
const EACH: u64 = 100;

/// One append: when it began and returned, by a clock that all threads share, and what it was told.
struct Append {
    begun: u64,
    returned: u64,
    lsn: Lsn,
    text: String,
}

/// Appends are linearizable: whoever returned before another began has the smaller number; readers and the next opening see that order.
#[test]
fn what_returned_before_another_began_stands_before_it() {
    let (_keep, dir) = log_dir();
    // Segments that change many times on the way.
    let options = Options::new().segment_size(1 << 16);
    let (log, _) = options.open(&dir).unwrap().finish().unwrap();
    let clock = AtomicU64::new(0);
    let tick = || clock.fetch_add(1, Ordering::SeqCst);
    let mut follow = log.tail_from(Lsn::FIRST).unwrap();
    let (appends, followed) = thread::scope(|scope| {
        let append = |thread: u64| {
            let appends = (0..EACH).map(|number| {
                let text = format!(
                    "{thread} {number} {}",
                    "x".repeat(usize::try_from(number * 7).unwrap())
                );
                let begun = tick();
                let lsn = log.append_durable(text.as_bytes()).unwrap();
                Append {
                    begun,
                    returned: tick(),
                    lsn,
                    text,
                }
            });
            appends.collect::<Vec<_>>()
        };
        let writers: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || append(thread)))
            .collect();
        let mut followed = Vec::new();
        while followed.len() < usize::try_from(THREADS * EACH).unwrap() {
            if let Some(record) = follow.wait(Duration::from_secs(60)).unwrap() {
                followed.push(String::from_utf8(record.payload.to_vec()).unwrap());
            }
        }
        let appends: Vec<Append> = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect();
        (appends, followed)
    });
    log.close().unwrap();

    let by_lsn: BTreeMap<Lsn, &Append> =
        appends.iter().map(|append| (append.lsn, append)).collect();
    assert_eq!(by_lsn.len(), appends.len(), "no number twice");
    // In the order of the log, nobody begins after somebody behind it has returned.
    let mut latest_begin = 0;
    for append in by_lsn.values() {
        latest_begin = latest_begin.max(append.begun);
        assert!(
            append.returned > latest_begin,
            "{} returned before one with a smaller number began",
            append.lsn
        );
    }
    let in_order: Vec<&str> = by_lsn.values().map(|append| &*append.text).collect();
    assert_eq!(followed, in_order);
    assert_eq!(texts(&options, &dir), in_order);
}
