//! `sweep`: removes what killed processes have left.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use serde::Serialize;

use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;

/// Remove the temporary files that killed processes have left
///
/// Only files of which it is certain that nobody writes them any more: their locks are free. Age
/// proves nothing. Documents, backups and damaged files that were set aside are never touched.
#[derive(Debug, clap::Args)]
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
        let mut dirs: Vec<&Path> = self.paths.iter().map(|path| directory(path)).collect();
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
            report
                .removed
                .extend(removed.iter().map(|path| path.display().to_string()));
            let alive = survey.in_progress.iter();
            report
                .in_progress
                .extend(alive.map(|path| path.display().to_string()));
        }
        session.output.done(&report)?;
        Ok(Exit::Fine)
    }
}

/// A directory itself, or that of a document.
fn directory(path: &Path) -> &Path {
    if path.is_dir() {
        return path;
    }
    match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    }
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
