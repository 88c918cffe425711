//! Many time entries at once, from a table.

use serde::Deserialize;

use super::domain::date::Date;
use super::domain::entry::TimeEntry;
use super::domain::tracking::TimeTracking;
use super::domain::{Rejected, Service};
use super::error::Error;
use super::persistence::Persistence;

/// What became of a table's rows.
#[derive(Debug, PartialEq)]
pub(crate) struct Imported {
    pub(crate) entries: usize,
    /// `Line 3: …`, one for each row that was not taken.
    pub(crate) failed: Vec<String>,
}

/// A row as it stands in the table: numbers and days are looked at one by one, so that a bad one can be
/// told by its line.
#[derive(Deserialize)]
struct Row {
    id: String,
    team: String,
    member_name: String,
    feature: String,
    tracked_time_hours: String,
    process: String,
    date: String,
}

impl Row {
    fn entry(self, today: &Date) -> Result<TimeEntry, String> {
        let hours = self.tracked_time_hours.trim();
        Ok(TimeEntry {
            tracked_time_hours: hours
                .parse()
                .map_err(|_| format!("`{hours}` is no number of hours"))?,
            date: self
                .date
                .trim()
                .parse()
                .map_err(|error| format!("{error}"))?,
            id: self.id,
            team: self.team,
            member_name: self.member_name,
            feature: self.feature,
            process: self.process,
            created_at: today.clone(),
        })
    }
}

/// Takes every row in that is an entry, with one save at the end; none if no row is.
pub(crate) fn import(
    time: &mut Persistence<TimeTracking>,
    table: &[u8],
    today: &Date,
) -> Result<Imported, Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(table);
    let headers = reader.headers()?.clone();
    let mut entries = Vec::new();
    let mut failed = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        match entry_of(&record, &headers, today) {
            Ok(entry) => entries.push((line, entry)),
            Err(reason) => failed.push((line, reason)),
        }
    }
    let mut taken = 0;
    if !entries.is_empty() {
        time.change(|service| {
            for (line, entry) in entries {
                match service.add(entry) {
                    Ok(()) => taken += 1,
                    Err(Rejected(reason)) => failed.push((line, reason)),
                }
            }
            Ok(())
        })?;
    }
    failed.sort();
    Ok(Imported {
        entries: taken,
        failed: failed
            .into_iter()
            .map(|(line, reason)| format!("Line {line}: {reason}"))
            .collect(),
    })
}

fn entry_of(
    record: &csv::StringRecord,
    headers: &csv::StringRecord,
    today: &Date,
) -> Result<TimeEntry, String> {
    if record.len() != headers.len() {
        return Err(format!(
            "{} fields instead of {}",
            record.len(),
            headers.len()
        ));
    }
    let row: Row = record
        .deserialize(Some(headers))
        .map_err(|error| error.to_string())?;
    row.entry(today)
}
