//! The hand-off under every interleaving of a few threads, by loom: `cargo xtask loom`.
//!
//! That nobody waits for ever is loom's own check: it fails where all threads wait.

#![allow(clippy::print_stdout, reason = "how many there were is the result")]

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use loom::thread;

use super::{Handoff, Shared};
use loom::sync::Arc;

/// A log of numbers without a disk. It sees to it that groups come one at a time and in order.
#[derive(Default)]
struct Numbers {
    next: u64,
    taken: u64,
    durable: u64,
    groups: u64,
    /// The group that fails.
    fails: Option<u64>,
    has_failed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failed;

impl Shared for Numbers {
    type Group = Range<u64>;
    type Error = Failed;

    fn outcome(&self, target: u64) -> Option<Result<(), Failed>> {
        if target < self.durable {
            return Some(Ok(()));
        }
        self.has_failed.then_some(Err(Failed))
    }

    fn has_failed(&self) -> bool {
        self.has_failed
    }

    fn is_taken(&self, target: u64) -> bool {
        target < self.taken
    }

    fn take(&mut self) -> Range<u64> {
        assert_eq!(self.taken, self.durable, "two groups are on their way");
        assert!(!self.has_failed, "a group after one that has failed");
        assert!(self.next > self.taken, "a group of nothing");
        let group = self.taken..self.next;
        self.taken = self.next;
        group
    }

    fn put(&mut self, group: Range<u64>, outcome: Result<(), Failed>) {
        assert_eq!(group.start, self.durable, "out of order");
        self.groups += 1;
        match outcome {
            Ok(()) => self.durable = group.end,
            Err(Failed) => self.has_failed = true,
        }
    }
}

type Log = Handoff<Numbers>;

fn log(fails: Option<u64>) -> Arc<Log> {
    Arc::new(Handoff::new(Numbers {
        fails,
        ..Numbers::default()
    }))
}

/// Appends a number and settles it. What it is told is so.
fn append(log: &Log) -> Result<u64, Failed> {
    let mut state = log.lock();
    let own = state.shared.next;
    state.shared.next += 1;
    settle(log, state, own)?;
    Ok(own)
}

/// Settles what has been appended, by whichever thread.
fn sync(log: &Log) -> Result<(), Failed> {
    let state = log.lock();
    match state.shared.next.checked_sub(1) {
        Some(last) => settle(log, state, last),
        None => Ok(()),
    }
}

fn settle<'a>(
    log: &'a Log,
    state: crate::sync::MutexGuard<'a, super::State<Numbers>>,
    target: u64,
) -> Result<(), Failed> {
    let fails = state.shared.fails;
    let told = log.settle(state, target, |group| {
        assert!(group.contains(&target), "a leader writes its own");
        // The first group is the one that begins with nothing durable.
        let is_it = fails.is_some_and(|fails| group.start >= fails);
        // Others come in while the device works.
        thread::yield_now();
        if is_it { Err(Failed) } else { Ok(()) }
    });
    let state = log.lock();
    assert_eq!(told.is_ok(), target < state.shared.durable, "{told:?}");
    told
}

/// Runs `work` under every interleaving in which no thread is interrupted more often than `bound`, and says how many that were.
fn explore(name: &str, bound: Option<usize>, work: impl Fn() + Send + Sync + 'static) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.store(0, Ordering::Relaxed);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = bound;
    builder.check(move || {
        COUNT.fetch_add(1, Ordering::Relaxed);
        work();
    });
    let count = COUNT.load(Ordering::Relaxed);
    assert!(count > 0);
    println!("loom: {name}: {count} interleavings");
}

/// Starts the threads, and returns what each of them says.
fn together<T: 'static>(log: &Arc<Log>, works: Vec<fn(&Log) -> T>) -> Vec<T> {
    let mut works = works.into_iter();
    let own = works.next().expect("one thread is this one");
    let others: Vec<_> = works
        .map(|work| {
            let log = Arc::clone(log);
            thread::spawn(move || work(&log))
        })
        .collect();
    let mut said = vec![own(log)];
    said.extend(
        others
            .into_iter()
            .map(|thread| thread.join().expect("no panic")),
    );
    said
}

#[test]
fn a_lone_writer_never_waits() {
    explore("a lone writer", None, || {
        let log = log(None);
        for expected in 0..3 {
            assert_eq!(append(&log), Ok(expected));
        }
        // Each was written at once, by itself.
        assert_eq!(log.lock().shared.groups, 3);
    });
}

#[test]
fn two_threads_append_twice() {
    explore("two threads, two appends each", Some(3), || {
        let log = log(None);
        let twice = |log: &Log| [append(log), append(log)];
        let told = together(&log, vec![twice, twice]);
        let mut numbers: Vec<u64> = told
            .iter()
            .flatten()
            .map(|told| told.expect("nothing fails"))
            .collect();
        assert!(told.iter().all(|[first, second]| first.ok() < second.ok()));
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2, 3]);
        assert!(!log.lock().is_led);
    });
}

#[test]
fn three_threads_append() {
    explore("three threads, one append each", Some(3), || {
        let log = log(None);
        let told = together(&log, vec![append, append, append]);
        assert!(told.iter().all(Result::is_ok));
        let state = log.lock();
        assert!(!state.is_led && state.heir.is_none());
        assert_eq!((state.shared.durable, state.shared.taken), (3, 3));
    });
}

#[test]
fn one_syncs_what_the_others_append() {
    explore("two appends and a sync", Some(3), || {
        let log = log(None);
        let synced = |log: &Log| sync(log).map(|()| 0);
        let told = together(&log, vec![append, append, synced]);
        assert!(told.iter().all(Result::is_ok));
    });
}

#[test]
fn a_failure_reaches_everybody() {
    explore("two threads, the first group fails", None, || {
        let log = log(Some(0));
        let told = together(&log, vec![append, append]);
        assert_eq!(told, [Err(Failed), Err(Failed)]);
        assert_eq!(log.lock().shared.groups, 1);
        assert_eq!(sync(&log), Err(Failed));
    });
    explore("three threads, the second group fails", Some(2), || {
        let log = log(Some(1));
        let told = together(&log, vec![append, append, append]);
        let durable = log.lock().shared.durable;
        let acknowledged = told.iter().filter(|told| told.is_ok()).count() as u64;
        assert_eq!(acknowledged, durable);
        assert!(!log.lock().is_led);
    });
}
