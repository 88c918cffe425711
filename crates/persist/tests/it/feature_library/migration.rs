//! "An older file is read as it is, and written as the version of today."

use serde_json::Value;

use super::program::domain::Service;
use super::{Data, FEATURES, GOLDEN_FEATURES, TIME, feature};

#[test]
fn s0_66_s0_70_s0_73_records_of_version_1_0_are_given_the_day_of_their_creation() {
    let data = Data::golden();
    let (mut app, _) = data.started();
    let created = |app: &super::App| app.features.service().records()[0].created_at.to_string();
    assert_eq!(created(&app), "2025-01-01");
    // Looking changes nothing.
    assert_eq!(data.text(FEATURES), GOLDEN_FEATURES);
    app.features.add_and_save(feature("f3", "Login")).unwrap();
    let saved: Value = serde_json::from_str(&data.text(FEATURES)).unwrap();
    assert_eq!(saved["version"], "1.1");
    assert_eq!(saved["features"][0]["created_at"], "2025-01-01");
    assert_eq!(data.text("features.json.v1.0.bak"), GOLDEN_FEATURES);
    // Time entries have the same step in a chain of their own.
    app.time.change(|tracking| tracking.delete("t2")).unwrap();
    let saved: Value = serde_json::from_str(&data.text(TIME)).unwrap();
    assert_eq!(saved["version"], "1.1");
    assert_eq!(saved["entries"][0]["created_at"], "2025-01-01");
}

#[test]
fn s0_67_s0_70_a_file_without_a_version_is_1_0_and_what_is_there_stays() {
    let data = Data::new();
    let text = GOLDEN_FEATURES
        .replace("  \"version\": \"1.0\",\n", "")
        .replacen(
            "\"notes\": \"\"",
            "\"notes\": \"\", \"created_at\": \"2020-02-29\"",
            1,
        );
    data.write(FEATURES, &text);
    let (app, told) = data.started();
    assert_eq!(told, Vec::<String>::new());
    let days: Vec<_> = app
        .features
        .service()
        .records()
        .iter()
        .map(|f| f.created_at.to_string())
        .collect();
    assert_eq!(days, ["2020-02-29", "2025-01-01"]);
}

#[test]
fn s0_69_newer_and_unknown_versions_are_left_alone() {
    for (version, reason) in [("\"1.2\"", "newer"), ("\"beta\"", "beta")] {
        let data = Data::new();
        let text = GOLDEN_FEATURES.replace("\"1.0\"", version);
        data.write(FEATURES, &text);
        let (mut app, told) = data.started();
        assert!(told[0].contains(reason), "{told:?}");
        app.features.add_and_save(feature("f9", "New")).unwrap_err();
        assert_eq!(data.text(FEATURES), text);
    }
}
