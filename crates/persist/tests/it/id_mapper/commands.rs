//! The command line.

use clap::{CommandFactory, Parser};

use super::program::command::Cli;
use super::program::error::Error;
use super::{COUNTERS, MAPPING, State};

#[test]
fn the_command_line_is_sound_and_explains_itself() {
    Cli::command().debug_assert();
    let help = Cli::try_parse_from(["id_mapper", "--help"]).unwrap_err();
    for command in [
        "map",
        "next",
        "lookup",
        "list",
        "show",
        "verify",
        "restore",
        "start-over",
        "sweep",
    ] {
        assert!(
            help.to_string().contains(&format!("\n  {command}")),
            "{help}"
        );
    }
}

#[test]
fn what_is_not_understood_is_said_and_changes_nothing() {
    let state = State::new();
    for (line, reason) in [
        ("", "Usage: id_mapper"),
        ("frobnicate", "unrecognized subcommand 'frobnicate'"),
        ("map TASK-1", "<TOOL>"),
        ("map TASK-1 jira --project", "a value is required"),
        (
            "map TASK-1 mantis",
            "there are jira, azure_devops, linear, github",
        ),
        ("map TASK-1 jira --project a/b", "`a/b` is no key"),
        ("next linear", "name its key"),
        ("next jira", "name its key"),
        ("start-over jira=7", "name its key"),
        ("start-over github", "`github` is not TOOL/KEY=NUMBER"),
        ("start-over github=-1", "is not TOOL/KEY=NUMBER"),
        (
            "restore everything",
            "[possible values: mappings, counters]",
        ),
    ] {
        match state.run(line) {
            Err(Error::Usage(text)) => assert!(text.contains(reason), "{line}: {text}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    for id in ["", "a\nb"] {
        let answer = state
            .mapper()
            .map_to_external(id, "github".parse().unwrap(), "");
        assert!(matches!(answer, Err(Error::Usage(_))), "{id:?}");
    }
    assert_eq!(state.names(), Vec::<String>::new());
}

#[test]
fn ids_are_listed_and_looked_up() {
    let state = State::new();
    for line in ["map TASK-2 jira", "map TASK-1 github", "map TASK-2 github"] {
        state.ran(line);
    }
    assert_eq!(state.ran("lookup TASK-2"), "github\t2\njira\tPROJ-1");
    assert_eq!(state.ran("lookup TASK-2 jira"), "jira\tPROJ-1");
    assert_eq!(state.ran("lookup TASK-3"), "");
    assert_eq!(
        state.ran("list"),
        "TASK-1\tgithub\t1\nTASK-2\tgithub\t2\nTASK-2\tjira\tPROJ-1"
    );
    assert_eq!(state.ran("show counters"), "github\t2\njira/PROJ\t1");
}

#[test]
fn verify_names_what_is_wrong() {
    let twice = r#"{"version": "1.0", "mappings": {
        "TASK-1": {"github": "7", "jira": "PROJ-7"}, "TASK-2": {"github": "7"}, "TASK-3": {"github": "7"}
    }}"#;
    let state = State::with(&[(MAPPING, twice)]);
    let found = state.ran("verify");
    assert!(
        found.contains("mapping.json: readable, without a checksum"),
        "{found}"
    );
    assert!(found.contains("counters.json: not there"), "{found}");
    assert_eq!(
        found.matches("given to more than one task").count(),
        1,
        "{found}"
    );

    state.write(COUNTERS, "{");
    let found = state.ran("verify");
    assert!(
        found.contains("counters.json: damaged: not JSON"),
        "{found}"
    );
    assert_eq!(
        (state.text(MAPPING).as_str(), state.text(COUNTERS).as_str()),
        (twice, "{")
    );
}

#[test]
fn what_killed_processes_left_is_swept() {
    let state = State::new();
    state.ran("map TASK-1 github");
    let temp = format!(".{MAPPING}.0123456789abcdef.tmp");
    state.write(&temp, "half");
    assert_eq!(state.ran("sweep"), format!("/state/{temp}"));
    assert_eq!(state.ran("sweep"), "");
    assert_eq!(state.ran("list"), "TASK-1\tgithub\t1");
}
