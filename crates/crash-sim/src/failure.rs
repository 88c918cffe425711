//! What an exploration found.

use std::fmt;

use crate::case::Case;
use crate::trace::Trace;

/// Characters of a ledger that are printed.
const LEDGER_MAX: usize = 600;

/// Why an exploration did not succeed.
///
/// `Debug` writes what `Display` does: it is what `unwrap`, `expect` and a test that returns an error print.
#[non_exhaustive]
pub enum Failure {
    /// A crash broke a promise.
    Broken(Box<Counterexample>),
    /// The scenario met no crash point or acknowledged nothing, so its success would prove nothing.
    NothingMeasured {
        /// How many crash points there were.
        points: u64,
        /// How many promises were acknowledged.
        acknowledged: u64,
    },
    /// A case could not be read, or does not fit the scenario any more.
    BadCase(String),
}

/// A crash that breaks a promise: the smallest one that could be found from the first.
pub struct Counterexample {
    pub(crate) promise: String,
    pub(crate) seed: u64,
    pub(crate) case: Case,
    pub(crate) ledger: String,
    /// Per crash: what did not survive whole.
    pub(crate) lost: Vec<Vec<String>>,
    /// The scenario's calls, then those of each recovery.
    pub(crate) traces: Vec<Trace>,
}

impl Counterexample {
    /// What the check said.
    pub fn promise(&self) -> &str {
        &self.promise
    }

    /// How to bring it about again.
    pub fn case(&self) -> &Case {
        &self.case
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "a crash breaks a promise: {}", self.promise)?;
        writeln!(f, "ledger: {}", shortened(&self.ledger))?;
        writeln!(
            f,
            "seed {}; run it again with CRASH_SIM_REPLAY={}",
            self.seed, self.case
        )?;
        for (index, trace) in self.traces.iter().enumerate() {
            match index {
                0 => writeln!(f, "the scenario:")?,
                _ => writeln!(f, "after crash {index}:")?,
            }
            write!(f, "{trace}")?;
            if let (Some(lost), Some((point, exact))) =
                (self.lost.get(index), self.case.crashes.get(index))
            {
                writeln!(
                    f,
                    "crash {} after {point} calls; not kept whole:",
                    index + 1
                )?;
                for op in lost {
                    writeln!(f, "          {op}")?;
                }
                if lost.is_empty() {
                    writeln!(f, "          (everything was kept)")?;
                }
                writeln!(f, "          fate {exact}")?;
            }
        }
        Ok(())
    }
}

/// The two ends of a text that is too long to read.
fn shortened(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= LEDGER_MAX {
        return text.to_owned();
    }
    let (head, tail) = (
        &chars[..LEDGER_MAX / 2],
        &chars[chars.len() - LEDGER_MAX / 2..],
    );
    head.iter().chain(&[' ', '…', ' ']).chain(tail).collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(counterexample) => counterexample.fmt(f),
            Self::NothingMeasured {
                points,
                acknowledged,
            } => write!(
                f,
                "nothing was measured: {points} crash points, {acknowledged} acknowledged promises; \
                 does the scenario use the file system it is given, and the ledger?"
            ),
            Self::BadCase(why) => write!(f, "the case can't be replayed: {why}"),
        }
    }
}

impl fmt::Debug for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failure {}
