//! "What can't be read is told, stays as it is, and keeps nothing else from working."

use std::error::Error as _;

use super::program::app::with_causes;
use super::program::domain::Service;
use super::program::domain::library::FeatureLibrary;
use super::program::error::{Error, LoadError};
use super::program::persistence::Persistence;
use super::{Data, FEATURES, GOLDEN_FEATURES, TIME, feature};

fn load_error(data: &Data) -> (LoadError, String) {
    match data.app().features.load() {
        Err(error @ Error::Load { .. }) => {
            let text = with_causes(&error);
            let Error::Load { source, .. } = error else {
                unreachable!()
            };
            (*source, text)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn s0_20_s0_65_no_file_is_no_records_and_none_is_made() {
    let data = Data::new();
    assert_eq!(data.app().features.load().unwrap(), 0);
    let (_, told) = data.started();
    assert_eq!(told, Vec::<String>::new());
    assert_eq!(data.names(), Vec::<String>::new());
}

#[test]
fn s0_23_s0_52_s0_65_text_that_breaks_off_is_told_with_its_place() {
    let data = Data::new();
    data.write(
        FEATURES,
        "{\"version\": \"1.0\",\n  \"features\": [{\"id\":",
    );
    let (error, text) = load_error(&data);
    assert!(matches!(error, LoadError::InvalidJson { .. }), "{error:?}");
    assert!(
        text.starts_with("Invalid features file: Invalid JSON in /data/features.json: "),
        "{text}"
    );
    assert!(text.contains("line 2, column"), "{text}");
    assert!(error.source().is_some());
}

#[test]
fn s0_55_s0_56_s0_57_json_of_another_shape_is_told_as_such() {
    for (text, expected) in [
        ("[]", "Expected object in /data/features.json, got list"),
        (
            "\"text\"",
            "Expected object in /data/features.json, got str",
        ),
        ("7", "Expected object in /data/features.json, got number"),
    ] {
        let data = Data::new();
        data.write(FEATURES, text);
        let (error, message) = load_error(&data);
        assert!(matches!(error, LoadError::NotAnObject { .. }), "{error:?}");
        assert!(message.contains(expected), "{message}");
    }
    // D9, S0-22: a file without records is no file of ours.
    let data = Data::new();
    data.write(FEATURES, "{\"version\": \"1.0\", \"entries\": []}");
    let (error, message) = load_error(&data);
    assert!(matches!(
        error,
        LoadError::MissingKey {
            key: "features",
            ..
        }
    ));
    assert!(
        message.contains("Missing 'features' key in /data/features.json"),
        "{message}"
    );
}

#[test]
fn s0_54_a_folder_of_that_name_can_not_be_read() {
    use vfs::Fs;
    let data = Data::new();
    data.fs.create_dir(&Data::path(FEATURES)).unwrap();
    let (error, message) = load_error(&data);
    assert!(matches!(error, LoadError::CannotRead { .. }), "{error:?}");
    assert!(
        message.contains("Cannot read /data/features.json"),
        "{message}"
    );
}

#[test]
fn s0_53_a_file_of_somebody_else_is_told_as_such() {
    let data = Data::golden();
    let mut denied = 0;
    for call in 0..8 {
        let data = Data { fs: data.fs.fork() };
        let mut app = data.app();
        data.fs
            .inject(data.fs.now() + call, crash_sim::Fault::Denied);
        if let Err(error @ Error::Load { .. }) = app.features.load() {
            assert!(
                error
                    .to_string()
                    .contains("Permission denied reading /data/features.json"),
                "{error}"
            );
            denied += 1;
        }
    }
    assert!(denied > 0);
}

/// D5: "A file that was not loaded is not saved over."
#[test]
fn s0_38_s0_39_d5_after_a_failed_load_the_program_starts_and_saves_nothing_over_it() {
    let broken = &GOLDEN_FEATURES[..200];
    let data = Data::golden();
    data.write(FEATURES, broken);
    let (mut app, told) = data.started();
    assert!(
        told[0].starts_with("Warning: Could not load data: Invalid features file"),
        "{told:?}"
    );
    assert_eq!(app.features.service().records().len(), 0);
    // S0-40: the other file was loaded.
    assert_eq!(app.time.service().records().len(), 2);

    app.features.add_and_save(feature("f9", "New")).unwrap_err();
    assert_eq!(data.text(FEATURES), broken);
    assert_eq!(app.features.service().records().len(), 0);
}

/// D6: "A record that can't be read is never lost by saving its neighbours."
#[test]
fn s0_58_s0_59_s0_61_d6_bad_records_are_told_and_written_back_as_they_were() {
    let good = |id: &str, name: &str| {
        format!(
            "{{\"id\": \"{id}\", \"name\": \"{name}\", \"team\": \"b\", \"process\": \"p\", \"seed_time_hours\": 4.0, \"synonyms\": [], \"notes\": \"\"}}"
        )
    };
    let bad = "{\"id\": \"f2\", \"seed_time_hours\": \"many\", \"x\": 1e400}";
    let twice = good("f1", "CRUD again");
    let text = format!(
        "{{\"version\": \"1.1\", \"features\": [{}, {bad}, {twice}, {}]}}",
        good("f1", "CRUD").replace("\"\"}", "\"\", \"created_at\": \"2024-12-31\"}"),
        good("f3", "Login").replace("\"\"}", "\"\", \"created_at\": \"2024-12-31\"}"),
    );
    let text = text.replace(
        &twice,
        &twice.replace("\"\"}", "\"\", \"created_at\": \"2024-12-31\"}"),
    );
    let data = Data::new();
    data.write(FEATURES, &text);
    let (mut app, told) = data.started();
    assert_eq!(told[0], "Warning: 2 features failed to load");
    assert!(told[1].starts_with("  - Feature 1: "), "{told:?}");
    assert_eq!(
        told[2],
        "  - Feature 2: there is a feature with the id `f1` already"
    );
    let ids = |app: &super::App| -> Vec<String> {
        let records = app.features.service().records().iter();
        records.map(|feature| feature.id.clone()).collect()
    };
    assert_eq!(ids(&app), ["f1", "f3"]);

    app.features.add_and_save(feature("f4", "Search")).unwrap();
    app.features.change(|library| library.delete("f1")).unwrap();
    let saved = data.text(FEATURES);
    assert!(
        saved.contains("1e400") && saved.contains("\"many\""),
        "{saved}"
    );
    let (again, told) = data.started();
    // What stood in its way is gone.
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(ids(&again), ["f3", "f1", "f4"]);
    assert_eq!(again.features.service().records()[1].name, "CRUD again");
}

#[test]
fn s0_60_the_first_five_reasons_are_shown_and_all_are_kept() {
    let data = Data::new();
    data.write(
        FEATURES,
        "{\"version\": \"1.1\", \"features\": [1, 2, 3, 4, 5, 6, 7]}",
    );
    let (app, told) = data.started();
    assert_eq!(told.len(), 6);
    assert_eq!(told[0], "Warning: 7 features failed to load");
    assert!(told[5].starts_with("  - Feature 4: "), "{told:?}");
    assert_eq!(app.features.failed().len(), 7);
    assert!(app.features.failed()[6].starts_with("Feature 6: "));
}

#[test]
fn s0_19_s0_21_only_what_was_taken_is_counted() {
    let data = Data::golden();
    let mut app = data.app();
    assert_eq!(app.features.load().unwrap(), 2);
    let mut counts = data.app();
    assert_eq!(counts.init_data(&mut |_| {}), (2, 2));
    let service: &Persistence<FeatureLibrary> = &app.features;
    assert_eq!(service.service().records().len(), 2);
    let twice = GOLDEN_FEATURES.replace("\"f2\"", "\"f1\"");
    data.write(FEATURES, &twice);
    assert_eq!(data.app().features.load().unwrap(), 1);
    data.write(TIME, "{\"version\": \"1.0\", \"entries\": [null]}");
    assert_eq!(data.app().time.load().unwrap(), 0);
}
