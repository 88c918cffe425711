//! A feature that teams build again and again.

use serde::{Deserialize, Serialize};

use super::date::Date;
use super::{Rejected, filled, hours};

/// One record of `features.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Feature {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) team: String,
    pub(crate) process: String,
    /// The estimate as long as no time was tracked.
    pub(crate) seed_time_hours: f64,
    #[serde(default)]
    pub(crate) synonyms: Vec<String>,
    #[serde(default)]
    pub(crate) notes: String,
    /// Since version 1.1.
    pub(crate) created_at: Date,
}

impl Feature {
    /// Whether it can be a feature of its own, whatever others there are.
    pub(crate) fn check(&self) -> Result<(), Rejected> {
        filled("the id", &self.id)?;
        filled("the name", &self.name)?;
        filled("the team", &self.team)?;
        hours("the seed time", self.seed_time_hours)
    }

    /// Whether people call it so: by id, name or synonym, in upper or lower case.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let names = [&self.id, &self.name].into_iter().chain(&self.synonyms);
        let name = name.trim().to_lowercase();
        names.into_iter().any(|own| own.to_lowercase() == name)
    }
}
