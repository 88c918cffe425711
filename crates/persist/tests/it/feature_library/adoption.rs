//! Files that the Python program wrote, and the Python program on files that were written here.

use serde_json::Value;

use crate::python::Python;

use super::program::app::App;
use super::program::domain::Service;
use super::program::files::Setting;
use super::{Data, FEATURES, GOLDEN_FEATURES, feature};

const GOLDEN_BACKUP: &str = "features.20261120_094017.backup.json";

#[test]
fn s0_17_what_python_wrote_is_gone_on_with_and_its_copies_are_restored() {
    let data = Data::golden();
    data.write(
        GOLDEN_BACKUP,
        include_str!("golden/features.20261120_094017.backup.json"),
    );
    let (mut app, told) = data.started();
    assert_eq!(told, Vec::<String>::new());
    app.features.change(|library| library.delete("f1")).unwrap();
    let listed = data.ran(&["backups", "features"]);
    assert!(listed.contains(GOLDEN_BACKUP), "{listed}");
    assert_eq!(
        data.ran(&["restore", "features", GOLDEN_BACKUP]),
        "Restored 2 records"
    );
    assert_eq!(data.text(FEATURES), GOLDEN_FEATURES);
}

#[test]
fn s0_16_numbers_and_members_that_nobody_touched_stay_as_they_stand() {
    let data = Data::golden();
    let text = GOLDEN_FEATURES.replace("12.0", "1.20e1").replacen(
        "\"notes\": \"\"",
        "\"notes\": \"\",\n      \"color\": 7.50",
        1,
    );
    data.write(FEATURES, &text);
    data.ran(&["feature", "update", "f1", "--notes", "new"]);
    let saved = data.text(FEATURES);
    assert!(saved.contains("\"seed_time_hours\": 1.20e1"), "{saved}");
    assert!(saved.contains("\"color\": 7.50"), "{saved}");
}

#[test]
fn s0_17_both_programs_go_on_with_each_others_files() {
    if !Python::is_there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let python = Python {
        of: "feature_library",
        dir: dir.path(),
    };
    let app = || {
        let mut app = App::new(dir.path(), Setting::default());
        app.init_data(&mut |told| panic!("{told}"));
        app
    };
    let add = |id, name| python.run(&["feature", "add", id, name, "backend", "Data Ops", "4.0"]);
    add("f1", "CRUD \u{dc}");
    let mut ours = app();
    assert_eq!(ours.features.service().records()[0].name, "CRUD \u{dc}");
    let login = feature("f2", "Login \u{1f600}");
    ours.features.add_and_save(login).unwrap();
    let listed: Value = serde_json::from_str(&python.run(&["feature", "list"])).unwrap();
    assert_eq!(listed[1]["name"], "Login \u{1f600}");
    assert_eq!(listed[1]["synonyms"][1], "rest-api");
    // It drops what it does not know: checksum, revision, day of creation.
    add("f3", "Search");
    assert_eq!(app().features.service().records().len(), 3);
}
