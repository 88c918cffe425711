//! A day of the calendar.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::Rejected;

/// A day, written `YYYY-MM-DD`, so that texts sort as days do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Date(String);

impl Date {
    /// The day in UTC.
    pub(crate) fn of(time: SystemTime) -> Self {
        let text = humantime::format_rfc3339_seconds(time).to_string();
        Self(text.chars().take_while(|&c| c != 'T').collect())
    }
}

impl FromStr for Date {
    type Err = Rejected;

    fn from_str(text: &str) -> Result<Self, Rejected> {
        let is_day = text.len() == 10
            && humantime::parse_rfc3339(&format!("{text}T00:00:00Z"))
                .is_ok_and(|time| Self::of(time).0 == text);
        if is_day {
            Ok(Self(text.to_owned()))
        } else {
            Err(Rejected(format!("`{text}` is no day (YYYY-MM-DD)")))
        }
    }
}

impl TryFrom<String> for Date {
    type Error = Rejected;

    fn try_from(text: String) -> Result<Self, Rejected> {
        text.parse()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
