//! Lost updates: many threads and many processes change one document.
//!
//! `PERSIST_INCREMENTS` sets how often each of them does, for disks on which a sync is slow.

use std::env;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;

use persist::{Backups, Document, ErrorKind, Revision};
use serde::{Deserialize, Serialize};

use crate::scratch::Scratch;

/// Threads, and processes.
const PARTIES: u64 = 8;

/// Names the document to a process that is to increment it.
const DOCUMENT: &str = "PERSIST_SHARED_DOCUMENT";

/// What each party adds, and what it has added by itself: nothing may be missing in either.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tally {
    total: u64,
    by_party: std::collections::BTreeMap<u64, u64>,
}

fn increments() -> u64 {
    env::var("PERSIST_INCREMENTS").map_or(1000, |text| text.parse().unwrap())
}

fn tally(path: &Path) -> Document<Tally> {
    Document::options().backups(Backups::newest(3)).at(path)
}

fn increment(document: &Document<Tally>, party: u64) {
    for _ in 0..increments() {
        document
            .update(|tally| {
                tally.total += 1;
                *tally.by_party.entry(party).or_default() += 1;
            })
            .unwrap();
    }
}

/// Another process: this test binary again, asked for one test that does the work.
fn process(path: &Path, party: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "sharing::a_process_of_its_own",
            "--nocapture",
            "--quiet",
        ])
        .env(DOCUMENT, path)
        .env("PERSIST_PARTY", party.to_string())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

/// Does nothing unless it is started by [`process`].
#[test]
fn a_process_of_its_own() {
    if let Ok(path) = env::var(DOCUMENT) {
        let party = env::var("PERSIST_PARTY").unwrap().parse().unwrap();
        increment(&tally(Path::new(&path)), party);
    }
}

/// "Parties × increments, exactly."
fn nothing_is_lost(threads: u64, processes: u64) {
    let scratch = Scratch::new();
    let path = scratch.path();
    let children: Vec<Child> = (0..processes).map(|party| process(&path, party)).collect();
    thread::scope(|scope| {
        let shared = tally(&path);
        for party in processes..processes + threads {
            let own = tally(&path);
            let document = if party % 2 == 0 { shared.clone() } else { own };
            scope.spawn(move || increment(&document, party));
        }
        // Readers take no lock and see whole documents only.
        scope.spawn(|| {
            let mut last = 0;
            for _ in 0..increments() {
                let now = tally(&path).load_or_default().unwrap();
                assert!(now.total >= last);
                assert_eq!(now.total, now.by_party.values().sum::<u64>());
                last = now.total;
            }
        });
    });
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let parties = threads + processes;
    let end = tally(&path).load().unwrap().unwrap();
    assert_eq!(end.total, parties * increments());
    assert!(end.by_party.values().all(|count| *count == increments()));
    assert_eq!(end.by_party.len() as u64, parties);
    assert_eq!(
        end.revision.and_then(|revision| revision.number()),
        Some(parties * increments())
    );
    assert_eq!(end.recovery, None);
    assert_eq!(scratch.names().len(), 4, "the document and three backups");
}

#[test]
fn eight_threads_lose_no_update() {
    nothing_is_lost(PARTIES, 0);
}

#[test]
fn eight_processes_lose_no_update() {
    nothing_is_lost(0, PARTIES);
}

#[test]
fn threads_and_processes_together_lose_no_update() {
    nothing_is_lost(PARTIES / 2, PARTIES / 2);
}

#[test]
fn who_compares_before_saving_loses_nothing_without_a_lock_of_his_own() {
    let scratch = Scratch::new();
    let document = tally(&scratch.path());
    thread::scope(|scope| {
        for _ in 0..4 {
            let document = document.clone();
            scope.spawn(move || {
                let mut done = 0;
                while done < 25 {
                    let loaded = document.load().unwrap();
                    let revision: Option<Revision> =
                        loaded.as_ref().and_then(|loaded| loaded.revision);
                    let mut value = loaded.map(persist::Loaded::into_value).unwrap_or_default();
                    value.total += 1;
                    match document.compare_and_save(&revision, &value) {
                        Ok(_) => done += 1,
                        Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
                    }
                }
            });
        }
    });
    assert_eq!(document.load_or_default().unwrap().total, 100);
}

#[test]
fn a_damaged_document_is_repaired_once_however_many_find_it() {
    let scratch = Scratch::new();
    let document = tally(&scratch.path());
    document.update(|tally| tally.total = 1).unwrap();
    document.update(|tally| tally.total = 2).unwrap();
    scratch.write("notes.json", "?");
    let told: Vec<bool> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| tally(&scratch.path()).load().unwrap().unwrap()))
            .collect();
        let loaded = threads.into_iter().map(|thread| thread.join().unwrap());
        loaded
            .map(|loaded| {
                assert_eq!(loaded.total, 1);
                loaded.recovery.is_some()
            })
            .collect()
    });
    assert_eq!(told.into_iter().filter(|told| *told).count(), 1);
    assert_eq!(scratch.named("notes.json.damaged-").len(), 1);
}
