//! Several processes, one file, no lost update.

use std::path::Path;
use std::process::Command;

use crate::journal::{Journal, document};
use crate::report::{Failed, Report, stage};

const PROCESSES: u64 = 8;
const UPDATES: u64 = 100;

pub(crate) fn run(dir: &Path, report: &mut Report) -> Result<(), Failed> {
    stage(&format!(
        "Sharing: {PROCESSES} processes update it {UPDATES} times each, at once"
    ));
    let journal = document(dir);
    let before = journal.load_or_default()?.updates;
    let mut writers = Vec::new();
    for _ in 0..PROCESSES {
        let mut writer = Command::new(std::env::current_exe()?);
        writers.push(
            writer
                .arg("--writer")
                .arg(dir)
                .args(["count", &UPDATES.to_string()])
                .spawn()?,
        );
    }
    let mut failed = 0;
    for mut writer in writers {
        failed += u64::from(!writer.wait()?.success());
    }
    let counted = journal.load_or_default()?.updates - before;
    println!(
        "   {} updates were made, the file counts {counted}",
        PROCESSES * UPDATES
    );
    report.promise(
        "no update is lost",
        counted == PROCESSES * UPDATES && failed == 0,
    );
    report.count("updates by several processes at once", counted);
    Ok(())
}

/// The other process.
pub(crate) fn write(dir: &Path, times: &str) -> Result<(), Failed> {
    for _ in 0..times.parse::<u64>()? {
        document(dir).update(Journal::note)?;
    }
    Ok(())
}
