//! Contacts and notes as a person works with them: what is on the disk, and what is to be saved.

use std::io::Write;
use std::time::SystemTime;

use super::book::{Book, Change};
use super::cli::Action;
use super::contact::Contact;
use super::error::Error;
use super::moment::stored;
use super::note::Note;
use super::pattern::Shown;
use super::record::{Record, checked, find, short};
use super::storage::Storage;

/// Contacts and notes, with the changes that are not saved yet.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) contacts: Book<Contact>,
    pub(crate) notes: Book<Note>,
    pub(crate) manner: Manner,
}

/// How records are made and shown.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    shown: Shown,
    clock: fn() -> SystemTime,
    new_id: fn() -> String,
}

impl Desk {
    pub(crate) fn new(storage: &Storage) -> Self {
        Self {
            contacts: Book::new(storage.contacts()),
            notes: Book::new(storage.notes()),
            manner: Manner {
                shown: storage.config.shown.clone(),
                clock: storage.world.clock,
                new_id: storage.world.new_id,
            },
        }
    }

    pub(crate) fn unsaved(&self) -> usize {
        self.contacts.unsaved() + self.notes.unsaved()
    }

    /// Forgets all changes that are not saved.
    pub(crate) fn discard(&mut self) {
        self.contacts.discard();
        self.notes.discard();
    }

    /// Saves all changes, each file with one save; the answer is what could not be done any more.
    pub(crate) fn save(&mut self) -> Result<Vec<String>, Error> {
        // One file's failure is no reason to keep the other's changes back.
        let (contacts, notes) = (self.contacts.save(), self.notes.save());
        let mut lost = contacts?;
        lost.extend(notes?);
        Ok(lost)
    }
}

/// Does it, in memory as far as it is a change.
pub(crate) fn act<R: Record>(
    action: Action<R::Fields>,
    book: &mut Book<R>,
    manner: &Manner,
    out: &mut dyn Write,
) -> Result<(), Error>
where
    R::Fields: clap::Args,
{
    let records = book.records()?;
    let now = stored((manner.clock)());
    match action {
        Action::Add { called, fields } => {
            let new = R::new((manner.new_id)(), called, now.clone());
            let new = checked(new, &fields, &now)?;
            writeln!(out, "{}", short(new.id()))?;
            book.change(Change::Add(new));
        }
        Action::Edit { which, fields } => {
            let was = find(&records, &which)?.clone();
            checked(was.clone(), &fields, &now)?;
            book.change(Change::Edit { was, fields, now });
        }
        Action::Remove { which } => {
            let was = find(&records, &which)?.clone();
            book.change(Change::Remove(was));
        }
        Action::Show { which } => {
            let record = find(&records, &which)?;
            writeln!(out, "id\t{}", record.id())?;
            for (name, text) in record.shown(&manner.shown) {
                writeln!(out, "{name}\t{text}")?;
            }
        }
        Action::List => {
            list(records.iter().collect(), out)?;
            for unread in records.unread() {
                writeln!(out, "?\t{} {unread}", R::KIND)?;
            }
        }
        Action::Search { text } => {
            let text = text.to_lowercase();
            let is_in = |record: &&R| {
                let shown = record.shown(&manner.shown).into_iter();
                shown
                    .map(|(_, shown)| shown.to_lowercase())
                    .any(|shown| shown.contains(&text))
            };
            list(records.iter().filter(is_in).collect(), out)?;
        }
    }
    Ok(())
}

/// By name.
fn list<R: Record>(mut records: Vec<&R>, out: &mut dyn Write) -> Result<(), Error> {
    records.sort_by_key(|record| record.title().to_lowercase());
    for record in records {
        writeln!(out, "{}\t{}", short(record.id()), record.title())?;
    }
    Ok(())
}
