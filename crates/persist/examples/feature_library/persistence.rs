//! A service in memory, kept on a shelf: loaded once, saved by each change.

use super::domain::{Rejected, Service};
use super::error::Error;
use super::shelf::Shelf;

/// A service and where its records are kept.
///
/// Reading asks the service alone. A change is made to what is on the shelf *now*, so that none of
/// another process is lost, and the service shows it once it is kept: memory is never ahead of the disk.
#[derive(Debug)]
pub(crate) struct Persistence<S: Service> {
    service: S,
    shelf: Box<dyn Shelf<S::Record>>,
    failed: Vec<String>,
}

impl<S: Service> Persistence<S> {
    /// A service without records. Nothing is read yet.
    pub(crate) fn new(shelf: impl Shelf<S::Record> + 'static) -> Self {
        Self {
            service: S::default(),
            shelf: Box::new(shelf),
            failed: Vec::new(),
        }
    }

    /// What is in memory.
    pub(crate) fn service(&self) -> &S {
        &self.service
    }

    /// Which records the last load could not take, and why: `Feature 3: …`, counted from 0. They stay
    /// on the shelf.
    pub(crate) fn failed(&self) -> &[String] {
        &self.failed
    }

    /// Puts what is on the shelf into memory. Returns how many records that are: none if nothing was
    /// ever saved.
    pub(crate) fn load(&mut self) -> Result<usize, Error> {
        let Some(shelved) = self.shelf.load()? else {
            return Ok(0);
        };
        let mut failed = shelved.unread;
        let (places, records): (Vec<_>, Vec<_>) = shelved.records.into_iter().unzip();
        let taken = Taken::<S>::of(records);
        for (index, _, Rejected(reason)) in taken.rejected {
            failed.push((places[index], reason));
        }
        failed.sort();
        self.service = taken.service;
        self.failed = failed
            .into_iter()
            .map(|(place, reason)| format!("{} {place}: {reason}", S::RECORD))
            .collect();
        Ok(self.service.records().len())
    }

    /// Changes the records and saves them. If the service rejects the change, or it can't be saved,
    /// nothing has changed, neither here nor there.
    pub(crate) fn change<A>(
        &mut self,
        change: impl FnOnce(&mut S) -> Result<A, Rejected>,
    ) -> Result<A, Error> {
        let mut changed = None;
        self.shelf.update(Box::new(|records| {
            let mut taken = Taken::<S>::of(std::mem::take(records));
            let answer = change(&mut taken.service)?;
            *records = taken.all();
            changed = Some((taken.service, answer));
            Ok(())
        }))?;
        let (service, answer) = changed.expect("a shelf that answers Ok has made the change");
        self.service = service;
        Ok(answer)
    }

    /// Adds a record and saves.
    pub(crate) fn add_and_save(&mut self, record: S::Record) -> Result<(), Error> {
        self.change(|service| service.add(record))
    }
}

/// Records that a service has taken in, and those that it has not.
struct Taken<S: Service> {
    service: S,
    rejected: Vec<(usize, S::Record, Rejected)>,
}

impl<S: Service> Taken<S> {
    fn of(records: Vec<S::Record>) -> Self {
        let mut taken = Self {
            service: S::default(),
            rejected: Vec::new(),
        };
        for (index, record) in records.into_iter().enumerate() {
            if let Err(reason) = taken.service.add(record.clone()) {
                taken.rejected.push((index, record, reason));
            }
        }
        taken
    }

    /// What goes back onto the shelf: what was not taken in stays at its place.
    fn all(&self) -> Vec<S::Record> {
        let mut records = self.service.records().to_vec();
        for (index, record, _) in &self.rejected {
            records.insert((*index).min(records.len()), record.clone());
        }
        records
    }
}
