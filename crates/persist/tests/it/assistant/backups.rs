//! Copies: made, listed, gone back to, let go.

use super::program::error::Error;
use super::{State, contents, later, path};

/// Three contacts, each a second after the one before.
fn three() -> State {
    let state = State::new();
    for name in ["Ada", "Bo", "Cy"] {
        state.ran(&format!("contact add {name}"));
        later(1);
    }
    state
}

#[test]
fn s2_5_s2_8_s2_11_s2_12_s2_27_s2_79_each_save_keeps_the_file_before_it_with_its_time() {
    let state = State::new();
    assert!(state.storage().complaints.is_empty());
    assert!(contents_of_backups(&state).is_empty());
    state.ran("contact add Ada");
    assert_eq!(state.names(), ["contacts.json"]);
    let before = state.text("contacts.json");
    state.ran("contact add Bo");
    assert_eq!(
        contents_of_backups(&state),
        [("backups/contacts_20261120_031032_1.json".to_owned(), before)]
    );
}

fn contents_of_backups(state: &State) -> Vec<(String, String)> {
    let files = state.files().into_iter();
    let backups = files.filter(|(name, _)| name.starts_with("backups/"));
    backups
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
        .collect()
}

#[test]
fn s2_26_of_what_is_not_there_no_copy_is_made() {
    let state = State::new();
    assert!(
        state
            .refused("backup create notes")
            .contains("nothing to back up")
    );
    assert_eq!(state.ran("backup create"), "");
    state.ran("note add a");
    assert_eq!(state.ran("backup create"), "notes_20261120_031032_1.json");
}

#[test]
fn s2_28_d29_copies_of_one_second_do_not_overwrite_each_other() {
    let state = State::new();
    for n in 0..5 {
        state.ran(&format!("note add n{n}"));
    }
    let sizes: Vec<_> = contents_of_backups(&state)
        .iter()
        .map(|(_, text)| text.matches("\"title\"").count())
        .collect();
    assert_eq!(sizes, [1, 2, 3, 4]);
}

#[test]
fn s2_29_d28_the_last_good_copy_stays_whatever_lies_before_it() {
    let state = State::new();
    state.ran("note add a");
    state.ran("note add b");
    for n in 0..12 {
        state.write(&format!("backups/notes_20261120_04{n:02}00_1.json"), "[{");
    }
    state.ran("note add c");
    state.ran("note add d");
    state.write("notes.json", "");
    assert_eq!(state.ran("note list").lines().count(), 3);
}

#[test]
fn s2_30_s2_32_s2_80_the_newest_copy_or_that_of_a_time_is_restored() {
    for (line, left) in [
        ("backup restore contacts", 2),
        ("backup restore contacts --at 20261120_031033", 1),
        ("backup restore contacts --at 2026-11-20T03:10:33", 1),
        (
            "backup restore contacts --at contacts_20261120_031033_1.json",
            1,
        ),
    ] {
        let state = three();
        state.ran(line);
        assert_eq!(state.ran("contact list").lines().count(), left, "{line}");
        // And taken back.
        state.ran("undo contacts");
        assert_eq!(state.ran("contact list").lines().count(), 3, "{line}");
    }
}

#[test]
fn s2_31_d26_a_copy_that_is_damaged_is_not_restored() {
    let state = three();
    let before = state.text("contacts.json");
    state.write("backups/contacts_20261120_031034_1.json", "[{");
    let Err(Error::CorruptedData(error)) = state.run("backup restore contacts") else {
        panic!();
    };
    assert!(
        error.to_string().contains("choose another backup"),
        "{error}"
    );
    assert_eq!(state.text("contacts.json"), before);
}

#[test]
fn s2_33_s2_54_no_copy_of_that_time_is_an_error_of_its_own() {
    let state = three();
    for line in [
        "backup restore contacts --at 20240115_120000",
        "backup restore contacts --at ''",
        "backup restore notes",
    ] {
        match state.run(line) {
            Err(Error::BackupNotFound(text)) => assert!(text.contains("there is no backup of")),
            other => panic!("{line}: {other:?}"),
        }
    }
    assert!(state.refused("undo notes").contains("nothing") || state.names().len() == 3);
}

#[test]
fn s2_34_s2_35_d30_the_list_is_newest_first_and_knows_its_own() {
    let state = three();
    for foreign in [
        "contacts_old_20261120_031035_1.json",
        "contacts_20261120.json",
        "contacts_20261320_031032.json",
        "contacts_20261120_031032_x.json",
        "contacts_20261120_031036_1.txt",
        "notes_20261120_031032",
        "a note to myself",
    ] {
        state.write(&format!("backups/{foreign}"), "[]");
    }
    state.write("backups/contacts_20240115_120000.json", "[]");
    let first = contents(&state.fs, path("backups/contacts_20261120_031033_1.json"));
    assert_eq!(
        state.ran("backup list"),
        format!(
            "contacts_20261120_031034_1.json\t2026-11-20 03:10:34\t{}\n\
             contacts_20261120_031033_1.json\t2026-11-20 03:10:33\t{}\n\
             contacts_20240115_120000.json\t2024-01-15 12:00:00\t2",
            contents(&state.fs, path("backups/contacts_20261120_031034_1.json")).len(),
            first.len(),
        )
    );
}

#[test]
fn s2_36_s2_81_s2_90_old_copies_are_let_go_and_nothing_else() {
    let state = State::new();
    for n in 0..6 {
        state.ran(&format!("note add n{n}"));
        state.ran(&format!("contact add n{n}"));
        later(1);
    }
    for foreign in ["notes_old_20260101_000000.json", "a note to myself"] {
        state.write(&format!("backups/{foreign}"), "[]");
    }
    let count = |file: &str| state.ran(&format!("backup list {file}")).lines().count();
    assert_eq!(state.ran("backup delete-old notes --keep 9"), "");
    assert_eq!(
        state.ran("backup delete-old notes --keep 3"),
        "notes_20261120_031034_1.json\nnotes_20261120_031033_1.json"
    );
    // The last one stays, whatever is said.
    state.ran("backup delete-old notes --keep 0");
    assert_eq!((count("notes"), count("contacts")), (1, 5));
    assert!(
        state
            .ran("backup list notes")
            .starts_with("notes_20261120_031037_1.json")
    );
    for foreign in ["notes_old_20260101_000000.json", "a note to myself"] {
        assert_eq!(state.text(&format!("backups/{foreign}")), "[]");
    }
    // Without a count, and in all files, it is the option.
    state.ran("config set backup_count 2");
    state.ran("backup delete-old");
    assert_eq!((count("notes"), count("contacts")), (1, 2));
}
