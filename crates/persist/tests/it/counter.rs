//! Numbers that are handed out once, whatever happens to the files.

mod losses;
mod sharing;

use std::fs;
use std::path::Path;

use crash_sim::SimFs;
use persist::{Counter, CounterOptions, Document, ErrorKind, Wait};
use serde_json::{Value, json};

use crate::scratch::{SIM_PATH, Scratch, noon, sim};

fn options() -> CounterOptions {
    Counter::options().lock_wait(Wait::Never).clock(noon)
}

/// Does the same calls with the same names on each run.
pub(crate) fn on(fs: &SimFs, options: CounterOptions) -> Counter {
    options
        .fs(fs.shared())
        .lock_wait(Wait::Never)
        .clock(noon)
        .temp_seed(1)
        .at(SIM_PATH)
}

fn stored(path: &Path) -> Value {
    let document = Document::<Value>::at(path);
    document.load().unwrap().unwrap().value
}

#[test]
fn numbers_begin_with_the_first_and_leave_none_out() {
    for start in [0, 1, 2, 1000] {
        let scratch = Scratch::new();
        let counter = options().start(start).at(scratch.path());
        let first = start.max(1);
        assert_eq!(counter.last().unwrap(), first - 1);
        assert_eq!(fs::read_dir(scratch.dir()).unwrap().count(), 0);
        for expected in first..first + 200 {
            // A handle of its own each time: nothing is remembered between two calls.
            let counter = options().start(start).at(scratch.path());
            assert_eq!(counter.next().unwrap(), expected);
            assert_eq!(counter.last().unwrap(), expected);
        }
    }
}

#[test]
fn reservations_and_single_numbers_follow_each_other() {
    let scratch = Scratch::new();
    let counter = options().at(scratch.path());
    let mut next = 1;
    for count in [1, 1, 5, 0, 64, 1, 63, 1000, 1, 2] {
        let numbers = counter.reserve(count).unwrap();
        assert_eq!(numbers, next..next + count);
        next += count;
        assert_eq!(counter.next().unwrap(), next);
        next += 1;
    }
}

#[test]
fn the_document_is_one_that_people_can_read() {
    let scratch = Scratch::new();
    let counter = options().at(scratch.path());
    for (last, given, reserved) in [(1, 0, 1), (2, 1, 65), (65, 1, 65), (66, 65, 129)] {
        while counter.last().unwrap() < last {
            counter.next().unwrap();
        }
        let expected = json!({ "given": given, "reserved": reserved });
        assert_eq!(stored(&scratch.path()), expected);
    }
    let exact = options().ahead(0).at(scratch.at("exact.json"));
    for last in 1..5 {
        exact.next().unwrap();
        assert_eq!(stored(exact.path())["reserved"], last);
    }
}

/// The documented price, counted.
#[test]
fn a_number_costs_one_sync() {
    let fs = sim();
    let counter = on(&fs, Counter::options());
    let syncs = || {
        let trace = fs.trace().to_string();
        trace.lines().filter(|line| line.contains("sync")).count()
    };
    let cost_of = |count| {
        let before = syncs();
        counter.reserve(count).unwrap();
        syncs() - before
    };
    cost_of(1);
    let costs: Vec<_> = (0..200).map(|_| cost_of(1)).collect();
    let of = |cost| costs.iter().filter(|found| **found == cost).count();
    assert_eq!((of(1), of(3)), (196, 4), "{costs:?}");
    assert_eq!(cost_of(1_000_000), 5);
}

#[test]
fn s1_44_numbers_go_on_above_the_greatest_that_is_known_from_elsewhere() {
    let scratch = Scratch::new();
    let counter = options().at(scratch.path());
    counter.raise_above(456).unwrap();
    assert_eq!(counter.last().unwrap(), 456);
    assert_eq!(counter.next().unwrap(), 457);
    let before = scratch.files();
    for known in [0, 3, 456, 457] {
        counter.raise_above(known).unwrap();
        assert_eq!(scratch.files(), before, "{known} is known");
    }
    assert_eq!(counter.next().unwrap(), 458);
    counter.raise_above(459).unwrap();
    assert_eq!(counter.next().unwrap(), 460);
}

#[test]
fn the_last_number_is_an_error_and_not_the_first_again() {
    let scratch = Scratch::new();
    let counter = options().at(scratch.path());
    counter.raise_above(u64::MAX - 3).unwrap();
    for refused in [
        counter.reserve(3).map(drop),
        counter.reserve(u64::MAX).map(drop),
        counter.raise_above(u64::MAX),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::NumbersUsedUp);
    }
    assert_eq!(counter.reserve(2).unwrap(), u64::MAX - 2..u64::MAX);
    for _ in 0..2 {
        let error = counter.next().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NumbersUsedUp);
        assert!(error.to_string().contains("no number left"), "{error}");
    }
    assert_eq!(counter.reserve(0).unwrap().count(), 0);
}

#[test]
fn what_is_no_counter_is_left_alone() {
    let next = json!({ "next": 7 });
    let backwards = json!({ "given": 7, "reserved": 6 });
    let good = json!({ "given": 7, "reserved": 8 });
    for (text, kind) in [
        (
            r#"{"format": "persist/2"}"#.to_owned(),
            ErrorKind::NewerFormat,
        ),
        (document(&next, 1), ErrorKind::Type),
        (document(&backwards, 1), ErrorKind::Invalid),
        (document(&good, 2), ErrorKind::NewerVersion),
    ] {
        let scratch = Scratch::new();
        scratch.write("notes.json", text);
        let before = scratch.files();
        let counter = options().at(scratch.path());
        for refused in [
            counter.next().map(drop),
            counter.last().map(drop),
            counter.raise_above(9),
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
        }
        assert_eq!(scratch.files(), before);
    }
}

/// A sealed document of that version.
fn document(value: &Value, version: u64) -> String {
    let scratch = Scratch::new();
    let options = Document::<Value>::options().versions(persist::Chain::new(version));
    options.at(scratch.path()).save(value).unwrap();
    scratch.text("notes.json")
}
