//! `backups`: the copies of a document.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;

use crate::check::{Checked, Copy, as_text};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::command;

/// List the backups and other copies of a document
///
/// Those that recovery uses first, newest first, each of them verified. Exits with 1 if one is damaged.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document, which may be missing or damaged
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
}

#[derive(Serialize)]
struct Listed {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    backups: Vec<Copy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let checked = Checked::look(session, &self.file)?;
        if checked.backups.is_empty() {
            let failure = Failure::new(Exit::Missing, "there are no backups").at(&self.file);
            let words = if checked.state.is_good() {
                "backup"
            } else {
                "verify"
            };
            return Err(failure.hint(command(words, &self.file)));
        }
        let is_damaged = checked.damaged_backups() > 0;
        let listed = Listed {
            document: self.file.clone(),
            hint: is_damaged.then(|| {
                let words = if checked.state.is_good() {
                    "backup"
                } else {
                    "recover"
                };
                command(words, &self.file)
            }),
            backups: checked.backups,
        };
        session.output.answer(&listed)?;
        Ok(if is_damaged { Exit::Damage } else { Exit::Fine })
    }
}

impl Report for Listed {
    fn text(&self, page: &mut Page) {
        for copy in &self.backups {
            page.line(format_args!(
                "{}  {}  {}{}",
                copy.state.mark(page),
                copy.entry.path.display(),
                copy.state.details(),
                if copy.is_for_recovery() {
                    ""
                } else {
                    " (not used by recovery)"
                },
            ));
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
