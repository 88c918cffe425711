//! `seal`: accepts what somebody has edited by hand.

use std::path::PathBuf;

use clap::ValueHint;
use persist::{Backups, HandEdits, Health};
use serde::Serialize;

use crate::check::as_text;
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::{Session, missing};
use crate::shell::command;

/// Accept an edit made by hand: seal a document whose checksum does not match
///
/// Nobody can tell an edit from damage but you: `diff FILE` shows what has changed since the newest
/// backup. The file must still be JSON.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Sealed {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    dry_run: bool,
    /// Whether the checksum did not match.
    was_edited: bool,
    revision: Option<u64>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        // The value stays: a copy of the file with its broken seal would only look like damage.
        let document = session
            .options(&self.file)
            .hand_edits(HandEdits::Accept)
            .backups(Backups::Off)
            .at(&self.file);
        let loaded = document.load()?.ok_or_else(|| missing(&document))?;
        if let Health::Good { sealed: false, .. } = document.verify()?.document
            && !loaded.hand_edited
        {
            let failure = Failure::new(Exit::Refused, "it has never been sealed").at(&self.file);
            return Err(failure.hint(command("adopt", &self.file)));
        }
        let mut report = Sealed {
            document: self.file.clone(),
            dry_run: self.mode.dry_run,
            was_edited: loaded.hand_edited,
            revision: loaded.revision.and_then(|revision| revision.number()),
        };
        if report.was_edited && !report.dry_run {
            document.update(|_| ())?;
            let loaded = document.load()?.and_then(|loaded| loaded.revision);
            report.revision = loaded.and_then(|revision| revision.number());
        }
        session.output.done(&report)?;
        Ok(Exit::Fine)
    }
}

impl Report for Sealed {
    fn text(&self, page: &mut Page) {
        let document = self.document.display();
        match (self.was_edited, self.dry_run) {
            (false, _) => page.line(format_args!(
                "{document} is sealed already, and its seal holds"
            )),
            (true, true) => page.line(format_args!("would seal {document} as it is now")),
            (true, false) => page.line(format_args!("sealed {document} as it is now")),
        }
    }
}
