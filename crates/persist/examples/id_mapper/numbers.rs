//! The last number of each series, in the shape that the counter file has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::series::{Series, Tool};

/// The last number that was given in each series. A series that is not here has given none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub(crate) struct Numbers(BTreeMap<Series, u64>);

/// As it stands in a file: `{"jira": {"PROJ": 457}, "github": 234}`.
type Written = BTreeMap<String, Counter>;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a counter is a whole number, not negative, or an object of such"
)]
enum Counter {
    Plain(u64),
    Keyed(BTreeMap<String, u64>),
}

impl Numbers {
    /// The last number of a series, 0 before the first.
    pub(crate) fn last(&self, series: &Series) -> u64 {
        self.0.get(series).copied().unwrap_or(0)
    }

    /// No number up to this one is given any more.
    pub(crate) fn raise(&mut self, series: Series, number: u64) {
        let last = self.0.entry(series).or_insert(0);
        *last = number.max(*last);
    }

    /// What either of the two knows to be given.
    pub(crate) fn join(mut self, other: &Self) -> Self {
        for (series, number) in &other.0 {
            self.raise(series.clone(), *number);
        }
        self
    }

    /// Whether everything that `other` knows to be given is known here too.
    pub(crate) fn cover(&self, other: &Self) -> bool {
        let mut all = other.0.iter();
        all.all(|(series, number)| *number <= self.last(series))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Series, u64)> {
        self.0.iter().map(|(series, number)| (series, *number))
    }
}

impl TryFrom<Written> for Numbers {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut numbers = Self::default();
        for (tool, counter) in written {
            let known = tool.parse::<Tool>().ok().map(Tool::is_keyed);
            let is_keyed = matches!(counter, Counter::Keyed(_));
            if known.is_some_and(|known| known != is_keyed) {
                let shape = if is_keyed {
                    "one number"
                } else {
                    "a number for each key"
                };
                return Err(format!("the counter of {tool} must be {shape}"));
            }
            match counter {
                Counter::Plain(number) => numbers.raise(Series { tool, key: None }, number),
                Counter::Keyed(keys) => {
                    for (key, number) in keys {
                        let (tool, key) = (tool.clone(), Some(key));
                        numbers.raise(Series { tool, key }, number);
                    }
                }
            }
        }
        Ok(numbers)
    }
}

impl From<Numbers> for Written {
    /// All tools that are known are written, as the Python program relies on it.
    fn from(numbers: Numbers) -> Self {
        let mut written = Self::new();
        for tool in Tool::ALL {
            let none_given = if tool.is_keyed() {
                Counter::Keyed(BTreeMap::new())
            } else {
                Counter::Plain(0)
            };
            written.insert(tool.name().to_owned(), none_given);
        }
        for (Series { tool, key }, number) in numbers.0 {
            let Some(key) = key else {
                written.insert(tool, Counter::Plain(number));
                continue;
            };
            let keyed = || Counter::Keyed(BTreeMap::new());
            if let Counter::Keyed(keys) = written.entry(tool).or_insert_with(keyed) {
                keys.insert(key, number);
            }
        }
        written
    }
}
