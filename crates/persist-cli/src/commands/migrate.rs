//! `migrate`: the version label of a document.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueHint};
use persist::{BackupKind, Label};
use serde::Serialize;

use super::adopt::label;
use crate::check::{Checked, Copy, Good, State, as_text};
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::{Session, missing};
use crate::shell::command;

/// Look at the version of a document, or change its label
///
/// The steps from one version to the next belong to the program that owns the document, which takes them
/// when it loads an older file. What can be done without it is here.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say which version a document is, and which older versions of it are kept
    Inspect {
        /// The document
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Say that the value, as it is, is of another version
    ///
    /// Nothing in the value is changed: this is for a label that is wrong. The file with the old label is
    /// kept for good.
    Relabel {
        /// The document
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The new label, a number or text
        #[arg(value_parser = label)]
        label: Label,
        #[command(flatten)]
        mode: DryRun,
    },
}

#[derive(Serialize)]
struct Inspected {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    version: Option<Label>,
    /// Copies made before the first save as a later version.
    kept: Vec<Copy>,
}

#[derive(Serialize)]
struct Relabelled {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    dry_run: bool,
    from: Option<Label>,
    to: Label,
    /// `None` in a dry run.
    revision: Option<u64>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        match &self.command {
            Command::Inspect { file } => {
                let (good, checked) = good(session, file)?;
                let is_version = |copy: &Copy| copy.entry.kind == BackupKind::Version;
                session.output.answer(&Inspected {
                    document: file.clone(),
                    version: good.version,
                    kept: checked.backups.into_iter().filter(is_version).collect(),
                })?;
            }
            Command::Relabel { file, label, mode } => {
                let (good, _) = good(session, file)?;
                let mut report = Relabelled {
                    document: file.clone(),
                    dry_run: mode.dry_run,
                    from: good.version,
                    to: label.clone(),
                    revision: None,
                };
                if good.layout == "bare" {
                    let failure =
                        Failure::new(Exit::Refused, "a plain file has no place for a version")
                            .at(file);
                    return Err(failure.hint(command(&format!("adopt --version {label}"), file)));
                }
                if !report.dry_run {
                    let revision = session.document(file).relabel(label.clone())?;
                    report.revision = revision.number();
                }
                session.output.done(&report)?;
            }
        }
        Ok(Exit::Fine)
    }
}

/// What a document that can be used says about itself.
fn good(session: &Session, file: &Path) -> Result<(Good, Checked), Failure> {
    session.load(file)?;
    let checked = Checked::look(session, file)?;
    match &checked.state {
        State::Good(good) => Ok((good.clone(), checked)),
        // It has gone, or changed, since it was loaded.
        _ => Err(missing(&session.document(file))),
    }
}

fn said(label: Option<&Label>) -> String {
    label.map_or_else(
        || "no version".to_owned(),
        |label| format!("version {label}"),
    )
}

impl Report for Inspected {
    fn text(&self, page: &mut Page) {
        page.line(format_args!(
            "{}: {}",
            self.document.display(),
            said(self.version.as_ref())
        ));
        for copy in &self.kept {
            page.line(format_args!(
                "  kept: {}  {}",
                copy.entry.path.display(),
                copy.state.details()
            ));
        }
    }
}

impl Report for Relabelled {
    fn text(&self, page: &mut Page) {
        let (document, from, to) = (self.document.display(), said(self.from.as_ref()), &self.to);
        if self.dry_run {
            page.line(format_args!(
                "would relabel {document}: {from} becomes version {to}"
            ));
        } else {
            page.line(format_args!(
                "relabelled {document}: {from} became version {to}; the old file is kept"
            ));
        }
    }
}
