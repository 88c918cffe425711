//! `watch`: tells of every change of a document.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueHint;
use persist::{Json, Loaded};
use serde::Serialize;

use super::diff::{paint, pretty, unified};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant;
use crate::output::{Page, Report};
use crate::session::Session;

/// Tell of every change of a document, whoever makes it
///
/// First its state now, then each state that it gets: a diff, or with `--json` one line of JSON with the
/// whole value. Never half of a state; a file that is damaged is told, and not repaired. Ends when nobody
/// reads the output any more.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document, which may be missing
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// End after this many changes
    #[arg(long, value_name = "N")]
    count: Option<usize>,

    /// End if there is no change for so long
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    idle: Option<Duration>,
}

/// A state of the document, and what was told before it.
#[derive(Serialize)]
struct Seen {
    /// `good`, `missing`, `damaged` or `refused`.
    state: &'static str,
    revision: Option<u64>,
    updated: Option<String>,
    value: Option<Json>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip)]
    shown: String,
    #[serde(skip)]
    diff: String,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let document = session.document(&self.file);
        let mut changes = document.watch()?;
        let mut seen = self.seen(document.load().transpose());
        session.output.record(&seen)?;
        let mut left = self.count.unwrap_or(usize::MAX);
        while left > 0 && !session.output.is_closed() {
            let change = match self.idle {
                Some(idle) => changes.recv_timeout(idle),
                None => changes.next(),
            };
            let Some(change) = change else { break };
            let mut next = self.seen(Some(change));
            next.diff = unified(&self.file, &text(&seen), &self.file, &text(&next));
            session.output.record(&next)?;
            seen = next;
            left -= 1;
        }
        Ok(match seen.state {
            "damaged" => Exit::Damage,
            "refused" => Exit::Refused,
            _ => Exit::Fine,
        })
    }

    fn seen(&self, loaded: Option<persist::Result<Loaded<Json>>>) -> Seen {
        let mut seen = Seen {
            state: "missing",
            revision: None,
            updated: None,
            value: None,
            reason: None,
            shown: self.file.display().to_string(),
            diff: String::new(),
        };
        match loaded {
            None => {}
            Some(Ok(loaded)) => {
                seen.state = "good";
                seen.revision = loaded.revision.and_then(|revision| revision.number());
                seen.updated = loaded.updated.map(instant::show);
                // A line of JSON is a line.
                seen.value = Some(loaded.into_value().to_compact());
            }
            Some(Err(error)) => {
                let damage = error.damage().map(ToString::to_string);
                seen.state = if damage.is_some() {
                    "damaged"
                } else {
                    "refused"
                };
                seen.reason = Some(damage.unwrap_or_else(|| error.to_string()));
            }
        }
        seen
    }
}

fn text(seen: &Seen) -> String {
    let value = seen.value.as_ref();
    value.map_or_else(String::new, |value| pretty(value, false))
}

impl Report for Seen {
    fn text(&self, page: &mut Page) {
        let revision = self
            .revision
            .map(|revision| format!(", revision {revision}"));
        let updated = self.updated.as_ref().map(|updated| format!(", {updated}"));
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}"));
        page.line(format_args!(
            "{} is {}{}{}{}",
            self.shown,
            self.state,
            revision.unwrap_or_default(),
            updated.unwrap_or_default(),
            reason.unwrap_or_default(),
        ));
        paint(&self.diff, page);
    }
}
