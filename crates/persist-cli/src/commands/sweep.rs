//! `sweep`: removes what killed processes have left.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueHint;
use serde::Serialize;

use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::short;

/// Remove the temporary files that killed processes have left
///
/// Only files of which it is certain that nobody writes them any more: their locks are free. Age
/// proves nothing. Documents, backups and damaged files that were set aside are never touched.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Directories, or documents in them
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Swept {
    dry_run: bool,
    removed: Vec<String>,
    /// Being written now, by somebody who lives.
    in_progress: Vec<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let mut dirs = Vec::new();
        for path in &self.paths {
            dirs.push(directory(path)?);
        }
        dirs.sort_unstable();
        dirs.dedup();
        let mut report = Swept {
            dry_run: self.mode.dry_run,
            removed: Vec::new(),
            in_progress: Vec::new(),
        };
        for dir in dirs {
            let survey = persist::survey(dir)?;
            let removed = if report.dry_run {
                survey.leftovers
            } else {
                persist::sweep(dir)?
            };
            report.removed.extend(removed.into_iter().map(shown));
            let alive = survey.in_progress.into_iter();
            report.in_progress.extend(alive.map(shown));
        }
        session.output.done(&report)?;
        Ok(Exit::Fine)
    }
}

fn shown(path: PathBuf) -> String {
    short(path).display().to_string()
}

/// A directory itself, or that of a document.
fn directory(path: &Path) -> Result<&Path, Failure> {
    let there = fs::metadata(path).map_err(|error| Failure::io("sweep", path, &error))?;
    Ok(match path.parent() {
        _ if there.is_dir() => path,
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    })
}

impl Report for Swept {
    fn text(&self, page: &mut Page) {
        let verb = if self.dry_run {
            "would remove"
        } else {
            "removed"
        };
        for path in &self.removed {
            page.line(format_args!("{verb} {path}"));
        }
        for path in &self.in_progress {
            page.line(format_args!("left alone {path}: it is being written"));
        }
        if self.removed.is_empty() && self.in_progress.is_empty() {
            page.line("nothing was left behind");
        }
    }
}
