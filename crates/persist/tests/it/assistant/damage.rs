//! Damaged files. "Missing, empty and unrecoverable are three things, and nothing is written over that
//! could not be read."

use super::State;
use super::program::error::Error;

/// Three notes, the last of them not yet in a backup.
fn used() -> State {
    let state = State::new();
    for title in ["a", "b", "c"] {
        state.ran(&format!("note add {title}"));
    }
    state
}

/// The bytes that were set aside.
fn set_aside(state: &State) -> Vec<String> {
    let files = state.files().into_iter();
    let kept = files.filter(|(name, _)| name.starts_with("notes.json.damaged-"));
    kept.map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .collect()
}

const DAMAGE: &[&str] = &["", "\0\0\0\0", "nothing of a list", "42", "\"a\""];

#[test]
fn s2_22_s2_56_s2_82_damaged_records_come_back_from_the_newest_backup() {
    for damaged in DAMAGE {
        let state = used();
        state.write("notes.json", damaged);
        assert_eq!(
            state.ran("note list"),
            "00000001\ta\n00000002\tb",
            "{damaged}"
        );
        assert_eq!(set_aside(&state), [*damaged]);
        // Once: nothing is left to recover.
        assert_eq!(state.ran("recover notes"), "notes.json: nothing to recover");
    }
}

#[test]
fn s2_55_what_can_be_repaired_without_loss_goes_before_a_backup() {
    for (reason, break_it) in [
        (
            "a trailing comma",
            (|text| text.replace("}\n]", "},\n]")) as fn(&str) -> String,
        ),
        ("a byte-order mark and quotes of Python", |text| {
            format!("\u{feff}{}", text.replace('"', "'"))
        }),
        ("a tail of NULs", |text| format!("{text}\0\0\0\0")),
        ("a longer file's tail", |text| format!("{text}  }}\n]\n")),
    ] {
        let state = used();
        let (good, listed) = (state.text("notes.json"), state.ran("note list"));
        let damaged = break_it(&good);
        state.write("notes.json", &damaged);
        assert_eq!(state.ran("note list"), listed, "{reason}");
        assert_eq!(set_aside(&state), [damaged]);
        let [found, saved]: [serde_json::Value; 2] =
            [&state.text("notes.json"), &good].map(|text| serde_json::from_str(text).unwrap());
        assert_eq!(found, saved, "{reason}");
    }
}

#[test]
fn s2_55_where_something_is_lost_a_backup_goes_first_and_the_rest_of_the_file_before_nothing() {
    let state = used();
    let text = state.text("notes.json");
    let cut = &text[..text.len() - 20];
    state.write("notes.json", cut);
    assert_eq!(state.ran("note list"), "00000001\ta\n00000002\tb");

    let alone = State::with(&[("notes.json", cut)]);
    let said = alone.ran("recover notes");
    assert!(said.contains("record 2"), "{said}");
    assert_eq!(alone.ran("note list"), "00000001\ta\n00000002\tb");
    assert_eq!(set_aside(&alone), [cut]);
}

#[test]
fn s2_57_s2_60_d26_older_backups_are_tried_and_a_bad_one_never_takes_the_place_of_the_file() {
    let state = used();
    state.write("notes.json", "[");
    state.write("backups/notes_20261120_031032_2.json", "[{\"title\": ");
    let said = state.ran("recover notes");
    assert!(
        said.contains("notes_20261120_031032_2.json could not be used"),
        "{said}"
    );
    assert!(
        said.contains("taken from") && said.contains("notes_20261120_031032_1.json"),
        "{said}"
    );
    assert_eq!(state.ran("note list"), "00000001\ta");
}

#[test]
fn s2_24_s2_58_d27_missing_empty_and_lost_are_three_things() {
    let state = State::new();
    assert_eq!(state.ran("note list"), "");
    assert!(
        state
            .ran("verify")
            .starts_with("contacts.json: not there\n")
    );
    state.write("notes.json", "[]");
    assert_eq!(state.ran("note list"), "");
    assert!(state.ran("verify").contains("notes.json: good"));

    state.write("notes.json", "nothing of a list");
    for line in ["note list", "note add d", "recover notes"] {
        match state.run(line) {
            Err(Error::CorruptedData(error)) => {
                assert!(
                    error.to_string().contains("notes.json is damaged"),
                    "{error}"
                );
            }
            other => panic!("{line}: {other:?}"),
        }
        assert_eq!(state.text("notes.json"), "nothing of a list");
    }
    // Beginning anew is asked for by name, and keeps the evidence.
    state.ran("recover notes --start-over");
    assert_eq!(state.ran("note list"), "");
    assert_eq!(set_aside(&state), ["nothing of a list"]);
}

#[test]
fn s2_25_d25_who_wants_the_error_gets_it_and_nothing_is_recovered_twice() {
    let state = used();
    state.write("notes.json", "[");
    let before = state.files();
    for line in ["--no-recover note list", "--no-recover note add d"] {
        assert!(
            matches!(state.run(line), Err(Error::CorruptedData(_))),
            "{line}"
        );
    }
    assert_eq!(state.files(), before);
}

#[test]
fn s2_6_s2_87_verify_names_what_is_damaged_and_sweep_what_was_left() {
    let state = used();
    state.write("backups/notes_20261120_031032_1.json", "[");
    state.write("contacts.json", "x");
    let before = state.files();
    let (is_well, found) = state.run("verify").unwrap();
    assert!(!is_well);
    assert!(
        found.contains("contacts.json: damaged: not JSON"),
        "{found}"
    );
    assert!(found.contains("notes.json: good"), "{found}");
    assert!(
        found.contains("notes_20261120_031032_1.json: damaged"),
        "{found}"
    );
    assert_eq!(state.files(), before);

    state.write(".notes.json.0123456789abcdef.tmp", "half");
    assert!(
        state
            .ran("sweep")
            .ends_with(".notes.json.0123456789abcdef.tmp")
    );
    assert_eq!(state.ran("sweep"), "");
}
