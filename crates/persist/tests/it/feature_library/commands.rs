//! The command line.

use clap::{CommandFactory, Parser};

use super::program::command::Cli;
use super::program::error::Error;
use super::{Data, FEATURES};

/// The source's own verification, word by word.
#[test]
fn s0_41_s0_74_s0_75_s0_76_the_verification_of_the_source_passes() {
    let data = Data::new();
    let added = data.ran(&[
        "feature", "add", "f1", "CRUD", "-t", "backend", "-p", "Data Ops", "-h", "4.0",
    ]);
    assert_eq!(added, "Added feature: CRUD");
    assert!(data.text(FEATURES).contains("\"seed_time_hours\": 4.0"));
    assert_eq!(data.ran(&["feature", "list"]), "f1\tCRUD\tbackend\t4 h");
}

#[test]
fn every_command_has_help_and_h_means_hours() {
    Cli::command().debug_assert();
    for words in [
        vec![],
        vec!["feature", "add"],
        vec!["time", "import"],
        vec!["estimate"],
    ] {
        let words = ["feature_library"]
            .into_iter()
            .chain(words)
            .chain(["--help"]);
        let help = Cli::try_parse_from(words).unwrap_err();
        assert_eq!(help.kind(), clap::error::ErrorKind::DisplayHelp);
    }
    for words in [["feature_library", "-h"], ["feature_library", "dance"]] {
        assert_eq!(Cli::try_parse_from(words).unwrap_err().exit_code(), 2);
    }
}

#[test]
fn s0_36_s0_74_estimates_go_from_the_seed_time_to_the_mean_of_what_was_tracked() {
    let data = Data::golden();
    assert_eq!(
        data.ran(&["estimate", "f1"]),
        "CRUD API\t4.50 h\ttracked once"
    );
    data.ran(&[
        "time", "add", "t3", "-t", "backend", "-m", "BE-2", "-f", "crud api", "-h", "5.5", "-p",
        "x",
    ]);
    data.ran(&[
        "feature", "add", "f3", "Login", "-t", "backend", "-p", "UI", "-h", "3", "-s", "sign-in",
    ]);
    assert_eq!(
        data.ran(&["estimate", "CRUD API", "Sign-In"]),
        "CRUD API\t5.00 h\tmean of 2 entries\nLogin\t3.00 h\tseed time\ntotal\t8.00 h"
    );
    let error = data.run(&["estimate", "nothing"]).unwrap_err();
    assert_eq!(error.to_string(), "there is no feature called `nothing`");
    assert_eq!(data.ran(&["time", "list", "-f", "f1"]).lines().count(), 2);
    assert_eq!(
        data.ran(&["feature", "show", "sign-in"]).lines().next(),
        Some("id: f3")
    );
}

#[test]
fn s0_4_what_is_not_done_is_an_error_with_a_reason() {
    let data = Data::golden();
    for (words, reason) in [
        (
            vec!["feature", "delete", "f9"],
            "there is no feature with the id `f9`",
        ),
        (
            vec!["time", "delete", "t9"],
            "there is no entry with the id `t9`",
        ),
        (
            vec!["feature", "update", "f1", "--name", "größe ändern"],
            "there is a feature called",
        ),
        (
            vec!["time", "import", "/data/none.csv"],
            "/data/none.csv can't be read",
        ),
    ] {
        let error = data.run(&words).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

const TABLE: &str = "\
id,team,member_name,feature,tracked_time_hours,process,date
t10,backend,BE-1,CRUD API,2.5,Data Operations,2025-02-28
t11,backend,BE-1,CRUD API,many,Data Operations,2025-02-28
t12,backend,BE-1,CRUD API,2,Data Operations,2025-02-29
t1,backend,BE-1,CRUD API,2,Data Operations,2025-02-28
t13,backend
\"t14\",backend,\"BE, 1\",CRUD API,3,Data Operations,2025-02-28
";

#[test]
fn s0_77_a_table_is_taken_in_row_by_row_with_one_save() {
    let data = Data::golden();
    data.write("table.csv", TABLE);
    let (done, told) = data.run(&["time", "import", "/data/table.csv"]).unwrap();
    assert!(!done);
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        [
            "Imported 2 entries",
            "  - Line 3: `many` is no number of hours",
            "  - Line 4: `2025-02-29` is no day (YYYY-MM-DD)",
            "  - Line 5: there is an entry with the id `t1` already",
            "  - Line 6: 2 fields instead of 7",
        ]
    );
    assert_eq!(data.named(".backup.").len(), 1, "one save");
    assert_eq!(data.ran(&["time", "list"]).lines().count(), 4);
    data.write("empty.csv", "id,team\n");
    let (done, told) = data.run(&["time", "import", "/data/empty.csv"]).unwrap();
    assert_eq!((done, told.as_str()), (true, "Imported 0 entries"));
    assert!(matches!(
        data.run(&["time", "import", "/data"]),
        Err(Error::Io { .. })
    ));
}
