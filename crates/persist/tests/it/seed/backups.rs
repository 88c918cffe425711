//! Its backups.

use std::fs;

use persist::ErrorKind;

use super::{Mappings, State, kept_as_the_source_does, mappings};

#[test]
fn s1_79_backup_creation() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    assert!(
        state.mappings().backups().unwrap().is_empty(),
        "there was nothing to back up"
    );
    state.mappings().save(&mappings("b")).unwrap();
    let backup = state
        .scratch
        .at(".claude/state/external_id_mapping.json.bak");
    assert_eq!(
        kept_as_the_source_does::<Mappings>()
            .at(backup)
            .load_or_default()
            .unwrap(),
        mappings("a")
    );
}

#[test]
fn s1_80_backup_preservation_on_write_failure() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    state.mappings().save(&mappings("b")).unwrap();
    let before = state.scratch.files();
    let small = kept_as_the_source_does::<Mappings>()
        .size_limit(1000)
        .at(state.mapping_path());
    assert_eq!(
        small.save(&mappings(&"c".repeat(1000))).unwrap_err().kind(),
        ErrorKind::TooLarge
    );
    assert_eq!(state.scratch.files(), before);
}

#[test]
fn s1_81_restore_from_backup() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    state.mappings().save(&mappings("b")).unwrap();
    let backup = state.mappings().backups().unwrap().remove(0);
    state.mappings().restore(&backup).unwrap();
    assert_eq!(state.mappings().load_or_default().unwrap(), mappings("a"));
}

#[test]
fn s1_82_restore_when_no_backup_exists() {
    let state = State::new();
    state.mappings().save(&mappings("a")).unwrap();
    state.mappings().save(&mappings("b")).unwrap();
    let backup = state.mappings().backups().unwrap().remove(0);
    fs::remove_file(backup.path()).unwrap();
    assert_eq!(
        state.mappings().restore(&backup).unwrap_err().kind(),
        ErrorKind::Missing
    );
    assert_eq!(state.mappings().load_or_default().unwrap(), mappings("b"));
}

#[test]
fn s1_83_backup_overwrite_behaviour() {
    let state = State::new();
    for id in ["a", "b", "c"] {
        state.mappings().save(&mappings(id)).unwrap();
    }
    let backups = state.mappings().backups().unwrap();
    assert_eq!(backups.len(), 1, "one file, the state before the last");
    let last = kept_as_the_source_does::<Mappings>().at(backups[0].path());
    assert_eq!(last.load_or_default().unwrap(), mappings("b"));
}
