//! Files that the Python program wrote, and the Python program on files that were written here.
//!
//! `golden/` holds what `seed.py` wrote (and its `.bak` files): Python is needed only to go on with them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::program::mapper::Mapper;
use super::program::persistence::{Persistence, Setting};
use super::program::series::Tool;
use super::{COUNTERS, HIGH_WATER, MAPPING, State, told};
use crate::python::Python;

const GOLDEN_MAPPING: &str = include_str!("golden/external_id_mapping.json");
const GOLDEN_COUNTERS: &str = include_str!("golden/external_id_counters.json");

/// As the Python program left it.
fn golden() -> State {
    State::with(&[
        (MAPPING, GOLDEN_MAPPING),
        (
            "external_id_mapping.json.bak",
            include_str!("golden/external_id_mapping.json.bak"),
        ),
        (COUNTERS, GOLDEN_COUNTERS),
        (
            "external_id_counters.json.bak",
            include_str!("golden/external_id_counters.json.bak"),
        ),
    ])
}

#[test]
fn s1_6_s1_65_s1_69_looking_changes_nothing() {
    let state = golden();
    let names = state.names();
    assert_eq!(state.ran("lookup TASK-Ü-1"), "github\t2");
    assert_eq!(
        state.ran("show counters"),
        "azure_devops\t1\ngithub\t2\njira/PROJ\t3\nlinear/DESIGN\t1\nlinear/TEAM\t1"
    );
    let verified = state.ran("verify");
    assert_eq!(
        verified.matches("readable, without a checksum").count(),
        4,
        "{verified}"
    );
    assert_eq!(
        (state.text(MAPPING).as_str(), state.text(COUNTERS).as_str()),
        (GOLDEN_MAPPING, GOLDEN_COUNTERS)
    );
    assert_eq!(state.names(), names);
}

#[test]
fn s1_84_s1_85_the_first_id_goes_on_where_python_stopped() {
    let state = golden();
    assert_eq!(state.ran("map TASK-E02-c3d5 jira"), "PROJ-2");
    // 3 was given without a task.
    assert_eq!(state.ran("map TASK-Ü-1 jira"), "PROJ-4");
    let [before, after] = [GOLDEN_MAPPING, &state.text(MAPPING)].map(|text| {
        let value: Value = serde_json::from_str(text).unwrap();
        value["mappings"].clone()
    });
    let mut expected = before.clone();
    expected["TASK-Ü-1"]["jira"] = "PROJ-4".into();
    assert_eq!(after, expected);
    // What Python wrote is the backup, byte for byte.
    assert_eq!(state.text(&format!("{MAPPING}.bak")), GOLDEN_MAPPING);
    assert_eq!(state.text(&format!("{COUNTERS}.bak")), GOLDEN_COUNTERS);
    assert!(
        state
            .ran("verify")
            .lines()
            .all(|line| !line.contains("damaged"))
    );
}

#[test]
fn s1_44_counters_that_python_left_damaged_are_not_guessed_from_a_backup_that_is_behind() {
    let state = golden();
    state.write(COUNTERS, "");
    assert!(state.run("next jira PROJ").is_err());
    // Mappings know of 2, the backup of 3: the higher one counts.
    state.ran("restore counters");
    assert_eq!(state.ran("next jira PROJ"), "4");
}

#[test]
fn d20_a_mapping_that_python_lost_costs_its_number_and_no_other() {
    // Killed between its two saves: the counter is ahead.
    let state = golden();
    let ahead = GOLDEN_COUNTERS.replace("\"github\": 2", "\"github\": 3");
    state.write(COUNTERS, &ahead);
    assert_eq!(state.ran("map TASK-new github"), "4");
    // Behind, as where another copy of it had cached an older state.
    let state = golden();
    state.write(
        COUNTERS,
        &GOLDEN_COUNTERS.replace("\"github\": 2", "\"github\": 1"),
    );
    assert_eq!(state.ran("map TASK-new github"), "3");
}

#[test]
fn a_python_program_that_saves_in_between_is_followed() {
    let state = golden();
    assert_eq!(state.ran("map TASK-new github"), "3");
    // It drops what it does not know: checksum and revision.
    let unsealed = GOLDEN_COUNTERS.replace("\"github\": 2", "\"github\": 7");
    state.write(COUNTERS, &unsealed);
    assert_eq!(state.ran("next github"), "8");
    // And where it goes back to what it had cached, the mark does not.
    state.write(COUNTERS, GOLDEN_COUNTERS);
    state.write(MAPPING, GOLDEN_MAPPING);
    assert_eq!(state.ran("next github"), "9");
    assert_eq!(told(), Vec::<String>::new());
    assert!(state.text(HIGH_WATER).contains("\"github\": 9"));
}

fn python(dir: &Path) -> Python<'_> {
    Python {
        of: "id_mapper",
        dir,
    }
}

type Mappings = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn s1_6_s1_108_both_programs_go_on_with_each_others_files() {
    if !Python::is_there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let python = python(dir.path());
    let mapper = Mapper::new(Persistence::new(dir.path(), Setting::default()));

    assert_eq!(python.run(&["map", "TASK-1", "jira", "PROJ"]), "PROJ-1");
    assert_eq!(
        mapper
            .map_to_external("TASK-1", Tool::Jira, "PROJ")
            .unwrap(),
        "PROJ-1"
    );
    assert_eq!(
        mapper
            .map_to_external("TASK-2", Tool::Jira, "PROJ")
            .unwrap(),
        "PROJ-2"
    );
    assert_eq!(mapper.increment_counter(Tool::Github, None).unwrap(), 1);
    assert_eq!(python.run(&["map", "TASK-2", "jira", "PROJ"]), "PROJ-2");
    assert_eq!(python.run(&["map", "TASK-3", "jira", "PROJ"]), "PROJ-3");
    assert_eq!(python.run(&["next", "github"]), "2");
    assert_eq!(
        mapper
            .map_to_external("TASK-4", Tool::Jira, "PROJ")
            .unwrap(),
        "PROJ-4"
    );
    assert_eq!(
        mapper.map_to_external("TASK-4", Tool::Github, "").unwrap(),
        "3"
    );

    let (mappings, counters): (Mappings, Value) =
        serde_json::from_str(&python.run(&["show"])).unwrap();
    assert_eq!(mappings, mapper.persistence.load_mappings().unwrap());
    assert_eq!(counters["jira"]["PROJ"], 4);
    assert_eq!(counters["github"], 3);
    assert_eq!(counters["azure_devops"], 0);
}

#[test]
#[cfg(unix)]
fn s1_17_s1_33_python_is_kept_out_by_the_same_lock() {
    if !Python::is_there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let python = python(dir.path());
    let lock_file = format!("{MAPPING}.lock");
    let held = lock::Lock::exclusive(dir.path().join(MAPPING)).unwrap();
    assert_eq!(python.run(&["is_locked", &lock_file]), "True");
    drop(held);
    assert_eq!(python.run(&["is_locked", &lock_file]), "False");
}
