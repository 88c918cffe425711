//! The same for a file that is a mount point: what goes wrong without each of the steps.

use super::super::in_place::{check, device, journal};
use super::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bug {
    None,
    NoJournal,
    JournalNameNotSynced,
    NoSyncBeforeTheJournalGoes,
    JournalRemovalNotSynced,
}

/// The whole sequence by hand, with a bug.
fn save_by_hand(fs: &SimFs, bytes: &[u8], bug: Bug) -> io::Result<()> {
    let (root, temp) = (Path::new("/"), Path::new("/.f.0000000000000001.tmp"));
    let journal = journal(fs)?;
    let journal = Path::new(&journal);
    if bug != Bug::NoJournal {
        let _ = fs.remove_file(temp);
        let file = fs.open(temp, &OpenOptions::create_new().mode(0o640))?;
        file.write_all_at(bytes, 0)?;
        file.sync_all()?;
        fs.rename(temp, journal)?;
        if bug != Bug::JournalNameNotSynced {
            fs.sync_dir(root)?;
        }
    }
    let file = fs.open(Path::new("/f"), &OpenOptions::read_write())?;
    file.set_size(bytes.len() as u64)?;
    file.write_all_at(bytes, 0)?;
    if bug != Bug::NoSyncBeforeTheJournalGoes {
        file.sync_all()?;
    }
    if bug == Bug::NoJournal {
        return Ok(());
    }
    fs.remove_file(journal)?;
    if bug == Bug::JournalRemovalNotSynced {
        return Ok(());
    }
    fs.sync_dir(root)
}

/// One save by hand, and then an editor that changes the file in place.
fn explored(bug: Bug) -> Result<Coverage, Failure> {
    let edited = content(b'e');
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        ledger.promise(Promise::Content(content(b'a')), || {
            save_by_hand(fs, &content(b'a'), bug)
        });
        if bug == Bug::JournalRemovalNotSynced || bug == Bug::None {
            ledger.promise(Promise::Content(edited.clone()), || {
                let file = fs.open(Path::new("/f"), &OpenOptions::read_write())?;
                file.write_all_at(&edited, 0)?;
                file.sync_all()
            });
        }
    };
    // The editor is not atomic: what it wrote is looked at once it has synced.
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| {
        let begun = ledger.begun().contains(&Promise::Content(edited.clone()));
        let done = ledger
            .acknowledged()
            .contains(&Promise::Content(edited.clone()));
        if begun && !done {
            return Ok(None);
        }
        check(fs, ledger)
    };
    Explore::new(device())
        .faults(false)
        .setup(|fs| put(fs, "/f", &OLD, 0o640))
        .run(scenario, check)
}

fn caught(bug: Bug) {
    let found = explored(bug);
    assert!(
        matches!(found, Err(Failure::Broken(_))),
        "{bug:?}: {found:?}"
    );
}

#[test]
fn control_in_place_without_a_bug() {
    let found = explored(Bug::None);
    assert!(found.is_ok(), "{found:?}");
}

#[test]
fn in_place_without_a_journal() {
    caught(Bug::NoJournal);
}

#[test]
fn in_place_before_the_journal_has_its_name() {
    caught(Bug::JournalNameNotSynced);
}

#[test]
fn the_journal_removed_before_the_file_is_synced() {
    caught(Bug::NoSyncBeforeTheJournalGoes);
}

#[test]
fn the_removal_of_the_journal_not_synced() {
    caught(Bug::JournalRemovalNotSynced);
}

/// A process was killed before the journal's name was durable. Who trusts the name, because it is there,
/// overwrites the file with nothing to fall back on.
#[test]
fn a_recovery_that_trusts_the_name_of_the_journal() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        ledger.begin(Promise::Content(content(b'a')));
        let killed = fs.process();
        let made = || -> io::Result<()> {
            let path = journal(fs)?;
            let file = killed.open(Path::new(&path), &OpenOptions::create_new())?;
            file.write_all_at(&content(b'a'), 0)?;
            file.sync_all()
        };
        if made().is_ok() {
            let trusting = fs.process();
            let _ = || -> io::Result<()> {
                let file = trusting.open(Path::new("/f"), &OpenOptions::read_write())?;
                file.write_all_at(&content(b'a'), 0)?;
                file.sync_all()
            }();
        }
    };
    let explored = Explore::new(device())
        .faults(false)
        .setup(|fs| put(fs, "/f", &OLD, 0o640))
        .run(
            |fs, ledger| {
                ledger.acknowledge(Promise::Content(OLD.to_vec()));
                scenario(fs, ledger);
            },
            check,
        );
    assert!(matches!(explored, Err(Failure::Broken(_))), "{explored:?}");
}
