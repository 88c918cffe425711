//! Which copies stay. The names say when they were made, so the clock stands still.

use std::fs;
use std::time::Duration;

use persist::{Backups, Chain, Document, Naming, Retention};
use serde_json::Value;

use super::numbers;
use crate::scratch::{Scratch, on, sim};

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Copies made at these times, as another program would have made them. One of "!" is damaged.
pub(super) fn copies(marks: &[&str]) -> Scratch {
    let scratch = Scratch::new();
    fs::create_dir(scratch.at("backups")).unwrap();
    for mark in marks {
        let (mark, content) = match mark.strip_suffix('!') {
            Some(mark) => (mark, "rotten"),
            None => (*mark, "[1]"),
        };
        scratch.write(&format!("backups/notes_{mark}.json"), content);
    }
    scratch
}

pub(super) fn marks(scratch: &Scratch) -> Vec<String> {
    let mark = |name: String| {
        let mark = name.strip_prefix("backups/notes_").unwrap();
        mark.strip_suffix(".json").unwrap().to_owned()
    };
    scratch
        .named("backups/notes_")
        .into_iter()
        .map(mark)
        .collect()
}

/// Of copies made at these times, oldest first, those that are not in brackets stay.
fn check(retention: Retention, marks_and_fate: &[&str]) {
    let all: Vec<_> = marks_and_fate
        .iter()
        .map(|mark| mark.trim_matches(['(', ')']))
        .collect();
    let scratch = copies(&all);
    let document = numbers().backups(retention).at(scratch.path());
    let expected: Vec<_> = marks_and_fate
        .iter()
        .filter(|mark| !mark.starts_with('('))
        .map(|mark| mark.trim_end_matches('!').to_owned())
        .collect();

    let prunable = document.prunable().unwrap();
    assert_eq!(marks(&scratch).len(), all.len(), "asking removes nothing");
    assert_eq!(document.prune().unwrap(), prunable);
    assert_eq!(marks(&scratch), expected);
    assert_eq!(document.prune().unwrap(), [], "once is enough");
}

#[test]
fn s2_36_s2_63_the_newest_stay_whatever_the_count() {
    let four = [
        "20261101_000000",
        "20261101_000001",
        "20261101_000001_1",
        "20261101_000001_2",
    ];
    for (count, stay) in [(0, 1), (1, 1), (3, 3), (4, 4), (99, 4)] {
        let fate: Vec<String> = (four.iter().enumerate())
            .map(|(index, mark)| {
                if index + stay < 4 {
                    format!("({mark})")
                } else {
                    (*mark).to_owned()
                }
            })
            .collect();
        check(
            Retention::newest(count),
            &fate.iter().map(String::as_str).collect::<Vec<_>>(),
        );
    }
    check(Retention::all(), &four);
}

#[test]
fn s2_36_other_files_are_left_alone() {
    let scratch = copies(&["20261101_000000", "20261102_000000"]);
    let others = [
        "backups/notes_old_20261101_000000.json",
        "backups/notes_20261101_000000.json.orig",
        "backups/notes_2026.json",
        "notes.json.bak",
        "notes.json.v1.bak",
        "notes.json.before-restore",
    ];
    for name in others {
        scratch.write(name, "[1]");
    }
    fs::create_dir(scratch.at("backups/notes_20261031_000000.json")).unwrap();
    let document = numbers().backups(Backups::newest(1)).at(scratch.path());
    let removed = document.prune().unwrap();
    assert_eq!(removed.len(), 1);
    assert_eq!(
        removed[0].path(),
        scratch.at("backups/notes_20261101_000000.json")
    );
    assert!(scratch.at("backups/notes_20261102_000000.json").is_file());
    assert!(scratch.at("backups/notes_20261031_000000.json").is_dir());
    assert!(others.iter().all(|name| scratch.at(name).is_file()));
}

#[test]
fn days_are_those_of_utc_and_only_days_with_a_copy_count() {
    check(
        Retention::newest(1).daily(4),
        &[
            "(20240227_235959)",
            "(20240228_000000)",
            "20240228_235959",
            "(20240229_000000)",
            "20240229_120000",
            // March begins here, and nobody saved until the ninth.
            "(20240309_000000)",
            "20240309_000001",
            "20240310_000000",
        ],
    );
}

#[test]
fn weeks_begin_on_monday_also_over_the_turn_of_the_year() {
    check(
        Retention::newest(1).weekly(3),
        &[
            "(20261220_235959)",
            // Monday to Sunday, then the 53rd week of 2026, then the first of 2027.
            "(20261221_000000)",
            "20261227_235959",
            "(20261228_000000)",
            "(20261231_235959)",
            "20270103_235959",
            "(20270104_000000)",
            "20270105_000000",
        ],
    );
}

#[test]
fn months_are_those_of_the_calendar() {
    check(
        Retention::newest(1).monthly(4),
        &[
            "(20231130_235959)",
            "(20231201_000000)",
            "20231231_235959",
            "20240131_235959",
            "(20240201_000000)",
            "20240229_235959",
            "(20240301_000000)",
            "20240301_000001",
        ],
    );
}

#[test]
fn a_copy_stays_if_one_rule_keeps_it() {
    check(
        Retention::newest(2).daily(3).weekly(2).monthly(3),
        &[
            "(20260831_120000)",
            "20260930_120000", // month
            "(20261015_120000)",
            "20261031_120000", // month
            "(20261112_120000)",
            "20261115_120000", // Sunday: week
            "(20261117_120000)",
            "20261118_120000", // day
            "20261119_120000", // day
            "(20261120_010000)",
            "20261120_020000", // second newest
            "20261120_030000", // newest, its day, week and month
        ],
    );
}

#[test]
fn no_rule_keeps_what_is_older_than_the_limit_before_the_newest() {
    check(
        Retention::newest(10).monthly(12).max_age(2 * DAY),
        &[
            "(20240226_120000)",
            "(20240227_115959)",
            "20240227_120000",
            "20240229_120000",
        ],
    );
    // Nobody has saved for years: nothing grows old by that.
    check(
        Retention::all().max_age(DAY),
        &["20010101_000000", "20010101_120000"],
    );
    check(
        Retention::all().max_age(Duration::MAX),
        &["19700101_000000", "99991231_235959"],
    );
    check(
        Retention::all().max_age(Duration::ZERO),
        &["(20261101_000000)", "20261102_000000"],
    );
}

#[test]
fn what_does_not_fit_beside_the_newer_ones_goes() {
    let scratch = copies(&[]);
    for (day, size) in [(1, 3), (2, 40), (3, 30), (4, 40)] {
        let content = format!("[1]{}", " ".repeat(size - 3));
        scratch.write(&format!("backups/notes_2026110{day}_000000.json"), content);
    }
    for (max, stay) in [
        (200, 4),
        (113, 4),
        (112, 3),
        (73, 3),
        (72, 2),
        (43, 2),
        (42, 1),
        (0, 1),
    ] {
        let document = numbers()
            .backups(Retention::all().max_total_size(max))
            .at(scratch.path());
        assert_eq!(4 - document.prunable().unwrap().len(), stay, "{max}");
    }
    let document = numbers()
        .backups(Retention::newest(9).max_total_size(0))
        .at(scratch.path());
    document.prune().unwrap();
    assert_eq!(
        marks(&scratch),
        ["20261104_000000"],
        "the newest stays over every limit"
    );
}

#[test]
fn s2_29_d28_a_copy_that_does_not_verify_takes_no_place_under_any_rule() {
    let rot = ["20261120_000001!", "20261120_000002!", "20261120_000003!"];
    let one = |retention, good: &[&str]| {
        let all: Vec<_> = good.iter().copied().chain(rot).collect();
        check(retention, &all);
    };
    // The only good one is older than ten that are rotten, and over every limit.
    one(
        Retention::newest(1)
            .max_age(Duration::ZERO)
            .max_total_size(0),
        &["20200101_000000"],
    );
    one(
        Retention::newest(2),
        &["(20261101_000000)", "20261102_000000", "20261103_000000"],
    );
    one(
        Retention::newest(1).daily(2),
        &["(20261101_000000)", "20261102_000000", "20261119_000000"],
    );
    one(
        Retention::newest(1).monthly(2),
        &["20261031_000000", "(20261101_000000)", "20261119_000000"],
    );
    one(
        Retention::all().max_total_size(7),
        &["(20261101_000000)", "20261102_000000", "20261119_000000"],
    );
    // It goes where a good one would go.
    check(
        Retention::newest(1).daily(2),
        &[
            "(20261101_000000!)",
            "20261102_000000",
            "20261103_000000!",
            "20261104_000000",
        ],
    );
    check(
        Retention::all().max_age(DAY),
        &["(20261101_000000!)", "20261103_000000!", "20261104_000000"],
    );
}

#[test]
fn nothing_goes_where_nothing_verifies() {
    check(
        Retention::newest(1).max_total_size(0),
        &["20261101_000000!", "20261102_000000!"],
    );
}

#[test]
fn a_save_prunes_what_is_named_as_the_setting_says_and_prune_takes_all() {
    let scratch = copies(&["20261101_000000", "20261102_000000"]);
    scratch.write("notes.20261103_000000.backup.json", "[1]");
    scratch.write("notes.20261104_000000.backup.json", "[1]");
    let document = numbers()
        .backups(Backups::Dated {
            naming: Naming::Beside,
            retention: Retention::newest(1),
        })
        .at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    assert_eq!(document.backups().unwrap().len(), 3);
    assert_eq!(marks(&scratch).len(), 2);
    assert_eq!(document.prune().unwrap().len(), 2);
    assert_eq!(
        scratch.names(),
        ["notes.20261120_031032_1.backup.json", "notes.json"]
    );
}

#[test]
fn s2_27_a_copy_on_demand_is_pruned_like_others() {
    let scratch = Scratch::new();
    let document = numbers().backups(Backups::newest(10)).at(scratch.path());
    document.save(&vec![1]).unwrap();
    for _ in 0..13 {
        document.backup().unwrap();
    }
    assert_eq!(document.backups().unwrap().len(), 10);
}

#[test]
fn s2_62_without_backups_there_are_none_but_those_that_safety_asks_for() {
    let scratch = Scratch::new();
    let off = || numbers().backups(Backups::Off).at(scratch.path());
    for number in 1..=3 {
        off().save(&vec![number]).unwrap();
    }
    assert_eq!(scratch.names(), ["notes.json"]);
    assert_eq!(off().prune().unwrap(), []);
    let newer: Document<Value> = Document::options()
        .backups(Backups::Off)
        .versions(Chain::new(1).step(2, |_| Ok(())))
        .at(scratch.path());
    newer.save(&Value::Null).unwrap();
    assert_eq!(scratch.names(), ["notes.json", "notes.json.v1.bak"]);
    scratch.write("notes.json", "?");
    newer.restore(scratch.at("notes.json.v1.bak")).unwrap();
    assert_eq!(scratch.text(&scratch.named("notes.json.damaged-")[0]), "?");
}

#[test]
fn a_steady_save_costs_a_link_a_sync_and_a_listing_more_than_one_without_backups() {
    let calls = |backups: Backups| {
        let fs = sim();
        let document = on(&fs, numbers().backups(backups));
        for number in 0..20 {
            document.save(&vec![number]).unwrap();
        }
        let before = fs.trace().names().count();
        document.save(&vec![20]).unwrap();
        let names: Vec<_> = fs.trace().names().skip(before).collect();
        [
            "hard_link",
            "sync_dir",
            "sync_all",
            "read_dir",
            "remove_file",
            "open",
            "read_at",
        ]
        .map(|call| names.iter().filter(|name| **name == call).count())
    };
    let without = calls(Backups::Off);
    for naming in [Naming::Folder, Naming::Beside] {
        let retention = Retention::newest(5)
            .daily(7)
            .max_age(400 * DAY)
            .max_total_size(1 << 20);
        let with = calls(Backups::Dated { naming, retention });
        let more: Vec<_> = with
            .iter()
            .zip(without)
            .map(|(with, without)| with - without)
            .collect();
        // The copy that goes is opened, so that nobody waits until its blocks are given back.
        assert_eq!(more, [1, 1, 0, 1, 1, 1, 0]);
    }
}
