//! `backup`: a copy of a document, now.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;

use crate::check::{Entry, as_text};
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::{Session, missing};

/// Make a backup of a document now
///
/// The document is verified first: a damaged one is not copied. The backup counts like those that saves
/// make, and the program that owns the document prunes it as it prunes its own.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// Keep it for good, however many follow
    #[arg(long)]
    pin: bool,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Made {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    dry_run: bool,
    /// `None` in a dry run.
    backup: Option<Entry>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let document = session.document(&self.file);
        if document.load()?.is_none() {
            return Err(missing(&document));
        }
        let backup = if self.mode.dry_run {
            None
        } else {
            let backup = document.backup()?;
            Some(if self.pin {
                document.pin(&backup)?
            } else {
                backup
            })
        };
        session.output.done(&Made {
            document: self.file.clone(),
            dry_run: self.mode.dry_run,
            backup: backup.as_ref().map(Entry::of),
        })?;
        Ok(Exit::Fine)
    }
}

impl Report for Made {
    fn text(&self, page: &mut Page) {
        match &self.backup {
            Some(backup) => page.line(format_args!("backed up as {}", backup.path.display())),
            None => page.line(format_args!("would back up {}", self.document.display())),
        }
    }
}
