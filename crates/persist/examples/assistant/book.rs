//! The records of one file, with the changes to them that are not saved yet.
//!
//! A change is kept as what was asked for, and is made again when it is saved, on what the file holds
//! by then: so what other processes have saved in between stays. All changes go with one save.

use persist::{Document, Records};

use super::error::Error;
use super::record::{Record, checked, short};

/// Something that somebody wants to be different.
#[derive(Clone, Debug)]
pub(crate) enum Change<R: Record> {
    Add(R),
    Edit {
        was: R,
        fields: R::Fields,
        now: String,
    },
    Remove(R),
}

/// The records of one file, with the changes to them that are not saved yet.
#[derive(Debug)]
pub(crate) struct Book<R: Record> {
    document: Document<Records<R>>,
    unsaved: Vec<Change<R>>,
}

impl<R: Record> Book<R> {
    pub(crate) fn new(document: Document<Records<R>>) -> Self {
        Self {
            document,
            unsaved: Vec::new(),
        }
    }

    /// The records, as they would be saved now.
    pub(crate) fn records(&self) -> Result<Records<R>, Error> {
        let mut records = self.document.load_or_default()?;
        for change in &self.unsaved {
            // What can't be made any more is told when it is saved.
            let _ = make(change, &mut records);
        }
        Ok(records)
    }

    /// Makes a change, for now in memory.
    pub(crate) fn change(&mut self, change: Change<R>) {
        self.unsaved.push(change);
    }

    /// How many changes are only in memory.
    pub(crate) fn unsaved(&self) -> usize {
        self.unsaved.len()
    }

    /// Forgets them.
    pub(crate) fn discard(&mut self) {
        self.unsaved.clear();
    }

    /// Saves all changes at once; the answer is which of them could not be made, because somebody else
    /// had removed the record. After an error all of them are still there to be saved.
    pub(crate) fn save(&mut self) -> Result<Vec<String>, Error> {
        if self.unsaved.is_empty() {
            return Ok(Vec::new());
        }
        let unsaved = &self.unsaved;
        let lost = self.document.update(|records| {
            let lost = unsaved.iter().filter_map(|change| make(change, records));
            lost.collect()
        })?;
        self.unsaved.clear();
        Ok(lost)
    }
}

/// Makes a change to what is there, or says why it can't be made.
fn make<R: Record>(change: &Change<R>, records: &mut Records<R>) -> Option<String> {
    match change {
        Change::Add(record) => records.push(record.clone()),
        Change::Remove(was) => records.retain(|record| !is_same(record, was)),
        Change::Edit { was, fields, now } => {
            let there = records.iter_mut().find(|record| is_same(*record, was));
            let edited = there.map(|record| {
                *record = checked(record.clone(), fields, now)?;
                Ok::<_, Error>(())
            });
            let reason = match edited {
                Some(Ok(())) => return None,
                Some(Err(reason)) => reason.to_string(),
                None => "somebody else has removed it".to_owned(),
            };
            let (kind, id, title) = (R::KIND, short(was.id()), was.title());
            return Some(format!("{kind} {id} ({title}) was not edited: {reason}"));
        }
    }
    None
}

/// A record without an id is only itself.
fn is_same<R: Record>(record: &R, was: &R) -> bool {
    match was.id() {
        "" => record == was,
        id => record.id() == id,
    }
}
