//! "A copy is a file that can be loaded, and going back to one never makes things worse."

use super::program::domain::Service;
use super::program::error::Error;
use super::{Data, FEATURES, feature};

const FILE: &str = "features";

#[test]
fn s0_43_s0_45_s0_46_d8_two_backups_of_one_second_both_stay() {
    let data = Data::golden();
    let first = data.ran(&["backup", FILE]);
    let second = data.ran(&["backup", FILE]);
    assert!(
        first.starts_with("/data/features.20250301_120000"),
        "{first}"
    );
    assert!(first.ends_with(".backup.json"), "{first}");
    assert_ne!(first, second);
    let listed = data.ran(&["backups", FILE]);
    assert_eq!(listed.lines().collect::<Vec<_>>(), [second, first]);
}

#[test]
fn s0_44_without_a_file_there_is_nothing_to_copy() {
    let data = Data::new();
    let error = data.run(&["backup", FILE]).unwrap_err();
    assert_eq!(error.to_string(), "No data file to backup");
    assert_eq!(data.names(), Vec::<String>::new());
}

#[test]
fn s0_47_only_what_can_be_loaded_is_copied() {
    let data = Data::new();
    data.write(FEATURES, "{");
    data.run(&["backup", FILE]).unwrap_err();
    assert_eq!(data.names(), [FEATURES]);
}

#[test]
fn s0_48_a_copy_that_is_not_there_is_told() {
    let data = Data::golden();
    let error = data.run(&["restore", FILE, "/data/none.json"]).unwrap_err();
    assert_eq!(error.to_string(), "Backup not found: /data/none.json");
}

#[test]
fn s0_49_s0_51_the_copy_s_records_are_in_memory_and_in_the_file() {
    let data = Data::golden();
    let copy = data.ran(&["backup", FILE]);
    data.ran(&["feature", "delete", "f1"]);
    assert_eq!(data.ran(&["restore", FILE, &copy]), "Restored 2 records");
    assert_eq!(data.started().0.features.service().records().len(), 2);
}

/// D7: "A copy that is damaged changes nothing."
#[test]
fn s0_50_d7_a_damaged_copy_changes_neither_memory_nor_the_file() {
    let data = Data::golden();
    let (mut app, _) = data.started();
    let copy = app.feature_file.backup().unwrap();
    app.features.add_and_save(feature("f9", "New")).unwrap();
    let before = data.text(FEATURES);
    data.write(
        copy.file_name().unwrap().to_str().unwrap(),
        "{\"version\": \"1.0\", \"feat",
    );
    let error = app.feature_file.restore(&copy).unwrap_err();
    assert!(matches!(error, Error::Document(_)), "{error}");
    assert_eq!(data.text(FEATURES), before);
    assert_eq!(app.features.service().records().len(), 3);
}
