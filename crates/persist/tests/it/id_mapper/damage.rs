//! Damaged and deleted files. "No number is given twice, and nothing is taken for empty that is not."

use super::program::error::Error;
use super::{COUNTERS, HIGH_WATER, MAPPING, State, told};

/// Tasks with the numbers 1, 3 and 4, and 2 and 5 given alone.
fn used() -> State {
    let state = State::new();
    for line in [
        "map a github",
        "next github",
        "map b github",
        "map c github",
        "next github",
    ] {
        state.ran(line);
    }
    state
}

const DAMAGE: &[fn(&str) -> String] = &[
    |_| String::new(),
    |good| "\0".repeat(good.len()),
    |good| good[..good.len() / 2].to_owned(),
    |good| good.replace("\"github\"", "\"githuc\""),
    |good| good.replace(": 5", ": 1").replace("\"3\"", "\"9\""),
];

fn damage(state: &State, name: &str, how: fn(&str) -> String) -> String {
    let good = state.text(name);
    let damaged = how(&good);
    assert_ne!(damaged, good);
    state.write(name, &damaged);
    damaged
}

/// The bytes of a damaged file under the name that they were given.
fn set_aside(state: &State, name: &str) -> String {
    let start = format!("{name}.damaged-");
    let names = state.names();
    let mut found = names.iter().filter(|name| name.starts_with(&start));
    let only = found.next().unwrap();
    assert_eq!(found.next(), None);
    state.text(only)
}

#[test]
fn s1_44_d18_a_damaged_counter_or_mark_lowers_nothing() {
    for name in [COUNTERS, HIGH_WATER] {
        for how in DAMAGE {
            let state = used();
            let damaged = damage(&state, name, *how);
            assert_eq!(state.ran("map b github"), "3");
            assert!(told().concat().contains(name));
            assert_eq!(state.ran("next github"), "6");
            assert_eq!(set_aside(&state, name), damaged);
            assert!(
                state
                    .ran("verify")
                    .lines()
                    .all(|line| line.contains(": good"))
            );
        }
    }
}

#[test]
fn s1_39_s1_40_s1_67_s1_72_damaged_mappings_come_back_from_their_backup_once() {
    for how in DAMAGE {
        let state = used();
        let damaged = damage(&state, MAPPING, *how);
        // The last save is lost, and its number is not given again.
        assert_eq!(state.ran("list"), "a\tgithub\t1\nb\tgithub\t3");
        assert!(told().concat().contains("later changes are lost"));
        assert_eq!(set_aside(&state, MAPPING), damaged);
        assert_eq!(state.ran("map c github"), "6");
        assert_eq!(told(), Vec::<String>::new());
    }
}

#[test]
fn mappings_and_either_witness_may_be_damaged_at_once() {
    for other in [COUNTERS, HIGH_WATER] {
        let state = used();
        damage(&state, MAPPING, DAMAGE[0]);
        damage(&state, other, DAMAGE[1]);
        assert_eq!(state.ran("map c github"), "6");
        assert_eq!(state.ran("next github"), "7");
    }
}

#[test]
fn any_one_file_may_be_deleted() {
    for name in [COUNTERS, HIGH_WATER, MAPPING] {
        let state = used();
        state.remove(name);
        assert_eq!(state.ran("next github"), "6", "{name}");
        assert_eq!(state.ran("map d github"), "7", "{name}");
    }
}

/// Both places where the numbers stand.
fn without_numbers() -> State {
    let state = used();
    damage(&state, COUNTERS, DAMAGE[2]);
    damage(&state, HIGH_WATER, DAMAGE[0]);
    state
}

#[test]
fn s1_43_without_numbers_nothing_is_given_and_nothing_is_touched() {
    let state = without_numbers();
    let before: Vec<_> = state.names().iter().map(|name| state.text(name)).collect();
    for line in [
        "map d github",
        "map a github",
        "next github",
        "show counters",
        "start-over",
    ] {
        let error = state.run(line).unwrap_err();
        assert!(matches!(error, Error::NumbersLost { .. }), "{error}");
        let message = error.to_string();
        assert!(
            message.contains(COUNTERS) && message.contains(HIGH_WATER),
            "{message}"
        );
    }
    let after: Vec<_> = state.names().iter().map(|name| state.text(name)).collect();
    assert_eq!(before, after);
    // What can be read is still there to be read.
    assert_eq!(state.ran("lookup c"), "github\t4");
}

#[test]
fn s1_81_people_may_go_back_to_the_counters_backup() {
    let state = without_numbers();
    // It is a save behind: 5 was given alone, and nothing knows it any more.
    assert_eq!(state.ran("restore counters"), "github\t4");
    assert_eq!(state.ran("next github"), "5");
    // As long as the high-water mark is good, nothing goes back.
    assert_eq!(state.ran("restore counters"), "github\t5");
    assert_eq!(state.ran("next github"), "6");
}

#[test]
fn s1_44_people_may_name_the_numbers_to_go_on_above() {
    let state = without_numbers();
    assert_eq!(
        state.ran("start-over github=5 jira/PROJ=100"),
        "github\t5\njira/PROJ\t100"
    );
    assert_eq!(state.ran("map d github"), "6");
    assert_eq!(state.ran("map d jira"), "PROJ-101");
    assert_eq!(state.ran("map a github"), "1");
    // A lower number lowers nothing.
    assert_eq!(
        state.ran("start-over github=2 azure_devops=1"),
        "azure_devops\t1\ngithub\t6\njira/PROJ\t101"
    );
}

#[test]
fn s1_42_s1_68_d13_d18_mappings_without_a_good_backup_are_an_error_and_stay() {
    let state = used();
    let damaged = damage(&state, MAPPING, DAMAGE[2]);
    state.write(&format!("{MAPPING}.bak"), "not JSON either");
    for line in ["list", "map a github", "map new github", "next github"] {
        let error = state.run(line).unwrap_err().to_string();
        assert!(
            error.contains(MAPPING) && error.contains("damaged"),
            "{line}: {error}"
        );
    }
    assert_eq!(state.text(MAPPING), damaged);

    // Starting over is said, keeps the evidence and goes on above the mark.
    assert_eq!(state.ran("start-over"), "github\t5");
    assert_eq!(set_aside(&state, MAPPING), damaged);
    assert_eq!(state.ran("list"), "");
    assert_eq!(state.ran("map a github"), "6");
}

#[test]
fn damaged_mappings_that_were_all_there_is_know_no_numbers() {
    let state = State::with(&[(MAPPING, "{\"version\": \"1.0\", \"mappings\"")]);
    for line in ["next github", "start-over"] {
        let error = state.run(line).unwrap_err();
        assert!(matches!(error, Error::NumbersLost { .. }), "{error}");
    }
    assert_eq!(state.ran("start-over github=9"), "github\t9");
    assert_eq!(state.ran("map a github"), "10");
}

#[test]
fn s1_31_d16_a_damaged_file_never_becomes_the_backup() {
    let state = used();
    let backup = state.text(&format!("{MAPPING}.bak"));
    damage(&state, MAPPING, DAMAGE[3]);
    state.ran("map b github");
    assert_eq!(state.text(MAPPING), backup);
    state.ran("map d github");
    assert_eq!(state.text(&format!("{MAPPING}.bak")), backup);
}

#[test]
fn s1_83_the_backup_is_the_file_before_the_last_save() {
    let state = used();
    for (name, line) in [(MAPPING, "map d github"), (COUNTERS, "next github")] {
        let before = state.text(name);
        state.ran(line);
        assert_eq!(state.text(&format!("{name}.bak")), before);
    }
}

#[test]
fn s1_81_restored_mappings_take_no_number_back() {
    let state = used();
    state.ran("restore mappings");
    assert_eq!(state.ran("list"), "a\tgithub\t1\nb\tgithub\t3");
    assert_eq!(state.ran("map d github"), "6");
}

#[test]
fn s1_82_without_a_backup_there_is_nothing_to_restore() {
    let state = State::new();
    state.ran("map a github");
    for line in ["restore mappings", "restore counters"] {
        let error = state.run(line).unwrap_err();
        assert!(matches!(error, Error::NoBackup(_)), "{error}");
    }
    assert_eq!(state.ran("list"), "a\tgithub\t1");
}
