//! What a migration would do.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::brief::brief;
use crate::diff::diff;
use crate::{Change, Label, Migrated, Step};

/// What a migration would do to a value.
///
/// Displays as a summary and one line per change, without a newline at the end. Serialises to an
/// object whose `changes` are a JSON Patch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Preview {
    /// The version the value has.
    pub from: Label,
    /// The version it would have.
    pub to: Label,
    /// The steps that would be taken, in order.
    pub steps: Vec<Step>,
    /// What would change, each change after the ones before it.
    pub changes: Vec<Change>,
}

impl Preview {
    pub(crate) fn new(old: &Value, migrated: Migrated<'_>) -> Self {
        let changes = match &migrated.value {
            Cow::Borrowed(_) => Vec::new(),
            Cow::Owned(new) => diff(old, new),
        };
        Self {
            from: migrated.from,
            to: migrated.to,
            steps: migrated.steps,
            changes,
        }
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return write!(f, "{} already: nothing to do", brief(&self.to));
        }
        write!(
            f,
            "{} to {}: {}, {}",
            brief(&self.from),
            brief(&self.to),
            count(self.steps.len(), "step"),
            count(self.changes.len(), "change"),
        )?;
        self.changes
            .iter()
            .try_for_each(|change| write!(f, "\n  {change}"))
    }
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
