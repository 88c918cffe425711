//! Copies that are made while the clock goes on, jumps, or is wrong.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use persist::{Backup, Document, Loaded, Options, Retention};

use super::numbers;
use super::retention::{DAY, copies, marks};
use crate::scratch::Scratch;

thread_local! {
    static NOW: Cell<SystemTime> = const { Cell::new(UNIX_EPOCH) };
}

fn at(rfc3339: &str, document: &Document<Vec<u64>>) -> Vec<Backup> {
    NOW.set(humantime::parse_rfc3339(rfc3339).unwrap());
    document.save(&vec![1]).unwrap();
    document.backups().unwrap()
}

fn by_the_clock(retention: Retention) -> Options<Vec<u64>> {
    Document::options().clock(|| NOW.get()).backups(retention)
}

#[test]
fn a_clock_that_jumps_takes_neither_the_last_copy_nor_more_than_the_count_says() {
    let scratch = Scratch::new();
    let document = by_the_clock(Retention::newest(4).max_age(30 * DAY)).at(scratch.path());
    for day in 1..=5 {
        at(&format!("2026-11-0{day}T00:00:00Z"), &document);
    }
    assert_eq!(document.backups().unwrap().len(), 4);
    assert_eq!(
        at("2099-01-01T00:00:00Z", &document).len(),
        1,
        "all others are old now"
    );
    // Back again: names go on from the wrong one, and the count holds.
    for (day, expected) in [(6, 2), (7, 3), (8, 4), (9, 4)] {
        let backups = at(&format!("2026-11-0{day}T00:00:00Z"), &document);
        assert_eq!(backups.len(), expected);
        let newest = numbers().at(&backups[0]).load().unwrap().unwrap();
        let saved = document.load().unwrap().unwrap();
        let counter = |loaded: &Loaded<Vec<u64>>| loaded.revision.as_ref().unwrap().number();
        assert_eq!(
            counter(&newest).map(|n| n + 1),
            counter(&saved),
            "the one before"
        );
    }
}

#[test]
fn a_name_from_the_future_makes_nothing_old() {
    let scratch = copies(&["20261115_000000", "20261118_000000", "20991231_000000!"]);
    let retention = Retention::newest(9).max_age(30 * DAY);
    let document = numbers().backups(retention).at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    assert_eq!(
        marks(&scratch),
        [
            "20261115_000000",
            "20261118_000000",
            "20991231_000000",
            "20991231_000000_1"
        ]
    );
    assert_eq!(document.prune().unwrap(), []);
}

#[test]
fn a_year_of_saves_keeps_what_the_calendar_says() {
    let scratch = Scratch::new();
    let document =
        by_the_clock(Retention::newest(3).daily(7).weekly(4).monthly(12)).at(scratch.path());
    for day in 0..800 {
        NOW.set(UNIX_EPOCH + 19_000 * DAY + day * DAY + day * Duration::from_secs(60));
        document.save(&vec![day.into()]).unwrap();
        document.save(&vec![day.into()]).unwrap();
    }
    // 2022-01-08 and 799 days: 2024-03-17. Three of that day and the one before, 5 more days, 3 weeks
    // and 11 months, of which the newest day is a Sunday.
    assert_eq!(
        marks(&scratch)
            .iter()
            .map(|mark| &mark[..8])
            .collect::<Vec<_>>(),
        [
            "20230430", "20230531", "20230630", "20230731", "20230831", "20230930", "20231031",
            "20231130", "20231231", "20240131", "20240225", "20240229", "20240303", "20240310",
            "20240311", "20240312", "20240313", "20240314", "20240315", "20240316", "20240317",
            "20240317",
        ]
    );
}
