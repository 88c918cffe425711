//! `log stat`: what is in a log.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;
use wal::Lsn;

use super::{Torn, options, range, state};
use crate::check::as_text;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::{name, short};

/// Say what is in a log: records, segments, and how it ends
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The directory of the log
    #[arg(value_hint = ValueHint::DirPath)]
    dir: PathBuf,
}

#[derive(Serialize)]
struct Stat {
    #[serde(serialize_with = "as_text")]
    log: PathBuf,
    /// The first record that was not truncated, and the one that will be appended next.
    start: Lsn,
    next: Lsn,
    is_closed: bool,
    torn: Option<Torn>,
    segments: Vec<Segment>,
    #[serde(skip)]
    state: &'static str,
}

#[derive(Serialize)]
struct Segment {
    #[serde(serialize_with = "as_text")]
    path: PathBuf,
    first: Lsn,
    records: u64,
    groups: u64,
    /// Of the payloads of records that were not truncated.
    bytes: u64,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let survey = options().survey(&self.dir)?;
        session.output.answer(&Stat {
            log: self.dir.clone(),
            start: survey.start,
            next: survey.next,
            is_closed: survey.is_closed,
            torn: Torn::of(&survey),
            state: state(&survey),
            segments: survey
                .segments
                .into_iter()
                .map(|segment| Segment {
                    path: short(segment.path),
                    first: segment.first,
                    records: segment.records,
                    groups: segment.groups,
                    bytes: segment.payload,
                })
                .collect(),
        })?;
        Ok(Exit::Fine)
    }
}

impl Report for Stat {
    fn text(&self, page: &mut Page) {
        page.line(self.log.display());
        page.field("holds", range(self.start, self.next));
        page.field("state", self.state);
        if let Some(torn) = &self.torn {
            page.field("torn", torn.sentence());
        }
        if self.segments.is_empty() {
            return;
        }
        page.line(format_args!(
            "  {:<24}  {:>9}  {:>9}  {:>12}",
            "segment", "records", "groups", "bytes"
        ));
        for segment in &self.segments {
            page.line(format_args!(
                "  {:<24}  {:>9}  {:>9}  {:>12}",
                name(&segment.path),
                segment.records,
                segment.groups,
                segment.bytes
            ));
        }
    }
}
