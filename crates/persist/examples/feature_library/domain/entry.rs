//! Time that somebody has spent on a feature.

use serde::{Deserialize, Serialize};

use super::date::Date;
use super::{Rejected, filled, hours};

/// One record of `tracked_time.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TimeEntry {
    pub(crate) id: String,
    pub(crate) team: String,
    pub(crate) member_name: String,
    /// What people call the feature: its id, name or a synonym.
    pub(crate) feature: String,
    pub(crate) tracked_time_hours: f64,
    pub(crate) process: String,
    pub(crate) date: Date,
    /// Since version 1.1.
    pub(crate) created_at: Date,
}

impl TimeEntry {
    /// Whether it can be an entry, whatever others there are.
    pub(crate) fn check(&self) -> Result<(), Rejected> {
        filled("the id", &self.id)?;
        filled("the member", &self.member_name)?;
        filled("the feature", &self.feature)?;
        hours("the tracked time", self.tracked_time_hours)
    }
}
