//! The tracked time.

use super::entry::TimeEntry;
use super::{Rejected, Service};

/// All entries, each under an id of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct TimeTracking {
    entries: Vec<TimeEntry>,
}

impl TimeTracking {
    /// Removes an entry.
    pub(crate) fn delete(&mut self, id: &str) -> Result<TimeEntry, Rejected> {
        let position = self.entries.iter().position(|entry| entry.id == id);
        let position =
            position.ok_or_else(|| Rejected(format!("there is no entry with the id `{id}`")))?;
        Ok(self.entries.remove(position))
    }
}

impl Service for TimeTracking {
    type Record = TimeEntry;
    const RECORD: &'static str = "Entry";

    fn add(&mut self, entry: TimeEntry) -> Result<(), Rejected> {
        entry.check()?;
        if self.entries.iter().any(|other| other.id == entry.id) {
            return Err(Rejected(format!(
                "there is an entry with the id `{}` already",
                entry.id
            )));
        }
        self.entries.push(entry);
        Ok(())
    }

    fn records(&self) -> &[TimeEntry] {
        &self.entries
    }
}
