//! Tables for people, JSON for programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::machine::Machine;
use crate::measure::{Measured, MeasuredRow};
use crate::scenario::{Costs, Result, Scenario};

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: Machine,
    scenarios: Vec<Table>,
}

/// What one scenario gave.
#[derive(Debug, Serialize)]
pub struct Table {
    name: String,
    title: String,
    rounds: u32,
    rows: serde_json::Value,
    #[serde(skip)]
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    median_ns: u128,
    min_ns: u128,
    max_ns: u128,
    /// Of the medians, to the first row's.
    ratio: f64,
    /// What we promise of it.
    at_most: Option<f64>,
    system_calls: Option<i64>,
    syncs: Option<std::collections::BTreeMap<String, i64>>,
    peak_bytes: Option<u64>,
}

impl Report {
    pub fn new(machine: Machine) -> Self {
        Self {
            machine,
            scenarios: Vec::new(),
        }
    }

    /// Takes a result in, and answers with its table.
    pub fn add(&mut self, measured: Measured) -> Result<&str> {
        let markdown = table(&measured);
        let first = measured
            .rows
            .first()
            .map_or(Duration::ZERO, |row| median(&row.times));
        let lines = measured.rows.into_iter().map(|row| line(row, first));
        let lines: Vec<_> = lines.collect();
        let Scenario { name, title, .. } = measured.scenario;
        Ok(self.put(Table::new(name, title, measured.rounds, &lines, markdown)?))
    }

    /// Takes a table in, and answers with what people read of it.
    pub fn put(&mut self, table: Table) -> &str {
        self.scenarios.push(table);
        self.scenarios.last().map_or("", |table| &table.markdown)
    }

    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// `chapter` with what stands between `<!-- bench NAME -->` and the next `<!-- end -->` replaced, for each
    /// scenario that was measured, and for `machine`.
    pub fn into_chapter(self, chapter: &str) -> Result<String> {
        let mut chapter = filled(chapter, "machine", &format!("{}\n", self.machine))?;
        for table in &self.scenarios {
            chapter = filled(&chapter, &table.name, &table.markdown)?;
        }
        Ok(chapter)
    }
}

impl Table {
    /// `rows` is what programs read, `markdown` what people do.
    pub fn new(
        name: &str,
        title: &str,
        rounds: u32,
        rows: &(impl Serialize + ?Sized),
        markdown: String,
    ) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            title: title.to_owned(),
            rounds,
            rows: serde_json::to_value(rows)?,
            markdown,
        })
    }
}

fn filled(chapter: &str, name: &str, text: &str) -> Result<String> {
    let begin = format!("<!-- bench {name} -->\n");
    let end = "<!-- end -->";
    let (before, rest) = chapter
        .split_once(&begin)
        .ok_or_else(|| format!("the chapter has no place for `{name}`"))?;
    let (_, after) = rest
        .split_once(end)
        .ok_or_else(|| format!("the place for `{name}` has no end"))?;
    Ok(format!("{before}{begin}\n{text}\n{end}{after}"))
}

fn line(row: MeasuredRow, first: Duration) -> Line {
    let (system_calls, syncs) = row.calls.map(|calls| (calls.total, calls.syncs)).unzip();
    Line {
        name: row.name,
        median_ns: median(&row.times).as_nanos(),
        min_ns: row.times.iter().min().map_or(0, Duration::as_nanos),
        max_ns: row.times.iter().max().map_or(0, Duration::as_nanos),
        ratio: ratio(&row.times, first),
        at_most: row.at_most,
        system_calls,
        syncs,
        peak_bytes: row.peak,
    }
}

fn table(measured: &Measured) -> String {
    let costs = measured.scenario.costs;
    let mut text = format!(
        "**{}** ({} rounds)\n\n| | median | min | max | ratio | promised |",
        measured.scenario.title, measured.rounds
    );
    text += match costs {
        Costs::Calls => " syncs | system calls |\n|---|--:|--:|--:|--:|--:|---|--:|\n",
        Costs::Memory(_) => " peak memory |\n|---|--:|--:|--:|--:|--:|--:|\n",
        Costs::Reading => " MiB/s |\n|---|--:|--:|--:|--:|--:|--:|\n",
        Costs::Nothing => "\n|---|--:|--:|--:|--:|--:|\n",
    };
    let first = measured
        .rows
        .first()
        .map_or(Duration::ZERO, |row| median(&row.times));
    for row in &measured.rows {
        let _ = write!(
            text,
            "| {} | {} | {} | {} | {:.2} | {} |",
            row.name,
            shown(median(&row.times)),
            shown(row.times.iter().min().copied().unwrap_or_default()),
            shown(row.times.iter().max().copied().unwrap_or_default()),
            ratio(&row.times, first),
            row.at_most
                .map(|at_most| format!("≤ {at_most:.2}"))
                .unwrap_or_default(),
        );
        match (costs, &row.calls, row.peak) {
            (Costs::Calls, Some(calls), _) => {
                let _ = write!(text, " {calls} | {} |", calls.total);
            }
            (Costs::Calls, None, _) => text += " not measured | not measured |",
            #[expect(clippy::cast_precision_loss, reason = "to two digits")]
            (Costs::Memory(of), _, Some(peak)) => {
                let _ = write!(text, " {:.2} × the file |", peak as f64 / of as f64);
            }
            (Costs::Memory(_), _, None) => text += " not measured |",
            #[expect(clippy::cast_precision_loss, reason = "mebibytes")]
            (Costs::Reading, ..) => {
                let speed = (measured.lengths.log >> 20) as f64 / median(&row.times).as_secs_f64();
                let _ = write!(text, " {speed:.0} |");
            }
            (Costs::Nothing, ..) => {}
        }
        text += "\n";
    }
    text
}

pub fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    match sorted.get(middle) {
        Some(upper) if sorted.len().is_multiple_of(2) => (sorted[middle - 1] + *upper) / 2,
        Some(middle) => *middle,
        None => Duration::ZERO,
    }
}

fn ratio(times: &[Duration], first: Duration) -> f64 {
    median(times).as_secs_f64() / first.as_secs_f64()
}

/// Three digits and a unit.
pub fn shown(time: Duration) -> String {
    let nanos = time.as_secs_f64() * 1e9;
    let (number, unit) = match nanos {
        n if n < 1e3 => (n, "ns"),
        n if n < 1e6 => (n / 1e3, "µs"),
        n if n < 1e9 => (n / 1e6, "ms"),
        n => (n / 1e9, "s"),
    };
    let digits = match number {
        n if n < 10.0 => 2,
        n if n < 100.0 => 1,
        _ => 0,
    };
    format!("{number:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::{filled, median, shown};
    use std::time::Duration;

    #[test]
    fn the_median_is_in_the_middle() {
        let of = |nanos: &[u64]| {
            let times: Vec<_> = nanos.iter().copied().map(Duration::from_nanos).collect();
            median(&times).as_nanos()
        };
        assert_eq!((of(&[5, 1, 9]), of(&[4, 1, 9, 2]), of(&[])), (5, 3, 0));
    }

    #[test]
    fn times_have_three_digits() {
        let shown = |nanos| shown(Duration::from_nanos(nanos));
        assert_eq!(
            [shown(5), shown(12_345), shown(123_456_789)],
            ["5.00 ns", "12.3 µs", "123 ms"]
        );
    }

    #[test]
    fn a_table_takes_its_place_and_no_other() {
        let chapter = "a\n<!-- bench x -->\nold\n<!-- end -->\nb\n<!-- bench y -->\n<!-- end -->\n";
        let new = filled(chapter, "x", "new").unwrap();
        assert_eq!(
            new,
            "a\n<!-- bench x -->\n\nnew\n<!-- end -->\nb\n<!-- bench y -->\n<!-- end -->\n"
        );
        assert!(filled(chapter, "z", "new").is_err());
        assert_eq!(filled(&new, "x", "new").unwrap(), new);
    }
}
