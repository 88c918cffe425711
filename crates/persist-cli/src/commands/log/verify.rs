//! `log verify`: whether a log is what was written.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;
use wal::{Error, Lsn, Survey};

use super::{Torn, options, range, state};
use crate::check::as_text;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Paint, Report};
use crate::session::Session;
use crate::shell::{command, short};

/// Check a log
///
/// Reads every byte that counts and compares it with the checksums. Changes nothing. Exits with 1 if the log
/// is damaged. A last write that is not whole, as a crash leaves it, is told and is no damage: nobody had
/// been promised it. (Bit rot in just that write, of a log that was not closed, looks the same.)
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The directory of the log
    #[arg(value_hint = ValueHint::DirPath)]
    dir: PathBuf,
}

#[derive(Serialize)]
struct Verified {
    #[serde(serialize_with = "as_text")]
    log: PathBuf,
    is_good: bool,
    #[serde(flatten)]
    good: Option<Good>,
    damage: Option<Damage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    only_bad: bool,
}

#[derive(Serialize)]
struct Good {
    start: Lsn,
    next: Lsn,
    segments: usize,
    is_closed: bool,
    torn: Option<Torn>,
    #[serde(skip)]
    state: &'static str,
}

/// Where a log is not what was written.
#[derive(Serialize)]
pub(super) struct Damage {
    #[serde(serialize_with = "as_text")]
    pub(super) segment: PathBuf,
    /// Bytes from its start.
    offset: u64,
    /// The first record that can't be read.
    lsn: Lsn,
    reason: String,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let mut report = Verified {
            log: self.dir.clone(),
            is_good: true,
            good: None,
            damage: None,
            hint: None,
            only_bad: session.output.is_quiet(),
        };
        match options().survey(&self.dir) {
            Ok(survey) => report.good = Some(Good::of(&survey)),
            Err(Error::Damaged(damage)) => {
                report.is_good = false;
                report.damage = Some(Damage::of(&damage));
                report.hint = Some(command("log repair", &self.dir));
            }
            Err(error) => return Err(error.into()),
        }
        session.output.answer(&report)?;
        Ok(if report.is_good {
            Exit::Fine
        } else {
            Exit::Damage
        })
    }
}

impl Good {
    fn of(survey: &Survey) -> Self {
        Self {
            start: survey.start,
            next: survey.next,
            segments: survey.segments.len(),
            is_closed: survey.is_closed,
            torn: Torn::of(survey),
            state: state(survey),
        }
    }
}

impl Damage {
    pub(super) fn of(damage: &wal::Damage) -> Self {
        Self {
            segment: short(damage.path.clone()),
            offset: damage.offset,
            lsn: damage.lsn,
            reason: damage.flaw.to_string(),
        }
    }

    pub(super) fn sentence(&self) -> String {
        let Self {
            segment,
            offset,
            lsn,
            reason,
        } = self;
        format!(
            "{}, byte {offset}, record {lsn}: {reason}",
            segment.display()
        )
    }
}

impl Report for Verified {
    fn text(&self, page: &mut Page) {
        let log = self.log.display();
        if let Some(damage) = &self.damage {
            let word = page.paint(Paint::Bad, "damaged").to_string();
            page.line(format_args!("{word}  {log}  {}", damage.sentence()));
        }
        let Some(good) = self.good.as_ref().filter(|_| !self.only_bad) else {
            return;
        };
        let word = page.paint(Paint::Good, "good   ").to_string();
        page.line(format_args!(
            "{word}  {log}  {}, segments: {}, {}",
            range(good.start, good.next),
            good.segments,
            good.state
        ));
        if let Some(torn) = &good.torn {
            page.line(format_args!("  torn: {}", torn.sentence()));
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
