//! What was appended is durable when the policy says so.

use std::time::Duration;

use wal::{Background, SyncPolicy};

use crate::scratch::{log_dir, opened, small};

const EVER: Duration = Duration::from_secs(3600);

#[test]
fn each_policy_syncs_when_it_says() {
    let (_keep, dir) = log_dir();
    let three = SyncPolicy::Within {
        records: 3,
        age: EVER,
    };
    let none = SyncPolicy::Within {
        records: 0,
        age: EVER,
    };
    let at_once = SyncPolicy::Within {
        records: 100,
        age: Duration::ZERO,
    };
    let cases = [
        ("on-sync", SyncPolicy::OnSync, [1, 1, 1, 1, 1]),
        ("each", SyncPolicy::EachAppend, [2, 3, 4, 5, 6]),
        ("three", three, [1, 1, 1, 5, 5]),
        ("none", none, [2, 3, 4, 5, 6]),
        ("at-once", at_once, [2, 3, 4, 5, 6]),
    ];
    for (name, policy, durable) in cases {
        let (_, log, _) = opened(&small().sync_policy(policy), &dir.join(name)).unwrap();
        let found = [(); 5].map(|()| {
            log.append(b"record").unwrap();
            log.stats().durable.get()
        });
        assert_eq!(found, durable, "{policy:?}");
    }
}

/// Never more than the bound, whatever the sizes of batches, and never a batch in half.
#[test]
fn no_more_records_than_the_bound_are_ever_not_durable() {
    let (_keep, dir) = log_dir();
    let policy = SyncPolicy::Within {
        records: 10,
        age: EVER,
    };
    let (_, log, _) = opened(&small().sync_policy(policy), &dir).unwrap();
    for size in [1, 9, 1, 10, 11, 25, 2, 3, 4, 5, 6, 7] {
        log.append_batch(&vec!["record"; size]).unwrap();
        let stats = log.stats();
        assert!(
            stats.next.since(stats.durable) <= 10,
            "{stats:?} after {size}"
        );
    }
}

/// Nobody calls anything, and it becomes durable all the same.
#[test]
fn a_record_becomes_durable_by_its_age() {
    let (_keep, dir) = log_dir();
    let policy = SyncPolicy::Within {
        records: u64::MAX,
        age: Duration::from_millis(5),
    };
    let options = small().sync_policy(policy).background(Background::Threads);
    let (_, log, _) = opened(&options, &dir).unwrap();
    for _ in 0..3 {
        let lsn = log.append(b"record").unwrap();
        assert!(log.wait_durable(lsn, EVER));
    }
    log.close().unwrap();
}

#[test]
fn what_was_not_synced_is_durable_once_the_log_is_closed() {
    let (_keep, dir) = log_dir();
    let policy = SyncPolicy::Within {
        records: u64::MAX,
        age: EVER,
    };
    for (round, policy) in [SyncPolicy::OnSync, policy].into_iter().enumerate() {
        let options = small().sync_policy(policy).background(Background::Threads);
        let (records, log, _) = opened(&options, &dir).unwrap();
        assert_eq!(records.len(), 2 * round);
        log.append(b"record").unwrap();
        log.close().unwrap();
        // Dropped as well, and no thread that sleeps for an hour is waited for.
        let (_, log, _) = opened(&options, &dir).unwrap();
        log.append(b"record").unwrap();
    }
    let (records, _, _) = opened(&small(), &dir).unwrap();
    assert_eq!(records.len(), 4);
}
