//! What `set`, `remove` and `update` have in common: one change of a value, under the lock.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use persist::{Error, Json};
use serde::Serialize;

use super::diff::{paint, pretty, unified};
use crate::check::as_text;
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::{Session, missing};

/// The document that is changed, and whether it really is.
#[derive(Debug, clap::Args)]
pub(super) struct Target {
    /// The document
    #[arg(value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,

    /// Begin with an empty object if there is no such document
    #[arg(long)]
    create: bool,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Changed {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    dry_run: bool,
    /// Whether there was no such document.
    is_new: bool,
    /// Nothing is written if the value stays as it is.
    is_different: bool,
    /// That of the document afterwards, where the layout stores one.
    revision: Option<u64>,
    /// Unified, of the values.
    diff: String,
}

/// Why nothing is saved.
enum Stop {
    /// Nothing would change, or nothing shall.
    Here,
    Failed(Failure),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Target {
    pub(super) fn change(
        &self,
        session: &Session,
        edit: impl FnOnce(&mut Json) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        let mut options = session.options(&self.file);
        if self.create {
            let empty = Json::parse("{}")?;
            options = options.default_value(move || empty.clone());
        }
        let document = options.at(&self.file);
        let is_there = document.load()?.is_some();
        if !self.create && !is_there {
            return Err(missing(&document));
        }
        let mut report = Changed {
            document: self.file.clone(),
            dry_run: self.mode.dry_run,
            is_new: !is_there,
            is_different: false,
            revision: None,
            diff: String::new(),
        };
        let changed = document.try_update(|value| {
            let before = value.clone();
            edit(value).map_err(|failure| Stop::Failed(failure.about(&self.file)))?;
            report.is_different = *value != before;
            report.diff = difference(&self.file, &before, value);
            if report.is_different && !report.dry_run {
                Ok(())
            } else {
                Err(Stop::Here)
            }
        });
        if let Err(Stop::Failed(failure)) = changed {
            return Err(failure);
        }
        let revision = document.load()?.and_then(|loaded| loaded.revision);
        report.revision = revision.and_then(|revision| revision.number());
        session.output.done(&report)?;
        Ok(Exit::Fine)
    }
}

fn difference(file: &Path, before: &Json, after: &Json) -> String {
    unified(file, &pretty(before, false), file, &pretty(after, false))
}

impl Report for Changed {
    fn text(&self, page: &mut Page) {
        paint(&self.diff, page);
        let document = self.document.display();
        let revision = self
            .revision
            .map(|revision| format!(", revision {revision}"));
        let revision = revision.unwrap_or_default();
        match (self.is_different, self.dry_run) {
            (false, _) => page.line(format_args!("{document} stays as it is")),
            (true, true) => page.line(format_args!("would change {document}")),
            (true, false) if self.is_new => page.line(format_args!("created {document}{revision}")),
            (true, false) => page.line(format_args!(
                "changed {document}{revision}; the file before is kept as a backup"
            )),
        }
    }
}
