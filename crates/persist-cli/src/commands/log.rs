//! `log`: looks at write-ahead logs, checks and repairs them.

mod failure;
mod repair;
mod show;
mod stat;
mod verify;

use std::path::Path;

use clap::Subcommand;
use serde::Serialize;
use wal::{Lsn, Options};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::shell::name;

/// Look at, check and repair write-ahead logs
///
/// A log is a directory of segments, `<number of the first record>.log`, with numbered records in them.
/// All but `repair` may be used while a program writes the log.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(show::Args),
    Stat(stat::Args),
    Verify(verify::Args),
    Repair(repair::Args),
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        match &self.command {
            Command::Show(args) => args.run(session),
            Command::Stat(args) => args.run(session),
            Command::Verify(args) => args.run(session),
            Command::Repair(args) => args.run(session),
        }
    }
}

/// What opening the log will cut.
#[derive(Serialize)]
struct Torn {
    segment: String,
    offset: u64,
    bytes: u64,
}

impl Torn {
    fn of(survey: &wal::Survey) -> Option<Self> {
        let (offset, bytes) = survey.torn?;
        Some(Self {
            segment: name(
                survey
                    .segments
                    .last()
                    .map_or(Path::new(""), |last| &last.path),
            ),
            offset,
            bytes,
        })
    }

    fn sentence(&self) -> String {
        format!(
            "the last write is not whole, as a crash leaves it: {} bytes at byte {} of {}; the next opening cuts it",
            self.bytes, self.offset, self.segment
        )
    }
}

/// Which records there are.
fn range(start: Lsn, next: Lsn) -> String {
    match next.since(start) {
        0 => format!("no records, the next is {next}"),
        1 => format!("record {start}"),
        count => format!("records {start} to {}", start.plus(count - 1)),
    }
}

fn state(survey: &wal::Survey) -> &'static str {
    if survey.is_closed {
        "closed"
    } else {
        "not closed"
    }
}

/// A log of any program: nothing of how it is opened matters to who reads.
fn options() -> Options {
    Options::new()
}
