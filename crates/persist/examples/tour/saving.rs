//! A typed value in a file that people can read.

use std::fs;
use std::path::Path;

use crate::journal::{Journal, document};
use crate::report::{Failed, Report, stage};

pub(crate) fn run(dir: &Path, report: &mut Report) -> Result<(), Failed> {
    stage("Saving: a typed value in one JSON file");
    let journal = document(dir);
    report.promise(
        "a file that is not there is no error",
        journal.load()?.is_none(),
    );
    let mut value = Journal {
        owner: "Ada".into(),
        ..Journal::default()
    };
    value.note();
    let revision = journal.save(&value)?;
    println!("{}", indented(&fs::read_to_string(journal.path())?));
    let loaded = journal.load()?.ok_or("it was just saved")?;
    report.promise(
        "what is saved is loaded",
        loaded.value == value && loaded.revision == Some(revision),
    );

    let early = journal.compare_and_save(None, &Journal::default());
    report.promise(
        "who expects no file is told of the one that is there",
        early.is_err(),
    );
    value.note();
    let next = journal.compare_and_save(&revision, &value);
    report.promise("who knows the last revision may save", next.is_ok());
    let late = journal.compare_and_save(&revision, &Journal::default());
    println!(
        "   a save by somebody who is behind: {}",
        late.as_ref()
            .err()
            .map_or(String::new(), ToString::to_string)
    );
    report.promise(
        "who is behind may not",
        late.is_err() && journal.load()?.is_some_and(|now| now.value == value),
    );
    Ok(())
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("     {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
