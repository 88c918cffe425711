//! A log, appended to by many threads of a process that is killed, again and again. The promise: **every acknowledged record is
//! there, byte for byte and under its number, unless it was given up; a batch is there whole or not at all; and a log is never
//! found damaged.**

mod found;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use wal::{Options, Survey, Tail};

use self::found::{Found, Place};
use super::{Counts, kill_at_chance, lines, start};
use crate::crash_test::random::Random;

/// A process is killed after one of the first so many things that it says, and then some.
const LINES_MAX: u64 = 60;

/// The log, and what is known of it.
#[derive(Debug)]
pub(super) struct Log {
    dir: PathBuf,
    run: u64,
    /// Every record that must be there: found before, or acknowledged since.
    known: BTreeMap<u64, Place>,
    /// Where the log begins at least.
    start: u64,
    /// Where else it may begin: truncations that were begun.
    may_start: Vec<u64>,
    /// The first record that has not been seen yet.
    next: u64,
    last_segment: u64,
    segments: u64,
    truncations: u64,
    torn: u64,
    closed: u64,
}

impl Log {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            run: 0,
            known: BTreeMap::new(),
            start: 1,
            may_start: Vec::new(),
            next: 1,
            last_segment: 0,
            segments: 0,
            truncations: 0,
            torn: 0,
            closed: 0,
        }
    }

    /// Starts a process that writes the log, kills it at a moment of chance, and looks.
    pub(super) fn kill_one(
        &mut self,
        random: &mut Random,
        counts: &mut Counts,
    ) -> Result<(), String> {
        self.run += 1;
        let begun = self.next;
        let mut worker = start(&self.dir, &["log"], &[self.run, random.next()])?;
        let mut output = lines(&mut worker)?;
        let mut promised = 0;
        // None at all is a kill while the process starts and opens the log.
        for line in output
            .by_ref()
            .take(usize::try_from(random.below(LINES_MAX)).unwrap_or(0))
        {
            promised += self.hear(&line.map_err(|error| error.to_string())?)?;
        }
        kill_at_chance(&mut worker, random)?;
        for line in output {
            promised += self.hear(&line.map_err(|error| error.to_string())?)?;
        }
        let status = worker.wait().map_err(|error| error.to_string())?;
        if status.code().is_some() {
            return Err(format!("the writer ended with {status}"));
        }
        counts.swept += self
            .look(begun, random.below(2) == 0)
            .map_err(|broken| format!("run {}: {broken}", self.run))?;
        counts.kills += 1;
        counts.promised += promised;
        counts.unpromised += self.next - begun - promised;
        Ok(())
    }

    /// Takes in what a writer says; returns how many records it was promised.
    fn hear(&mut self, line: &str) -> Result<u64, String> {
        let mut words = line.split(' ');
        let word = words.next().unwrap_or_default();
        let numbers: Result<Vec<u64>, _> = words.map(str::parse).collect();
        match (word, numbers.as_deref()) {
            ("durable", Ok(&[first, writer, call, of])) => {
                for index in 0..of {
                    let place = (self.run, writer, call, index, of);
                    if let Some(other) = self.known.insert(first + index, place) {
                        return Err(format!("{line:?}, but that record is {other:?}"));
                    }
                }
                Ok(of)
            }
            ("truncating", Ok(&[at])) => {
                self.may_start.push(at);
                Ok(0)
            }
            ("truncated", Ok(&[at])) => {
                self.start = self.start.max(at);
                self.truncations += 1;
                Ok(0)
            }
            _ => Err(format!("a writer says {line:?}")),
        }
    }

    /// Reads the whole log, and leaves it as the kill has, or closed. Says how many files opening has swept.
    fn look(&mut self, begun: u64, closes: bool) -> Result<u64, String> {
        if !self.dir.exists() {
            return Ok(0); // killed before it made its folder
        }
        let left = self.leftovers()?.len();
        let said = |error: wal::Error| error.to_string();
        let survey = Options::new().survey(&self.dir).map_err(said)?;
        let mut replay = Options::new().open(&self.dir).map_err(said)?;
        let start = replay.start().get();
        if start < self.start || (start > self.start && !self.may_start.contains(&start)) {
            return Err(format!("it begins at {start} instead of {}", self.start));
        }
        let mut found = Found::new(start, self.run, begun);
        while let Some(record) = replay.next().map_err(said)? {
            found.take(record.lsn.get(), record.payload)?;
        }
        found.end()?;
        self.compare(&found)?;
        if (survey.start.get(), survey.next.get()) != (start, found.next) {
            return Err(format!(
                "it ends at {}, and the survey says {survey:?}",
                found.next
            ));
        }
        self.count(&survey);
        (self.start, self.next, self.known) = (start, found.next, found.records);
        self.may_start.clear();
        if closes {
            let (log, tail) = replay.finish().map_err(said)?;
            if matches!(tail, Tail::Torn { .. }) != survey.torn.is_some() {
                return Err(format!("opening says {tail:?}, and the survey {survey:?}"));
            }
            log.close().map_err(said)?;
            self.closed += 1;
        }
        match self.leftovers()?.first() {
            None => Ok(left as u64),
            Some(path) => Err(format!("{} was left over", path.display())),
        }
    }

    /// Every known record is there, unless it was given up, and is the one that it was.
    fn compare(&self, found: &Found) -> Result<(), String> {
        for (lsn, place) in self.known.range(found.start..) {
            let there = found.records.get(lsn);
            if there != Some(place) {
                return Err(format!("record {lsn} was {place:?} and is {there:?}"));
            }
        }
        if found.next < self.next {
            return Err(format!("it ends at {} and not {}", found.next, self.next));
        }
        Ok(())
    }

    fn count(&mut self, survey: &Survey) {
        self.torn += u64::from(survey.torn.is_some());
        for segment in &survey.segments {
            if segment.first.get() > self.last_segment {
                self.last_segment = segment.first.get();
                self.segments += 1;
            }
        }
    }

    /// Files that are not part of the log. Opening removes them, and nothing was put aside.
    fn leftovers(&self) -> Result<Vec<PathBuf>, String> {
        let mut left = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            if !matches!(extension, Some("log" | "start" | "lock")) {
                left.push(path);
            }
        }
        Ok(left)
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "wal: {} records of {} are there; {} segments and more, {} truncations, {} torn tails; closed by who looked: {}",
            self.known.len(),
            self.next - 1,
            self.segments,
            self.truncations,
            self.torn,
            self.closed
        )
    }
}
