//! `undo-import`: takes the last import back.

use std::path::PathBuf;

use clap::ValueHint;
use persist::{ErrorKind, Undone};
use serde::Serialize;

use crate::check::as_text;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::command;

/// Take the last import into a folder back, whatever was saved since
///
/// All documents or none. What was saved since the import is kept; done again, it imports again.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The folder of the documents
    #[arg(value_hint = ValueHint::DirPath)]
    dir: PathBuf,
}

#[derive(Serialize)]
struct TakenBack {
    #[serde(serialize_with = "as_text")]
    folder: PathBuf,
    undone: Undone,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let undone = session.folder(&self.dir)?.undo_import();
        let undone = undone.map_err(|error| match error.kind() {
            ErrorKind::NothingToUndo => {
                let message = "there is no import to take back";
                let failure = Failure::new(Exit::Missing, message).at(&self.dir);
                failure.hint(command("doctor", &self.dir))
            }
            _ => error.into(),
        })?;
        session.output.done(&TakenBack {
            folder: self.dir.clone(),
            undone,
        })?;
        Ok(Exit::Fine)
    }
}

impl Report for TakenBack {
    fn text(&self, page: &mut Page) {
        for name in &self.undone.restored {
            page.line(format_args!("{name} is what it was before the import"));
        }
        for name in &self.undone.removed {
            page.line(format_args!(
                "{name} was not there before the import, and is gone"
            ));
        }
        for name in &self.undone.changed_since {
            page.line(format_args!(
                "{name} had been changed since; do it again, and that is back"
            ));
        }
    }
}
