//! `undo-restore`: takes the last restore back.

use std::path::PathBuf;

use clap::ValueHint;
use persist::BackupKind;
use serde::Serialize;

use crate::check::as_text;
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::command;

/// Take the last restore of a document back
///
/// Done again, it restores again.
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
struct Undone {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    dry_run: bool,
    /// `None` in a dry run, and where the layout stores none.
    revision: Option<u64>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let document = session.document(&self.file);
        let backups = document.backups()?;
        if !backups
            .iter()
            .any(|backup| backup.kind() == BackupKind::BeforeRestore)
        {
            let failure =
                Failure::new(Exit::Missing, "there is no restore to take back").at(&self.file);
            return Err(failure.hint(command("backups", &self.file)));
        }
        let revision = if self.mode.dry_run {
            None
        } else {
            document.undo_restore()?.number()
        };
        session.output.done(&Undone {
            document: self.file.clone(),
            dry_run: self.mode.dry_run,
            revision,
        })?;
        Ok(Exit::Fine)
    }
}

impl Report for Undone {
    fn text(&self, page: &mut Page) {
        let document = self.document.display();
        if self.dry_run {
            page.line(format_args!(
                "would take the last restore of {document} back"
            ));
            return;
        }
        let revision = self
            .revision
            .map(|revision| format!("; it is revision {revision} again"));
        page.line(format_args!(
            "took the last restore of {document} back{}",
            revision.unwrap_or_default()
        ));
    }
}
