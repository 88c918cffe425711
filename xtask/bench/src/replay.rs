//! Reading a log from its start to its end.

use std::path::Path;

use crate::log::{Reading, Records};
use crate::scenario::{Costs, Lengths, Result, Row, Scenario, What};

pub const SCENARIOS: &[Scenario] = &[Scenario {
    what: What::Replay,
    name: "replay",
    title: "Read a log of records of 128 B",
    rounds: 5,
    warm_up: 1,
    costs: Costs::Reading,
    build: rows,
}];

fn rows(dir: &Path, lengths: &Lengths) -> Result<Vec<Row>> {
    let records = Records::of_bytes(lengths.log);
    let mut rows = Vec::new();
    for (index, reading) in Reading::all().into_iter().enumerate() {
        let failed = |error| format!("{}: writing: {error}", reading.name);
        let dir = dir.join(index.to_string());
        std::fs::create_dir(&dir)?;
        (reading.write)(&dir, records).map_err(failed)?;
        let row = Row::new(reading.name, move || {
            let read = (reading.read)(&dir)?;
            match read {
                Some(read) if read != records.count => {
                    Err(format!("{read} of {} records", records.count).into())
                }
                _ => Ok(()),
            }
        });
        rows.push(match reading.at_least {
            Some(speed) => row.at_most(1.0 / speed),
            None => row,
        });
    }
    Ok(rows)
}
