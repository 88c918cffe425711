//! `export`: all documents of a folder, as they are at one moment.

use std::path::PathBuf;

use clap::ValueHint;
use persist::Exported;
use serde::Serialize;

use crate::check::as_text;
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::quote;

/// Write all documents of a folder, as they are at one moment, to a new folder
///
/// With a manifest that `sha256sum -c SHA256SUMS` checks. The export is there whole or not at all; a
/// damaged document ends it, and what stands at the new place is never written over.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The folder of the documents
    #[arg(value_hint = ValueHint::DirPath)]
    dir: PathBuf,

    /// The new folder
    #[arg(value_hint = ValueHint::DirPath)]
    to: PathBuf,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Written {
    #[serde(serialize_with = "as_text")]
    folder: PathBuf,
    dry_run: bool,
    /// The names of the documents.
    documents: Vec<String>,
    /// `None` in a dry run.
    exported: Option<Exported>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let folder = session.folder(&self.dir)?;
        let mut report = Written {
            folder: self.dir.clone(),
            dry_run: self.mode.dry_run,
            documents: folder.documents()?.collect(),
            exported: None,
            hint: None,
        };
        if report.documents.is_empty() {
            return Err(Failure::new(Exit::Missing, "there are no documents").at(&self.dir));
        }
        if !report.dry_run {
            let spinner = session.output.spinner("exporting");
            report.exported = Some(folder.export(&self.to)?);
            spinner.finish_and_clear();
            let (to, dir) = (quote(&self.to), quote(&self.dir));
            report.hint = Some(format!("persist import --dry-run {to} {dir}"));
        }
        session.output.done(&report)?;
        Ok(Exit::Fine)
    }
}

impl Report for Written {
    fn text(&self, page: &mut Page) {
        match &self.exported {
            Some(exported) => page.line(exported),
            None => {
                for name in &self.documents {
                    page.line(format_args!("would export {name}"));
                }
            }
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
