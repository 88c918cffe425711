//! Contacts and notes from the command line.

use super::program::error::Error;
use super::{State, later, said};

#[test]
fn s2_1_s2_76_s2_77_what_was_added_is_there_in_the_next_run() {
    let state = State::new();
    let ada = state.ran("contact add 'Ada Lovelace' --phone 123 --birthday 1815-12-10");
    state.ran("contact add Bo --email bo@example.org");
    let note = state.ran("note add Shopping --content 'milk and bread' --tag home --tag food");
    assert_eq!((ada.as_str(), note.as_str()), ("00000001", "00000003"));
    assert_eq!(
        state.ran("contact list"),
        "00000001\tAda Lovelace\n00000002\tBo"
    );
    assert_eq!(
        state.ran("contact show 00000001"),
        "id\t00000001-0000-4000-8000-000000000000\nname\tAda Lovelace\nphone\t123\n\
         birthday\t1815-12-10\ncreated\t2026-11-20 03:10:32\nupdated\t2026-11-20 03:10:32"
    );
    assert!(
        state
            .ran("note show shopping")
            .contains("tags\thome, food\n")
    );
}

#[test]
fn s2_3_s2_48_s2_50_s2_51_s2_52_files_have_the_form_that_python_gives_them() {
    let state = State::new();
    state.ran("contact add 'Žofie Nováková' --phone 123 --birthday 1990-05-17");
    assert_eq!(
        state.text("contacts.json"),
        r#"[
  {
    "address": null,
    "birthday": "1990-05-17",
    "created_at": "2026-11-20T03:10:32+00:00",
    "email": null,
    "id": "00000001-0000-4000-8000-000000000000",
    "name": "Žofie Nováková",
    "phone": "123",
    "updated_at": "2026-11-20T03:10:32+00:00"
  }
]
"#
    );
}

#[test]
fn an_edit_changes_what_it_names_and_nothing_else() {
    let state = State::new();
    state.ran("contact add Ada --phone 123 --email ada@example.org");
    let before = state.text("contacts.json");
    later(60);
    state.ran("contact edit ada --phone 456 --email ''");
    let expected = before
        .replace("\"123\"", "\"456\"")
        .replace("\"ada@example.org\"", "null")
        .replace(
            "\"updated_at\": \"2026-11-20T03:10:32",
            "\"updated_at\": \"2026-11-20T03:11:32",
        );
    assert_eq!(state.text("contacts.json"), expected);
}

#[test]
fn records_are_searched_and_removed() {
    let state = State::new();
    for line in [
        "note add Shopping --content 'Milk and BREAD'",
        "note add Work --tag home",
        "note add bread",
    ] {
        state.ran(line);
    }
    assert_eq!(
        state.ran("note search bread"),
        "00000003\tbread\n00000001\tShopping"
    );
    assert_eq!(state.ran("note search HOME"), "00000002\tWork");
    assert_eq!(state.ran("note search nowhere"), "");
    // The whole name goes before the beginning of an id.
    state.ran("note remove bread");
    state.ran("note remove 00000002");
    assert_eq!(state.ran("note list"), "00000001\tShopping");
}

#[test]
fn s2_89_what_can_not_be_right_is_not_saved() {
    let state = State::new();
    state.ran("contact add Ada --phone 1");
    let before = state.files();
    for (line, reason) in [
        ("contact add ' '", "a contact has a name"),
        ("contact add Bo --email nowhere", "`nowhere` is no email"),
        (
            "contact add Bo --birthday 17.5.1990",
            "is no day: YYYY-MM-DD",
        ),
        ("contact add Bo --birthday 2023-02-29", "is no day"),
        ("contact edit ada --name ''", "a contact has a name"),
        ("note add ''", "a note has a title"),
    ] {
        assert!(state.refused(line).contains(reason), "{line}");
    }
    assert_eq!(state.files(), before);
}

#[test]
fn whoever_is_meant_must_be_clear() {
    let state = State::new();
    state.ran("contact add Bo --phone 1");
    state.ran("contact add bo --phone 2");
    for (line, reason) in [
        (
            "contact edit Bo --phone 3",
            "there is more than one contact `Bo`: 00000001, 00000002",
        ),
        ("contact remove 0000", "there is more than one"),
        ("contact show nobody", "there is no contact `nobody`"),
        ("contact remove ''", "there is no contact ``"),
    ] {
        match state.run(line) {
            Err(Error::Usage(text)) => assert!(text.contains(reason), "{line}: {text}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    assert!(state.ran("contact show 00000002").contains("phone\t2"));
}

#[test]
fn s2_16_records_without_an_id_are_told_apart_by_what_they_hold() {
    let state = State::with(&[(
        "contacts.json",
        r#"[{"name": "Bo", "phone": "1"}, {"name": "Cy"}, {"name": "Bo", "phone": "1"}]"#,
    )]);
    assert_eq!(state.ran("contact list"), "-\tBo\n-\tBo\n-\tCy");
    state.ran("contact edit cy --phone 7");
    assert!(state.ran("contact show cy").contains("phone\t7"));
    assert!(state.refused("contact remove bo").contains("more than one"));
    assert_eq!(said(), Vec::<String>::new());
}

#[test]
fn s2_20_no_command_takes_the_name_of_a_file() {
    let state = State::new();
    for line in [
        "backup create ../contacts.json",
        "backup restore /etc/passwd",
        "recover contacts.json",
        "undo ..",
    ] {
        assert!(state.refused(line).contains("invalid value"), "{line}");
    }
}
