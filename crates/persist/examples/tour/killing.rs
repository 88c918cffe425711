//! Processes killed in the middle of saves.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::journal::{Journal, document};
use crate::report::{Failed, Report, stage};

const KILLS: u32 = 100;

pub(crate) fn run(dir: &Path, report: &mut Report) -> Result<(), Failed> {
    stage(&format!(
        "Killing: {KILLS} processes are killed while they save"
    ));
    let journal = document(dir);
    let mut promised = journal.load_or_default()?.updates;
    let (first, mut lost, mut torn, mut unpromised) = (promised, 0, 0, 0);
    for kill in 0..KILLS {
        let mut writer = Command::new(std::env::current_exe()?);
        let mut writer = writer
            .arg("--writer")
            .arg(dir)
            .arg("endless")
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines =
            BufReader::new(writer.stdout.take().ok_or("the writer has no output")?).lines();
        // Two promises, and then some time into the next saves: a different one for each kill.
        for line in lines.by_ref().take(2) {
            promised = line?.parse()?;
        }
        let until = Instant::now() + Duration::from_micros(97) * kill;
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        writer.kill()?;
        for line in lines {
            promised = line?.parse()?;
        }
        writer.wait()?;
        let found = journal.load()?.ok_or("the journal is gone")?;
        lost += u64::from(found.updates < promised);
        torn += u64::from(!found.is_whole() || found.recovery.is_some());
        unpromised += found.updates.saturating_sub(promised);
        promised = found.updates;
    }
    println!(
        "   {} updates were promised before a kill, {unpromised} more were complete without a promise",
        promised - first - unpromised
    );
    report.promise("nothing that was promised is lost", lost == 0);
    report.promise("nothing is torn", torn == 0);
    let swept = journal.sweep()?;
    println!(
        "   {} temporary files of killed processes were swept",
        swept.len()
    );
    report.promise("the sweep leaves nothing over", leftovers(dir)?.is_empty());
    report.count("processes killed in the middle of saves", u64::from(KILLS));
    report.count(
        "updates promised before a kill, all of them there",
        promised - first - unpromised,
    );
    report.count(
        "temporary files left by kills and swept",
        swept.len() as u64,
    );
    Ok(())
}

fn leftovers(dir: &Path) -> Result<Vec<String>, Failed> {
    let mut leftovers = Vec::new();
    for folder in [dir.to_owned(), dir.join("backups")] {
        for name in folder.read_dir()? {
            let name = name?.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name.contains(".tmp") {
                leftovers.push(name);
            }
        }
    }
    Ok(leftovers)
}

/// The process that is killed: it says each number once that is promised.
pub(crate) fn write(dir: &Path) -> Result<(), Failed> {
    let mut output = std::io::stdout().lock();
    loop {
        let promised = document(dir).update(Journal::note)?;
        writeln!(output, "{promised}")?;
        output.flush()?;
    }
}
