//! One of the two files is lost, damaged or an older one: the table of `docs/formats/counter.md`.

use std::sync::{Arc, Mutex};

use persist::{CounterFinding, CounterRepair};

use super::*;

/// A counter in a folder, and what it has told.
struct Told {
    scratch: Scratch,
    told: Arc<Mutex<Vec<CounterRepair>>>,
}

impl Told {
    /// It has handed out the numbers up to `last`.
    fn new(last: u64) -> Self {
        let new = Self {
            scratch: Scratch::new(),
            told: Arc::default(),
        };
        while new.counter().last().unwrap() < last {
            new.counter().next().unwrap();
        }
        assert_eq!(new.findings(), []);
        new
    }

    fn counter(&self) -> Counter {
        let told = Arc::clone(&self.told);
        options()
            .on_repair(move |repair| told.lock().unwrap().push(repair.clone()))
            .at(self.scratch.path())
    }

    fn findings(&self) -> Vec<CounterFinding> {
        let told = self.told.lock().unwrap();
        told.iter().map(|repair| repair.finding).collect()
    }

    fn reserved(&self) -> u64 {
        stored(&self.scratch.path())["reserved"].as_u64().unwrap()
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.scratch.at(name)).unwrap();
    }

    fn flip(&self, name: &str, offsets: &[usize]) {
        let mut bytes = fs::read(self.scratch.at(name)).unwrap();
        for offset in offsets {
            bytes[*offset] ^= 1;
        }
        self.scratch.write(name, bytes);
    }
}

const LOCK: &str = "notes.json.lock";
/// In both slots of the lock file.
const SLOTS: &[usize] = &[2 * 4096 + 20, 3 * 4096 + 20];

#[test]
fn a_document_that_is_removed_is_written_again_and_no_number_left_out() {
    for last in [1, 2, 3, 65, 66, 100] {
        let told = Told::new(last);
        told.remove("notes.json");
        assert_eq!(told.counter().last().unwrap(), last);
        assert_eq!(told.counter().next().unwrap(), last + 1);
        assert_eq!(told.counter().next().unwrap(), last + 2);
        assert_eq!(told.findings(), [CounterFinding::DocumentMissing]);
    }
}

#[test]
fn a_damaged_document_is_set_aside_and_no_number_left_out() {
    for (last, damaged) in [(1, ""), (70, "{"), (70, "\0\0\0")] {
        let told = Told::new(last);
        told.scratch.write("notes.json", damaged);
        assert_eq!(told.counter().next().unwrap(), last + 1);
        let told = told.told.lock().unwrap();
        let [repair] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(repair.finding, CounterFinding::DocumentDamaged);
        assert_eq!(repair.above, last);
        let kept = repair.quarantined.as_ref().unwrap();
        assert_eq!(fs::read_to_string(kept).unwrap(), damaged);
        let said = repair.to_string();
        assert!(said.contains("was damaged; the numbers go on"), "{said}");
    }
}

#[test]
fn s1_44_an_older_document_that_is_restored_gives_no_number_again() {
    let scratch = Scratch::new();
    let counter = options().ahead(3).at(scratch.path());
    let mut olds = Vec::new();
    for expected in 1..30 {
        assert_eq!(counter.next().unwrap(), expected);
        olds.push(fs::read(scratch.path()).unwrap());
    }
    for (expected, old) in (30..).zip(olds) {
        scratch.write("notes.json", old);
        assert_eq!(counter.next().unwrap(), expected);
    }
}

#[test]
fn a_lock_file_that_is_removed_skips_what_was_reserved_and_no_more() {
    for last in [1, 2, 3, 65, 66, 100] {
        let told = Told::new(last);
        let reserved = told.reserved();
        told.remove(LOCK);
        assert_eq!(told.counter().last().unwrap(), reserved);
        for expected in 1..100 {
            assert_eq!(told.counter().next().unwrap(), reserved + expected);
        }
        assert_eq!(told.findings(), [CounterFinding::LockFileOlder]);
    }
}

#[test]
fn a_damaged_lock_file_is_made_good_again() {
    let told = Told::new(100);
    let reserved = told.reserved();
    told.flip(LOCK, SLOTS);
    assert_eq!(told.counter().next().unwrap(), reserved + 1);
    assert_eq!(told.counter().next().unwrap(), reserved + 2);
    assert_eq!(told.findings(), [CounterFinding::LockFileDamaged]);
    // One slot is not enough to lose anything.
    told.flip(LOCK, &SLOTS[..1]);
    let next = told.counter().next().unwrap();
    assert!((reserved + 3..reserved + 6).contains(&next), "{next}");
}

#[test]
fn where_both_are_lost_there_is_no_number_until_somebody_knows() {
    let ruin = |told: &Told, document: &str, lock: &str| {
        match document {
            "removed" => told.remove("notes.json"),
            _ => told.scratch.write("notes.json", "?"),
        }
        match lock {
            "removed" => told.remove(LOCK),
            _ => told.flip(LOCK, SLOTS),
        }
    };
    for (document, lock) in [
        ("removed", "damaged"),
        ("damaged", "removed"),
        ("damaged", "damaged"),
    ] {
        let told = Told::new(70);
        ruin(&told, document, lock);
        let before = told.scratch.files();
        for refused in [
            told.counter().next().map(drop),
            told.counter().reserve(5).map(drop),
            told.counter().last().map(drop),
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NumbersLost);
            let said = error.to_string();
            assert!(said.contains("raise the counter above"), "{said}");
        }
        assert_eq!(told.scratch.files(), before, "{document} {lock}");
        told.counter().raise_above(70).unwrap();
        assert_eq!(told.counter().last().unwrap(), 70);
        assert_eq!(told.counter().next().unwrap(), 71);
        assert_eq!(told.counter().next().unwrap(), 72);
        let is_kept = !told.scratch.named("notes.json.damaged").is_empty();
        assert_eq!(is_kept, document == "damaged");
    }
}

#[test]
fn a_document_alone_goes_on_in_another_place() {
    let told = Told::new(100);
    let elsewhere = Scratch::new();
    elsewhere.write("notes.json", fs::read(told.scratch.path()).unwrap());
    let counter = options().at(elsewhere.path());
    let next = counter.next().unwrap();
    assert!(next > 100);
    assert_eq!(counter.next().unwrap(), next + 1);
}
