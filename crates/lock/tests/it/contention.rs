//! Threads that want the same thing at the same time.

use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use lock::{Lock, Options, Wait};

use crate::notes;

const THREADS: usize = 10;

fn at_once(work: impl Fn(usize) + Sync) {
    let start = Barrier::new(THREADS);
    std::thread::scope(|threads| {
        for number in 0..THREADS {
            let (work, start) = (&work, &start);
            threads.spawn(move || {
                start.wait();
                work(number);
            });
        }
    });
}

fn read_number(path: &Path) -> u64 {
    match std::fs::read_to_string(path) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => 0,
    }
}

#[test]
fn s1_89_ten_simultaneous_writes_corrupt_nothing() {
    let (_dir, notes) = notes();
    at_once(|number| {
        let _lock = Lock::exclusive(&notes).unwrap();
        // Truncates, writes in pieces: readers without the lock would see all of it.
        let text = number.to_string().repeat(10_000);
        std::fs::write(&notes, &text[..5000]).unwrap();
        std::fs::write(&notes, &text).unwrap();
    });
    let text = std::fs::read_to_string(&notes).unwrap();
    assert_eq!(text.len(), 10_000);
    assert!(text.bytes().all(|byte| byte == text.as_bytes()[0]));
}

#[test]
fn s1_90_concurrent_reads_and_writes() {
    let (_dir, notes) = notes();
    std::fs::write(&notes, "0").unwrap();
    let (readers, writers) = (AtomicU32::new(0), AtomicBool::new(false));
    at_once(|number| {
        for _ in 0..20 {
            if number % 2 == 0 {
                let _lock = Lock::exclusive(&notes).unwrap();
                assert!(!writers.swap(true, Ordering::SeqCst));
                assert_eq!(readers.load(Ordering::SeqCst), 0);
                let next = read_number(&notes) + 1;
                std::fs::write(&notes, next.to_string()).unwrap();
                writers.store(false, Ordering::SeqCst);
            } else {
                let _lock = Lock::shared(&notes).unwrap();
                readers.fetch_add(1, Ordering::SeqCst);
                assert!(!writers.load(Ordering::SeqCst));
                std::fs::read_to_string(&notes)
                    .unwrap()
                    .parse::<u64>()
                    .unwrap();
                readers.fetch_sub(1, Ordering::SeqCst);
            }
        }
    });
    assert_eq!(read_number(&notes), 20 * THREADS as u64 / 2);
}

#[test]
fn s1_91_the_lock_prevents_lost_updates() {
    let (_dir, notes) = notes();
    at_once(|_| {
        for _ in 0..50 {
            let _lock = Lock::exclusive(&notes).unwrap();
            let next = read_number(&notes) + 1;
            std::fs::write(&notes, next.to_string()).unwrap();
        }
    });
    assert_eq!(read_number(&notes), 50 * THREADS as u64);
}

#[test]
fn s1_38_who_creates_first_is_decided_under_the_lock() {
    let (_dir, notes) = notes();
    let creators = AtomicU32::new(0);
    at_once(|_| {
        let _lock = Lock::exclusive(&notes).unwrap();
        if !notes.exists() {
            std::fs::write(&notes, "{}").unwrap();
            creators.fetch_add(1, Ordering::SeqCst);
        }
    });
    assert_eq!(creators.into_inner(), 1);
}

#[test]
fn readers_that_arrive_together_in_a_new_directory_all_get_in() {
    let (dir, _) = notes();
    for round in 0..20 {
        let path = dir.path().join(format!("{round}/notes.json"));
        at_once(|_| drop(Options::new().wait(Wait::Never).shared(&path).unwrap()));
    }
}

#[test]
fn s1_114_contention_is_measured() {
    let (_dir, notes) = notes();
    let free = Lock::exclusive(&notes).unwrap();
    let asked = Barrier::new(2);
    std::thread::scope(|threads| {
        let second = threads.spawn(|| {
            asked.wait();
            let started = std::time::Instant::now();
            let lock = Lock::exclusive(&notes).unwrap();
            (lock.waited(), started.elapsed())
        });
        asked.wait();
        drop(free);
        let (waited, at_most) = second.join().unwrap();
        assert!(!waited.is_zero() && waited <= at_most);
    });
}

#[test]
fn tokens_of_competing_threads_are_all_different() {
    let (_dir, notes) = notes();
    let seen = std::sync::Mutex::new(Vec::new());
    at_once(|_| {
        let lock = Lock::exclusive(&notes).unwrap();
        let token = lock.token().unwrap();
        assert_eq!(lock.token().unwrap(), token, "drawn once");
        seen.lock().unwrap().push(token.get());
    });
    let seen = seen.into_inner().unwrap();
    assert!(
        seen.is_sorted_by(|earlier, later| earlier < later),
        "{seen:?}"
    );
}
