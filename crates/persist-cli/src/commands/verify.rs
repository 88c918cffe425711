//! `verify`: whether documents, their copies, and exports are what was saved.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use persist::{ErrorKind, Folder};
use serde::Serialize;

use crate::check::{Checked, as_text};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant;
use crate::output::{Page, Paint, Report};
use crate::session::Session;
use crate::shell::{command, short};

/// Check documents and all their copies, or an export
///
/// Reads every byte and compares it with the checksum. For a directory, checks every document in it, or
/// the whole of an export. Changes nothing. Exits with 1 if anything is damaged.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Documents, directories that hold some, or exports
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Verified {
    is_good: bool,
    documents: Vec<Checked>,
    exports: Vec<Export>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    only_bad: bool,
}

/// An export, which is good or damaged as a whole.
#[derive(Serialize)]
struct Export {
    #[serde(serialize_with = "as_text")]
    path: PathBuf,
    /// When it was made, and how many documents it holds, if it is good.
    exported: Option<String>,
    documents: Option<usize>,
    /// What is wrong with it.
    damage: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let (mut files, mut exports) = (Vec::new(), Vec::new());
        for path in &self.paths {
            match Export::look(path)? {
                Some(export) => exports.push(export),
                None => files.extend(documents(path)?),
            }
        }
        let bar = session.output.progress(files.len(), "verifying");
        let mut documents = Vec::new();
        for file in &files {
            documents.push(Checked::look(session, file)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        let exit = worst(&documents, &exports);
        let report = Verified {
            is_good: exit == Exit::Fine,
            hint: Checked::next_of(&documents),
            documents,
            exports,
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

impl Export {
    /// `None` if it is something else.
    fn look(path: &Path) -> Result<Option<Self>, Failure> {
        if !path.is_dir() {
            return Ok(None);
        }
        let (exported, damage) = match Folder::verify_export(path) {
            Ok(None) => return Ok(None),
            Ok(Some(exported)) => (Some(exported), None),
            Err(error) if error.kind() == ErrorKind::Damaged => {
                let file = short(error.path().to_owned());
                let damage = error.damage().map(ToString::to_string);
                (
                    None,
                    Some(format!(
                        "{}: {}",
                        file.display(),
                        damage.unwrap_or_default()
                    )),
                )
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Self {
            path: path.to_owned(),
            exported: exported
                .as_ref()
                .map(|export| instant::show(export.exported)),
            documents: exported.map(|export| export.documents.len()),
            damage,
        }))
    }

    fn text(&self, page: &mut Page) {
        let (path, count) = (self.path.display(), self.documents.unwrap_or_default());
        let (good, bad) = (
            page.paint(Paint::Good, "good   "),
            page.paint(Paint::Bad, "damaged"),
        );
        page.line(match (&self.damage, &self.exported) {
            (None, Some(time)) => format!("{good}  {path}  export of {count} documents, {time}"),
            (damage, _) => format!("{bad}  {path}  {}", damage.as_deref().unwrap_or_default()),
        });
    }
}

/// Damage before everything else: it is what a script asks for.
fn worst(documents: &[Checked], exports: &[Export]) -> Exit {
    let exits = || documents.iter().map(Checked::exit);
    let is_damaged = exports.iter().any(|export| export.damage.is_some());
    if is_damaged || exits().any(|exit| exit == Exit::Damage) {
        return Exit::Damage;
    }
    exits()
        .find(|exit| *exit != Exit::Fine)
        .unwrap_or(Exit::Fine)
}

impl Report for Verified {
    fn text(&self, page: &mut Page) {
        for export in &self.exports {
            if !self.only_bad || export.damage.is_some() {
                export.text(page);
            }
        }
        for document in &self.documents {
            if !self.only_bad || document.exit() != Exit::Fine {
                document.text(page);
            }
        }
        let is_bad = |document: &&Checked| document.exit() != Exit::Fine;
        let (all, bad) = (
            self.documents.len(),
            self.documents.iter().filter(is_bad).count(),
        );
        if all > 1 && !self.only_bad {
            page.line(format_args!("{all} documents, {bad} of them not good"));
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
