//! `diff`: how two documents differ.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use persist::{HandEdits, Json};
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::check::{Checked, as_text};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Paint, Report};
use crate::session::{Session, missing};
use crate::shell::command;

/// Compare the values of two documents, or of a document and its newest backup
///
/// Layout, compression, revision and white space do not count. A file that was edited by hand is
/// compared as it is now. Exits with 7 if there is a difference.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document; with nothing else, it is compared with its newest good backup
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// Another document, or a backup
    #[arg(value_name = "OTHER", value_hint = ValueHint::FilePath)]
    other: Option<PathBuf>,

    /// Members in another order are the same
    #[arg(long)]
    sorted: bool,
}

#[derive(Serialize)]
struct Difference {
    #[serde(serialize_with = "as_text")]
    old: PathBuf,
    #[serde(serialize_with = "as_text")]
    new: PathBuf,
    is_different: bool,
    /// Unified, as `patch` reads it.
    diff: String,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let (old, new) = match &self.other {
            Some(other) => (self.file.clone(), other.clone()),
            None => (newest_backup(session, &self.file)?, self.file.clone()),
        };
        let text = |path: &Path| -> Result<String, Failure> {
            let document = session.options(path).hand_edits(HandEdits::Accept).at(path);
            let loaded = document.load()?.ok_or_else(|| missing(&document))?;
            Ok(pretty(&loaded, self.sorted))
        };
        let diff = unified(&old, &text(&old)?, &new, &text(&new)?);
        let report = Difference {
            old,
            new,
            is_different: !diff.is_empty(),
            diff,
        };
        session.output.answer(&report)?;
        Ok(if report.is_different {
            Exit::Different
        } else {
            Exit::Fine
        })
    }
}

/// A line for each member and element.
pub(super) fn pretty(value: &Json, sorted: bool) -> String {
    let value = if sorted {
        value.to_sorted().to_pretty()
    } else {
        value.to_pretty()
    };
    format!("{value}\n")
}

fn newest_backup(session: &Session, file: &Path) -> Result<PathBuf, Failure> {
    let checked = Checked::look(session, file)?;
    let newest = checked.newest_good().map(|copy| copy.entry.path.clone());
    newest.ok_or_else(|| {
        let failure =
            Failure::new(Exit::Missing, "there is no good backup to compare with").at(file);
        failure.hint(command("backup", file))
    })
}

/// Nothing if the texts are equal.
pub(super) fn unified(old: &Path, old_text: &str, new: &Path, new_text: &str) -> String {
    let diff = TextDiff::from_lines(old_text, new_text);
    if diff
        .iter_all_changes()
        .all(|change| change.tag() == ChangeTag::Equal)
    {
        return String::new();
    }
    let (old, new) = (old.display().to_string(), new.display().to_string());
    diff.unified_diff()
        .context_radius(3)
        .header(&old, &new)
        .to_string()
}

/// A unified diff in colours.
pub(super) fn paint(diff: &str, page: &mut Page) {
    for line in diff.lines() {
        let paint = match line.as_bytes().first() {
            _ if line.starts_with("---") || line.starts_with("+++") => Some(Paint::Strong),
            Some(b'+') => Some(Paint::Good),
            Some(b'-') => Some(Paint::Bad),
            Some(b'@') => Some(Paint::Faint),
            _ => None,
        };
        match paint {
            Some(paint) => page.line(page.paint(paint, line).to_string()),
            None => page.line(line),
        }
    }
}

impl Report for Difference {
    fn text(&self, page: &mut Page) {
        paint(&self.diff, page);
    }
}
