//! The document that the tour keeps.

use std::path::Path;

use persist::Document;
use serde::{Deserialize, Serialize};

/// Some state of some program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    pub(crate) owner: String,
    pub(crate) updates: u64,
    /// What the last updates were; as many as fill a few kilobytes.
    pub(crate) entries: Vec<String>,
}

const ENTRIES_MAX: usize = 40;

impl Journal {
    /// One more update. Returns its number.
    pub(crate) fn note(&mut self) -> u64 {
        self.updates += 1;
        self.entries.push(format!(
            "update {} by process {}",
            self.updates,
            std::process::id()
        ));
        if self.entries.len() > ENTRIES_MAX {
            self.entries.remove(0);
        }
        self.updates
    }

    /// Whether the entries end with the last update, as they do in every state that was ever saved.
    pub(crate) fn is_whole(&self) -> bool {
        let last = format!("update {} by ", self.updates);
        self.entries
            .last()
            .is_some_and(|entry| entry.starts_with(&last))
    }
}

/// The tour's main document, as the defaults keep it: sealed, with ten backups, recovered if damaged.
pub(crate) fn document(dir: &Path) -> Document<Journal> {
    Document::at(dir.join("journal.json"))
}
