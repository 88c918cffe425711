//! The table of one cell.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::run::Run;
use super::{Cell, Measured};
use crate::log::Kind;
use crate::report::{Table, median, shown};
use crate::scenario::Result;

#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    /// Records in a second: the median of the rounds, and the least and the most.
    rate: f64,
    rate_min: f64,
    rate_max: f64,
    /// To the first row's.
    ratio: f64,
    /// What we promise of it.
    at_least: Option<f64>,
    p50_ns: u128,
    p99_ns: u128,
    p99_at_most_ns: Option<u128>,
}

pub fn of(name: &str, cell: Cell, rounds: u32, measured: &[Measured]) -> Result<Table> {
    let s = if cell.threads == 1 { "" } else { "s" };
    let awake = if cell.awake {
        ", processors kept awake"
    } else {
        ""
    };
    let title = format!(
        "Append {} durably, {} thread{s}{awake}",
        cell.size, cell.threads
    );
    let promised = promised(cell.threads, measured);
    let floor = measured.first().map_or(0.0, |row| rate(&row.runs));
    let lines = measured.iter().map(|row| {
        let promised = promised.filter(|_| row.kind == Kind::Ours);
        let rates = row.runs.iter().map(|run| run.rate);
        Line {
            name: row.name,
            rate: rate(&row.runs),
            rate_min: rates.clone().fold(f64::INFINITY, f64::min),
            rate_max: rates.fold(0.0, f64::max),
            ratio: rate(&row.runs) / floor,
            at_least: promised
                .and_then(|promised| promised.rate)
                .map(|rate| rate / floor),
            p50_ns: latency(&row.runs, |run| run.p50).as_nanos(),
            p99_ns: latency(&row.runs, |run| run.p99).as_nanos(),
            p99_at_most_ns: promised.and_then(|promised| Some(promised.p99?.as_nanos())),
        }
    });
    let lines: Vec<_> = lines.collect();
    let markdown = markdown(&title, rounds, &lines);
    Table::new(name, &title, rounds, &lines, markdown)
}

/// What we promise of one cell.
#[derive(Clone, Copy, Debug)]
struct Promise {
    /// Records in a second, at least.
    rate: Option<f64>,
    p99: Option<Duration>,
}

/// Alone, nearly what the bare calls give and what the best other log gives; together, no less than other logs, and no
/// longer a wait than with the best of all.
fn promised(threads: usize, measured: &[Measured]) -> Option<Promise> {
    let logs = measured.iter().filter(|row| row.kind == Kind::Log);
    let best = logs.map(|row| rate(&row.runs)).max_by(f64::total_cmp);
    if threads == 1 {
        let of_bare_calls = 0.95 * rate(&measured.first()?.runs);
        return Some(Promise {
            rate: Some(best.map_or(of_bare_calls, |best| of_bare_calls.max(0.97 * best))),
            p99: None,
        });
    }
    let peers = measured
        .iter()
        .filter(|row| [Kind::Log, Kind::Store].contains(&row.kind));
    let shortest = peers.map(|row| latency(&row.runs, |run| run.p99)).min();
    Some(Promise {
        rate: best.filter(|_| threads >= 4),
        p99: shortest
            .filter(|_| threads == 16)
            .map(|p99| p99.mul_f64(1.1)),
    })
}

fn rate(runs: &[Run]) -> f64 {
    let mut rates: Vec<_> = runs.iter().map(|run| run.rate).collect();
    rates.sort_unstable_by(f64::total_cmp);
    let middle = rates.len() / 2;
    match rates.get(middle) {
        Some(upper) if rates.len().is_multiple_of(2) => f64::midpoint(rates[middle - 1], *upper),
        Some(middle) => *middle,
        None => 0.0,
    }
}

fn latency(runs: &[Run], of: fn(&Run) -> Duration) -> Duration {
    median(&runs.iter().map(of).collect::<Vec<_>>())
}

fn markdown(title: &str, rounds: u32, lines: &[Line]) -> String {
    let mut text = format!(
        "**{title}** ({rounds} rounds)\n\n\
         | | records/s | min | max | ratio | promised | p50 | p99 | promised |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    );
    let nanos = |nanos: u128| {
        shown(Duration::from_nanos(
            u64::try_from(nanos).unwrap_or(u64::MAX),
        ))
    };
    for line in lines {
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.0} | {:.0} | {:.2} | {} | {} | {} | {} |",
            line.name,
            line.rate,
            line.rate_min,
            line.rate_max,
            line.ratio,
            line.at_least
                .map(|least| format!("≥ {least:.2}"))
                .unwrap_or_default(),
            nanos(line.p50_ns),
            nanos(line.p99_ns),
            line.p99_at_most_ns
                .map(|most| format!("≤ {}", nanos(most)))
                .unwrap_or_default(),
        );
    }
    text
}
