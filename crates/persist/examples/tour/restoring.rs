//! A backup brought back, and that undone.

use std::path::Path;

use crate::journal::document;
use crate::report::{Failed, Report, stage};

pub(crate) fn run(dir: &Path, report: &mut Report) -> Result<(), Failed> {
    stage("Restoring: an older state comes back, and goes again");
    let journal = document(dir);
    let now = journal.load_or_default()?;
    let backups = journal.backups()?;
    for backup in backups.iter().take(3) {
        println!("   {}", backup.path().display());
    }
    println!("   … {} in all", backups.len());
    report.promise("ten backups are kept", backups.len() == 10);
    report.count("backups kept", backups.len() as u64);
    let oldest = backups.last().ok_or("there are none")?;
    journal.restore(oldest)?;
    let restored = journal.load_or_default()?;
    println!(
        "   restored: update {} instead of {}",
        restored.updates, now.updates
    );
    report.promise(
        "a backup is restored",
        restored.updates < now.updates && restored.is_whole(),
    );
    journal.undo_restore()?;
    report.promise("and the restore undone", journal.load_or_default()? == now);
    let verification = journal.verify()?;
    report.promise(
        "the document and all its copies are good",
        verification.is_good(),
    );
    Ok(())
}
