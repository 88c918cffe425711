//! Ids, and the files that hold them.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::program::mapper::get_mapper;
use super::program::persistence::Persistence;
use super::{COUNTERS, HIGH_WATER, MAPPING, State, setting};

/// The files of the source's own description.
fn described() -> State {
    let mapping = json!({ "version": "1.0", "updated": "2025-11-10T14:45:00Z", "mappings": {
        "TASK-E01-b2c4": {
            "jira": "PROJ-456", "azure_devops": "1234", "linear": "TEAM-789", "github": "234"
        }
    }});
    let counters = json!({ "version": "1.0", "updated": "2025-11-10T14:45:00Z", "counters": {
        "jira": {"PROJ": 457, "TEST": 12}, "azure_devops": 1235,
        "linear": {"TEAM": 789, "DESIGN": 45}, "github": 234
    }});
    State::with(&[
        (MAPPING, &mapping.to_string()),
        (COUNTERS, &counters.to_string()),
    ])
}

fn value(state: &State, name: &str) -> Value {
    serde_json::from_str(&state.text(name)).unwrap()
}

#[test]
fn s1_12_s1_50_each_tool_has_its_form_of_id_and_goes_on_after_its_highest_number() {
    let state = described();
    assert_eq!(state.ran("map TASK-E02-aaaa jira"), "PROJ-458");
    assert_eq!(state.ran("map TASK-E02-aaaa azure_devops"), "1236");
    assert_eq!(
        state.ran("map TASK-E02-aaaa linear --project team"),
        "TEAM-790"
    );
    assert_eq!(state.ran("map TASK-E02-aaaa github"), "235");
    assert_eq!(
        state.ran("map TASK-E02-aaaa linear --project NEW"),
        "TEAM-790"
    );
    assert_eq!(state.ran("map TASK-E03-bbbb linear --project NEW"), "NEW-1");
}

#[test]
fn a_task_keeps_its_id_and_costs_no_number() {
    let state = described();
    for _ in 0..2 {
        assert_eq!(state.ran("map TASK-E01-b2c4 jira"), "PROJ-456");
        assert_eq!(
            state.ran("map TASK-E01-b2c4 jira --project OTHER"),
            "PROJ-456"
        );
    }
    assert_eq!(state.ran("next jira PROJ"), "458");
    assert!(!state.ran("show counters").contains("OTHER"));
}

#[test]
fn s1_51_s1_86_a_number_alone_is_taken_for_good() {
    let state = State::new();
    assert_eq!(state.ran("next jira test"), "1");
    assert_eq!(state.ran("next jira TEST"), "2");
    assert_eq!(state.ran("map TASK-1 jira --project TEST"), "TEST-3");
    assert_eq!(state.ran("next github"), "1");
    assert_eq!(value(&state, COUNTERS)["counters"]["jira"]["TEST"], 3);
}

#[test]
fn s1_11_s1_13_s1_14_s1_27_s1_47_the_files_have_the_form_that_they_had() {
    let state = State::new();
    for line in [
        "map TASK-2 linear --project B",
        "map TASK-2 github",
        "map TASK-1 linear --project A",
    ] {
        state.ran(line);
    }
    let expected = [
        (
            MAPPING,
            "mappings",
            json!({
                "TASK-1": {"linear": "A-1"}, "TASK-2": {"github": "1", "linear": "B-1"}
            }),
        ),
        (
            COUNTERS,
            "counters",
            json!({
                "azure_devops": 0, "github": 1, "jira": {}, "linear": {"A": 1, "B": 1}
            }),
        ),
    ];
    for (name, member, expected) in expected {
        let found = value(&state, name);
        let members: Vec<_> = found.as_object().unwrap().keys().collect();
        assert_eq!(
            members,
            ["version", "revision", "updated", member, "checksum"]
        );
        assert_eq!(found["version"], "1.0");
        // Compared as text: the keys are sorted.
        assert_eq!(found[member].to_string(), expected.to_string());
    }
    assert_eq!(
        value(&state, HIGH_WATER)["data"],
        value(&state, COUNTERS)["counters"]
    );
}

#[test]
fn s1_15_s1_74_each_save_is_later_than_the_one_before_whatever_the_clock_says() {
    let state = State::new();
    let updated = |task: &str| {
        state.ran(&format!("map {task} github"));
        value(&state, MAPPING)["updated"].to_string()
    };
    let times = ["a", "b", "c"].map(updated); // the clock of the test stands still
    assert!(
        times.is_sorted_by(|earlier, later| earlier < later),
        "{times:?}"
    );
}

#[test]
fn s1_37_s1_66_s1_70_no_files_are_no_ids() {
    let state = State::new();
    assert_eq!(state.ran("list"), "");
    assert_eq!(state.ran("show counters"), "");
    assert_eq!(state.names(), Vec::<String>::new());
}

#[test]
fn s1_45_a_missing_member_is_an_empty_one() {
    let empty = r#"{"version": "1.0", "updated": "2025-11-10T14:45:00Z"}"#;
    let state = State::with(&[(MAPPING, empty), (COUNTERS, empty)]);
    assert_eq!(state.ran("list"), "");
    assert_eq!(state.ran("map TASK-1 github"), "1");
}

#[test]
fn s1_65_s1_69_s1_75_what_is_there_stays_also_what_nobody_here_knows() {
    let mapping = json!({ "version": "1.0", "updated": "2025-11-10T14:45:00Z", "owner": {"b": 1, "a": [2]},
        "mappings": {"TASK-1": {"jira": "PROJ-7", "trello": "card-9", "github": "by hand"}}});
    let counters = json!({ "version": "1.0", "updated": "2025-11-10T14:45:00Z", "note": "kept",
        "counters": {"jira": {"PROJ": 3}, "azure_devops": 0, "linear": {}, "github": 0,
                     "trello": 9, "asana": {"X": 4}}});
    let state = State::with(&[
        (MAPPING, &mapping.to_string()),
        (COUNTERS, &counters.to_string()),
    ]);
    assert_eq!(state.ran("map TASK-1 jira"), "PROJ-7");
    assert_eq!(state.ran("map TASK-2 jira"), "PROJ-8"); // above the mapping, not above the counter
    assert_eq!(state.ran("map TASK-1 github"), "by hand");

    let found = value(&state, MAPPING);
    assert_eq!(found["owner"], mapping["owner"]);
    assert_eq!(found["mappings"]["TASK-1"], mapping["mappings"]["TASK-1"]);
    let found = value(&state, COUNTERS);
    assert_eq!(found["note"], "kept");
    assert_eq!(
        (
            &found["counters"]["trello"],
            &found["counters"]["asana"]["X"]
        ),
        (&json!(9), &json!(4))
    );
}

#[test]
fn s1_24_s1_71_what_can_not_be_right_is_not_taken() {
    let with = |counters: &str| format!(r#"{{"version": "1.0", "counters": {counters}}}"#);
    for counters in [
        r#"{"github": -1}"#,
        r#"{"github": 1.5}"#,
        r#"{"github": "1"}"#,
        r#"{"github": {"KEY": 1}}"#,
        r#"{"jira": 1}"#,
        r#"{"jira": {"PROJ": {"deep": 1}}}"#,
        "[1]",
    ] {
        let state = State::with(&[(COUNTERS, &with(counters))]);
        let error = state.run("next github").unwrap_err().to_string();
        assert!(
            error.contains("which numbers were given is not known"),
            "{counters}: {error}"
        );
        assert_eq!(state.text(COUNTERS), with(counters));
    }
    for mappings in [r#"{"TASK-1": {"github": 7}}"#, r#"{"TASK-1": "7"}"#, "[]"] {
        let text = format!(r#"{{"version": "1.0", "mappings": {mappings}}}"#);
        let state = State::with(&[(MAPPING, &text)]);
        assert!(state.run("map TASK-1 github").is_err(), "{mappings}");
        assert_eq!(state.text(MAPPING), text);
    }
    let newer = r#"{"version": "2.0", "mappings": {}}"#;
    let state = State::with(&[(MAPPING, newer)]);
    assert!(
        state
            .run("map TASK-1 github")
            .unwrap_err()
            .to_string()
            .contains("2.0")
    );
    assert!(state.run("start-over").is_err());
    assert_eq!(state.text(MAPPING), newer);
}

#[test]
fn a_series_ends_without_beginning_again() {
    let counters = format!(
        r#"{{"version": "1.0", "counters": {{"github": {}}}}}"#,
        u64::MAX - 1
    );
    let state = State::with(&[(COUNTERS, &counters)]);
    assert_eq!(state.ran("next github"), u64::MAX.to_string());
    for line in ["next github", "map TASK-1 github"] {
        let error = state.run(line).unwrap_err().to_string();
        assert!(error.starts_with("there is no number after"), "{error}");
    }
}

#[test]
fn s1_109_a_new_id_costs_eight_syncs_and_one_that_is_there_none() {
    let state = State::new();
    state.ran("map a github");
    state.ran("map b github");
    let syncs = |line: &str| {
        let before = state.fs.trace().to_string().matches(" sync_").count();
        state.ran(line);
        state.fs.trace().to_string().matches(" sync_").count() - before
    };
    // Content and name of each file, and the name of each backup; the mark has no backup.
    assert_eq!(syncs("map c github"), 3 + 3 + 2);
    assert_eq!(syncs("next github"), 3 + 2);
    assert_eq!(syncs("map c github"), 0);
}

#[test]
fn s1_99_a_process_has_one_mapper() {
    static BUILT: AtomicU32 = AtomicU32::new(0);
    let state = State::new();
    let mappers: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            get_mapper(|| {
                BUILT.fetch_add(1, Ordering::Relaxed);
                Persistence::new("/state", setting(&state.fs))
            })
        };
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(one)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(BUILT.load(Ordering::Relaxed), 1);
    assert!(
        mappers
            .iter()
            .all(|mapper| std::ptr::eq(*mapper, mappers[0]))
    );
}
