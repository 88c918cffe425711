//! Each option does what it says, and nobody loses what stands in `config.json`.

use super::program::config::Config;
use super::program::error::Error;
use super::{State, contents, path, said};

#[test]
fn s2_61_s2_71_s2_84_options_have_the_defaults_of_the_python_program() {
    let state = State::new();
    let defaults = "backup_enabled\ttrue\nbackup_count\t10\nauto_save\ttrue\nauto_save_interval\t60\n\
         data_format\tjson\ndate_format\t%Y-%m-%d\ntime_format\t%H:%M:%S";
    assert_eq!(state.ran("config list"), defaults);
    state.ran("config set backup_count 3");
    assert_eq!(state.ran("config get backup_count"), "3");
    assert_eq!(Config::default().values()["backup_count"], 10);
    assert_eq!(State::new().ran("config list"), defaults);
}

#[test]
fn s2_62_backup_enabled_false_makes_no_copy_but_those_that_people_ask_for() {
    let state = State::new();
    state.ran("config set backup_enabled false");
    for name in ["Ada", "Bo", "Cy"] {
        state.ran(&format!("contact add {name}"));
    }
    assert_eq!(state.names(), ["config.json", "contacts.json"]);
    let made = state.ran("backup create contacts");
    assert_eq!(
        state.ran("backup list contacts").split('\t').next(),
        Some(made.as_str())
    );
    // Nor does it take away what repairs and restores keep.
    state.ran("contact remove ada");
    state.ran("backup restore contacts");
    state.ran("undo contacts");
    assert_eq!(state.ran("contact list").lines().count(), 2);
    // Damage comes back from the copy that was asked for, and the damaged bytes stay.
    state.write("contacts.json", "\0\0\0");
    assert_eq!(state.ran("contact list").lines().count(), 3);
    let kept = state.files().into_iter();
    let kept: Vec<_> = kept
        .filter(|(name, _)| name.contains(".damaged-"))
        .collect();
    assert_eq!((kept.len(), kept[0].1.as_slice()), (1, &b"\0\0\0"[..]));
}

#[test]
fn s2_63_backup_count_is_how_many_stay() {
    let state = State::new();
    state.ran("config set backup_count 2");
    for n in 0..6 {
        state.ran(&format!("note add n{n}"));
    }
    assert_eq!(state.ran("backup list notes").lines().count(), 2);
    state.ran("config set backup_count 4");
    for n in 6..12 {
        state.ran(&format!("note add n{n}"));
    }
    assert_eq!(state.ran("backup list notes").lines().count(), 4);
}

#[test]
fn s2_65_s2_94_s2_98_data_format_is_how_data_is_written_from_then_on() {
    let state = State::new();
    for n in 0..20 {
        state.ran(&format!("note add 'a note like many others {n}'"));
    }
    let plain = state.text("notes.json");
    state.ran("config set data_format json.gz");
    assert_eq!(state.text("notes.json"), plain);
    assert_eq!(state.ran("note list").lines().count(), 20);

    state.ran("note add z");
    let packed = contents(&state.fs, path("notes.json"));
    assert!(packed.starts_with(&[0x1f, 0x8b]) && packed.len() * 4 < plain.len());
    assert_eq!(state.ran("note list").lines().count(), 21);
    // The options themselves stay plain: they say how the rest is to be read.
    assert!(state.text("config.json").contains("json.gz"));

    state.ran("config set data_format json");
    state.ran("note remove z");
    assert_eq!(state.text("notes.json"), plain);
}

#[test]
fn s2_65_in_json_gz_every_change_of_a_byte_is_found() {
    let state = State::new();
    state.ran("config set data_format json.gz");
    state.ran("contact add Ada");
    let good = contents(&state.fs, path("contacts.json"));
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x20;
        super::scribble(&state.fs, path("contacts.json"), &bad);
        match state.run("--no-recover contact list") {
            Err(Error::CorruptedData(_)) => {}
            // Header bytes that mean nothing to the content.
            Ok((_, list)) => assert_eq!(list, "00000001\tAda", "byte {at}"),
            Err(other) => panic!("byte {at}: {other}"),
        }
    }
}

#[test]
fn s2_66_date_format_and_time_format_are_how_times_are_shown_and_not_how_they_are_stored() {
    let state = State::new();
    state.ran("contact add Ada --birthday 1815-12-10");
    let stored = state.text("contacts.json");
    state.ran("config set date_format '%A, %d. %B %Y'");
    state.ran("config set time_format '%I:%M %p'");
    let shown = state.ran("contact show ada");
    assert!(
        shown.contains("birthday\tSunday, 10. December 1815\n"),
        "{shown}"
    );
    assert!(
        shown.contains("created\tFriday, 20. November 2026 03:10 AM\n"),
        "{shown}"
    );
    state.ran("backup create contacts");
    assert!(
        state
            .ran("backup list")
            .contains("\tFriday, 20. November 2026 03:10 AM\t")
    );
    assert_eq!(state.text("contacts.json"), stored);
}

#[test]
fn s2_67_s2_69_both_forms_of_the_file_are_read_and_kept_with_every_key() {
    let list = r#"[{"backup_count": 2, "theme": {"dark": true}}, {"left": "over"}]"#;
    let object = r#"{"backup_count": 2, "theme": {"dark": true}}"#;
    for (before, after) in [
        (
            list,
            serde_json::json!([{"backup_count": 2, "theme": {"dark": true}, "auto_save": false}, {"left": "over"}]),
        ),
        (
            object,
            serde_json::json!({"backup_count": 2, "theme": {"dark": true}, "auto_save": false}),
        ),
        ("[]", serde_json::json!([{"auto_save": false}])),
    ] {
        let state = State::with(&[("config.json", before)]);
        let count = if before == "[]" { "10" } else { "2" };
        assert_eq!(state.ran("config get backup_count"), count);
        assert_eq!(state.ran("config get date_format"), "%Y-%m-%d");
        assert_eq!(state.text("config.json"), before);
        state.ran("config set auto_save false");
        let text = state.text("config.json");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            after
        );
    }
    // What was set first is in the form of the Python program.
    let state = State::new();
    state.ran("config set auto_save_interval 5");
    assert_eq!(
        state.text("config.json"),
        "[\n  {\n    \"auto_save_interval\": 5\n  }\n]\n"
    );
}

#[test]
fn s2_68_d32_a_file_that_can_not_be_read_gives_the_defaults_and_stays() {
    for unreadable in ["[{\"backup_count\": 2,", "", "42", "[[]]"] {
        let state = State::with(&[("config.json", unreadable)]);
        state.ran("contact add Ada");
        assert_eq!(state.ran("config get backup_count"), "10");
        let complaints = state.storage().complaints.concat();
        assert!(
            complaints.contains("config.json is damaged") && complaints.contains("defaults hold"),
            "{complaints}"
        );
        let Err(Error::CorruptedData(error)) = state.run("config set backup_count 3") else {
            panic!("{unreadable}");
        };
        assert!(error.to_string().contains("config.json is damaged"));
        assert_eq!(state.text("config.json"), unreadable);
        assert_eq!(state.names(), ["config.json", "contacts.json"]);
    }
}

#[test]
fn s2_68_people_may_have_it_recovered() {
    let state = State::new();
    state.ran("config set backup_count 3");
    state.ran("config set auto_save false");
    state.write("config.json", "[{");
    assert!(
        state
            .ran("recover config")
            .contains("its value was taken from")
    );
    assert_eq!(state.ran("config get backup_count"), "3");
    assert!(
        state
            .names()
            .iter()
            .any(|name| name.starts_with("config.json.damaged-"))
    );

    let state = State::with(&[("config.json", "[{")]);
    assert!(
        state
            .refused("recover config")
            .contains("no backup is usable")
    );
    assert_eq!(state.text("config.json"), "[{");
    state.ran("recover config --start-over");
    assert_eq!(state.ran("config get backup_count"), "10");
}

#[test]
fn a_value_that_can_not_be_used_is_as_if_it_was_not_set() {
    let stored = r#"[{"backup_count": "ten", "auto_save": 1, "auto_save_interval": -5,
        "data_format": "xml", "date_format": "%Q", "time_format": "%H.%M"}]"#;
    let state = State::with(&[("config.json", stored)]);
    let storage = state.storage();
    assert_eq!(storage.complaints.len(), 5);
    assert_eq!(
        storage.complaints[0],
        "config.json: backup_count is \"ten\", not a number from 1; 10 holds instead"
    );
    assert_eq!(state.ran("config get backup_count"), "10");
    assert_eq!(state.ran("config get time_format"), "%H.%M");
    // Setting one keeps the mistakes of the others for whoever made them.
    state.ran("config set backup_count 7");
    assert!(state.text("config.json").contains("\"%Q\""));
}

#[test]
fn s2_70_get_has_a_default_and_set_saves_at_once_what_can_be_right() {
    let state = State::new();
    assert_eq!(state.ran("config get theme --default light"), "light");
    assert!(!state.run("config get theme").unwrap().0);
    state.ran("config set theme '{\"dark\": true}' --any");
    assert_eq!(state.ran("config get theme"), "{\"dark\":true}");
    let before = state.files();
    for (line, reason) in [
        ("config set theme dark", "`theme` is no option"),
        ("config set backup_count 0", "not a number from 1"),
        ("config set backup_count many", "not a number from 1"),
        ("config set auto_save maybe", "neither true nor false"),
        ("config set auto_save_interval=-1", "unexpected"),
        ("config set data_format xml", "neither \"json\" nor"),
        (
            "config set date_format %Q",
            "`%Q` is none of the directives",
        ),
        ("config set time_format 12%", "in the middle of a directive"),
    ] {
        let refusal = state.refused(line);
        assert!(
            refusal.contains(reason) || reason == "unexpected",
            "{line}: {refusal}"
        );
    }
    assert_eq!(state.files(), before);
    assert_eq!(said(), Vec::<String>::new());
}
