//! Files damaged in several ways, and what is done about it.

use std::fs;
use std::path::Path;

use persist::{ErrorKind, HandEdits, RecoveryPolicy, Source};

use crate::journal::{Journal, document};
use crate::report::{Failed, Report, stage};

/// A way to damage a file, and its name.
type Damage = (&'static str, fn(&mut Vec<u8>));

/// The one way here that leaves all that was saved, and a seal that proves it.
const STANDS_BEHIND: &str = "something stands behind the end";

const DAMAGES: &[Damage] = &[
    ("one bit is flipped", |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    }),
    ("the second half is gone", |bytes| {
        bytes.truncate(bytes.len() / 2);
    }),
    ("it is empty", Vec::clear),
    ("it is full of zeros", |bytes| bytes.fill(0)),
    ("the end is from another file", |bytes| {
        let from = bytes.len() - 200;
        bytes.splice(from.., *b"<html><body>404 Not Found</body></html>\n");
    }),
    (STANDS_BEHIND, |bytes| {
        bytes.extend(b"{}\n");
    }),
    ("a number was changed, and it still is JSON", |bytes| {
        let text =
            String::from_utf8_lossy(bytes).replace("\"owner\": \"Ada\"", "\"owner\": \"Eve\"");
        *bytes = text.into_bytes();
    }),
];

pub(crate) fn run(dir: &Path, report: &mut Report) -> Result<(), Failed> {
    stage(&format!(
        "Damaging: the file is damaged in {} ways",
        DAMAGES.len()
    ));
    let journal = document(dir);
    let mut recovered = 0;
    for (name, damage) in DAMAGES {
        journal.update(Journal::note)?;
        let before = journal.load_or_default()?;
        journal.update(Journal::note)?;
        let last = journal.load_or_default()?;
        let mut bytes = fs::read(journal.path())?;
        damage(&mut bytes);
        fs::write(journal.path(), &bytes)?;

        let loaded = journal
            .load()?
            .ok_or("a damaged file was taken for a missing one")?;
        let recovery = loaded
            .recovery
            .as_ref()
            .ok_or_else(|| format!("{name}: not noticed"))?;
        let kept = recovery.quarantined.as_ref().map(fs::read).transpose()?;
        let (what, is_right) = if *name == STANDS_BEHIND {
            let is_all = recovery.source == Source::Salvage && recovery.lost.is_empty();
            ("all of it is back", is_all && loaded.value == last)
        } else {
            let is_backup = matches!(recovery.source, Source::Backup(_));
            (
                "the last backup is back",
                is_backup && loaded.value == before,
            )
        };
        let is_right = is_right && kept == Some(bytes);
        report.promise(
            &format!("{name}: {what}, and the damaged bytes are kept"),
            is_right,
        );
        recovered += u64::from(is_right);
        if recovered == 1 {
            println!("     {recovery}");
        }
    }
    report.count("damaged files recovered", recovered);
    refusals(dir, report)
}

/// Where nobody asked for recovery, nothing is guessed and nothing is touched.
fn refusals(dir: &Path, report: &mut Report) -> Result<(), Failed> {
    let path = dir.join("strict.json");
    let strict = persist::Document::<Journal>::options()
        .recovery(RecoveryPolicy::Fail)
        .at(&path);
    strict.save(&Journal {
        owner: "Ada".into(),
        ..Journal::default()
    })?;
    let damaged = fs::read_to_string(&path)?.replace("Ada", "Bob");
    fs::write(&path, &damaged)?;
    let refused = strict.save(&Journal::default());
    println!(
        "     {}",
        refused
            .as_ref()
            .err()
            .map_or(String::new(), ToString::to_string)
    );
    let untouched = fs::read_to_string(&path)? == damaged;
    report.promise(
        "a file that could not be read is not written over",
        refused.is_err_and(|error| error.kind() == ErrorKind::Damaged) && untouched,
    );
    let trusting = persist::Document::<Journal>::options()
        .hand_edits(HandEdits::Accept)
        .at(&path);
    let edited = trusting.load()?.ok_or("it is there")?;
    report.promise(
        "a hand edit is taken where the program allows it",
        edited.owner == "Bob" && edited.hand_edited,
    );
    Ok(())
}
