//! `verify`: whether documents and their copies are what was saved.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use serde::Serialize;

use crate::check::Checked;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::{command, short};

/// Check documents and all their copies
///
/// Reads every byte and compares it with the checksum. For a directory, checks every document in it.
/// Changes nothing. Exits with 1 if anything is damaged.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Documents, or directories that hold some
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Verified {
    is_good: bool,
    documents: Vec<Checked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    only_bad: bool,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let mut files = Vec::new();
        for path in &self.paths {
            files.extend(documents(path)?);
        }
        let bar = session.output.progress(files.len(), "verifying");
        let mut documents = Vec::new();
        for file in &files {
            documents.push(Checked::look(session, file)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let exit = worst(&documents);
        let report = Verified {
            is_good: exit == Exit::Fine,
            hint: Checked::next_of(&documents),
            documents,
            only_bad: session.output.is_quiet(),
        };
        session.output.answer(&report)?;
        Ok(exit)
    }
}

/// A file itself, or what a directory holds.
fn documents(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let documents = persist::survey(path)?.documents;
    if documents.is_empty() {
        let failure = Failure::new(Exit::Missing, "there are no documents").at(path);
        return Err(failure.hint(command("doctor", path)));
    }
    Ok(documents.into_iter().map(short).collect())
}

/// Damage before everything else: it is what a script asks for.
fn worst(documents: &[Checked]) -> Exit {
    let exits = || documents.iter().map(Checked::exit);
    let worst = exits().find(|exit| *exit == Exit::Damage);
    worst
        .or_else(|| exits().find(|exit| *exit != Exit::Fine))
        .unwrap_or(Exit::Fine)
}

impl Report for Verified {
    fn text(&self, page: &mut Page) {
        for document in &self.documents {
            if !self.only_bad || document.exit() != Exit::Fine {
                document.text(page);
            }
        }
        let bad = self
            .documents
            .iter()
            .filter(|document| document.exit() != Exit::Fine)
            .count();
        if self.documents.len() > 1 && !self.only_bad {
            page.line(format_args!(
                "{} documents, {bad} of them not good",
                self.documents.len()
            ));
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
