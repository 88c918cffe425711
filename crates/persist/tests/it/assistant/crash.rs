//! "What was answered is there, whatever moment the power fails at", from the first run on. The example
//! has no protocol of its own; this is that it uses `persist`'s as it must.

use crash_sim::{Device, Explore, Ledger, SimFs};
use persist::RecoveryPolicy;

use super::program::book::Change;
use super::program::desk::Desk;
use super::program::note::{Note, NoteFields};
use super::program::record::{Record, checked};
use super::program::storage::Storage;
use super::{DIR, world};

/// Adds a note as a process of its own.
fn add(fs: &SimFs, title: &str) -> Result<(), String> {
    let storage = Storage::open(DIR, world(fs), RecoveryPolicy::Recover);
    let mut desk = Desk::new(&storage.map_err(|error| error.to_string())?);
    let note = Note::new(format!("id-{title}"), title.to_owned(), "now".to_owned());
    let note = checked(note, &NoteFields::default(), "now");
    desk.notes
        .change(Change::Add(note.map_err(|error| error.to_string())?));
    let lost = desk.save().map_err(|error| error.to_string())?;
    assert_eq!(lost, Vec::<String>::new());
    Ok(())
}

fn titles(fs: &SimFs) -> Result<Vec<String>, String> {
    let storage = Storage::open(DIR, world(fs), RecoveryPolicy::Recover);
    let notes = storage.map_err(|error| error.to_string())?.notes();
    let notes = notes.load_or_default().map_err(|error| error.to_string())?;
    Ok(notes.iter().map(|note| note.title.clone()).collect())
}

#[test]
fn s2_1_s2_4_s2_46_s2_78_what_was_answered_survives_every_power_cut() {
    let explored = Explore::new(Device::default())
        .kills(false)
        .faults(false)
        .depth(1)
        .fates(1)
        .run(
            |fs: &SimFs, ledger: &mut Ledger<&'static str>| {
                for title in ["a", "b", "c"] {
                    if add(&fs.process(), title).is_ok() {
                        ledger.acknowledge(title);
                    }
                }
            },
            |fs, ledger| {
                add(fs, "z")?;
                let there = titles(fs)?;
                let mut answered = ledger.acknowledged().iter().chain([&"z"]);
                match answered.find(|title| !there.iter().any(|there| there == *title)) {
                    Some(gone) => Err(format!("{gone} is gone: {there:?}")),
                    None => Ok(()),
                }
            },
        );
    match explored {
        Ok(coverage) => assert_eq!(coverage.acknowledged, 3),
        Err(failure) => panic!("{failure}"),
    }
}
