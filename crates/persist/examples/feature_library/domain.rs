//! Features, tracked time and estimates, in memory. Nothing here knows of files.

pub(crate) mod date;
pub(crate) mod entry;
pub(crate) mod estimation;
pub(crate) mod feature;
pub(crate) mod library;
pub(crate) mod tracking;

/// Why a record is not taken; said to the user as it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Rejected(pub(crate) String);

/// What holds records of one kind, and knows which of them it takes.
pub(crate) trait Service: Default {
    /// What it holds.
    type Record: Clone;

    /// What one record is called in a message.
    const RECORD: &'static str;

    /// Takes a record in, as the last one.
    fn add(&mut self, record: Self::Record) -> Result<(), Rejected>;

    /// All records, in the order in which they were added.
    fn records(&self) -> &[Self::Record];
}

/// The text if there is something in it.
fn filled(what: &str, text: &str) -> Result<(), Rejected> {
    if text.trim().is_empty() {
        return Err(Rejected(format!("{what} is empty")));
    }
    Ok(())
}

/// Hours of work: a number, and not less than nothing.
fn hours(what: &str, hours: f64) -> Result<(), Rejected> {
    if hours.is_finite() && hours >= 0.0 {
        return Ok(());
    }
    Err(Rejected(format!("{what} can't be {hours} hours")))
}
