//! `storage.log`: the lines that the Python program writes, from what `persist` tells.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::program::log;
use super::{State, noon};
use crate::scratch::told_to;

/// Where lines go.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// What goes to the file, and what goes to people.
fn told(verbose: bool, call: impl FnOnce()) -> (String, String) {
    let (file, people) = (Lines::default(), Lines::default());
    let to_people = people.clone();
    let subscriber = log::subscriber(file.clone(), move || to_people.clone(), verbose, noon);
    told_to(subscriber, call);
    (file.text(), people.text())
}

#[test]
fn s2_14_s2_17_s2_88_every_operation_is_a_line() {
    let state = State::new();
    let (file, people) = told(false, || {
        state.ran("note add a");
        state.ran("note add b");
        state.ran("backup restore notes");
    });
    let start = "2026-11-20 03:10:32,000 - FileStorage - INFO - ";
    assert!(file.lines().all(|line| line.starts_with(start)), "{file}");
    for said in [
        "there is none yet path=/home/ada/.personal_assistant/config.json",
        "saved path=/home/ada/.personal_assistant/notes.json revision=",
        "backed up path=/home/ada/.personal_assistant/notes.json copy=/home/ada/.personal_assistant/backups/notes_",
        "restored path=/home/ada/.personal_assistant/notes.json source=",
    ] {
        assert!(file.contains(&format!("{start}{said}")), "{said}: {file}");
    }
    assert_eq!(people, "");
    let (file, people) = told(true, || {
        state.ran("note list");
    });
    assert!(file == people && !file.is_empty());
}

#[test]
fn s2_40_s2_45_exports_and_imports_are_lines_too() {
    let state = State::new();
    state.ran("note add a");
    let (file, _) = told(false, || {
        state.ran("export /home/ada/export");
        state.ran("note add b");
        state.ran("import /home/ada/export");
        state.ran("undo");
        state.run("import /home/ada/nothing").unwrap_err();
    });
    for said in [
        "INFO - exported path=/home/ada/.personal_assistant to=/home/ada/export documents=1",
        "INFO - imported path=/home/ada/.personal_assistant from=/home/ada/export documents=1",
        "INFO - import undone path=/home/ada/.personal_assistant documents=1",
        "WARNING - not done path=/home/ada/nothing",
    ] {
        assert!(
            file.contains(&format!(" - FileStorage - {said}")),
            "{said}: {file}"
        );
    }
}

#[test]
fn s2_59_every_step_of_a_recovery_is_a_line_for_people_too() {
    let state = State::new();
    state.ran("note add a");
    state.ran("note add b");
    state.write("notes.json", "nothing of a list");
    let (file, people) = told(false, || {
        state.ran("note list");
    });
    let steps: Vec<_> = people
        .lines()
        .filter_map(|line| line.strip_prefix("2026-11-20 03:10:32,000 - StorageRecovery - "))
        .collect();
    assert_eq!(steps.len(), people.lines().count(), "{people}");
    assert!(
        steps
            .iter()
            .any(|step| step.starts_with("WARNING - damaged path=")),
        "{people}"
    );
    assert!(
        steps
            .iter()
            .any(|step| step.starts_with("INFO - value taken from a backup path=")),
        "{people}"
    );
    assert!(people.lines().all(|line| file.contains(line)));

    state.write("contacts.json", "nothing of a list");
    let (_, people) = told(false, || {
        state.run("contact list").unwrap_err();
    });
    assert!(
        people.contains(" - StorageRecovery - ERROR - no backup can be used"),
        "{people}"
    );
}

#[test]
fn s2_15_d34_without_a_subscriber_of_the_program_nothing_is_written() {
    let state = State::new();
    state.ran("note add a");
    assert_eq!(state.names(), ["notes.json"]);
}
