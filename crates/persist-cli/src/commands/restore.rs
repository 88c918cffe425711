//! `restore`: gives a document the content of a backup.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::ValueHint;
use persist::{Backup, BackupKind, Document, Error};
use serde::Serialize;

use crate::check::{Checked, Entry, as_text};
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant;
use crate::output::{Page, Report};
use crate::session::{Session, Untyped};
use crate::shell::{command, name};

/// Give a document the content of a backup
///
/// Without a choice, of the newest good backup. It is verified first. What is there is kept: `undo-restore`
/// brings it back, and a damaged file is set aside.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document, which may be missing or damaged
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// The newest backup not later than this: 2026-11-20T03:10:32Z, `2026-11-20 03:10` (UTC), or 2h (ago)
    #[arg(long, value_name = "TIME", conflicts_with = "backup")]
    at: Option<String>,

    /// This backup: its path, or its name as `backups` lists it
    #[arg(long, value_name = "NAME", value_hint = ValueHint::FilePath)]
    backup: Option<PathBuf>,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Restored {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    dry_run: bool,
    backup: Entry,
    /// `None` in a dry run, and where the layout stores none.
    revision: Option<u64>,
    /// The copies that were there before and after tell what was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let document = session.document(&self.file);
        let backup = self.choose(session, &document)?;
        let mut report = Restored {
            document: self.file.clone(),
            dry_run: self.mode.dry_run,
            backup: Entry::of(&backup),
            revision: None,
            hint: None,
        };
        if !report.dry_run {
            report.revision = document
                .restore(&backup)
                .map_err(|error| self.failure(error))?
                .number();
            let can_be_undone = can_be_undone(&document)?;
            let words = if can_be_undone {
                "undo-restore"
            } else {
                "show"
            };
            report.hint = Some(command(words, &self.file));
        }
        session.output.done(&report)?;
        Ok(Exit::Fine)
    }

    /// The document may be in order, and the backup not.
    fn failure(&self, error: Error) -> Failure {
        let is_about_backup = error.path() != self.file;
        let failure = Failure::from(error);
        if is_about_backup {
            return failure.hint(command("backups", &self.file));
        }
        failure
    }

    fn choose(&self, session: &Session, document: &Document<Untyped>) -> Result<Backup, Failure> {
        let backups = document.backups()?;
        let (chosen, missing) = match (&self.backup, &self.at) {
            (Some(wanted), _) => (
                backups.into_iter().find(|backup| is_called(backup, wanted)),
                format!("there is no backup {}", wanted.display()),
            ),
            (None, Some(at)) => {
                let time = instant::parse(at, SystemTime::now())
                    .map_err(|reason| Failure::usage(format!("`{at}` is not a time: {reason}")))?;
                (
                    document.backup_at(time)?,
                    format!("there is no backup of {} or before", instant::show(time)),
                )
            }
            (None, None) => (
                newest_good(session, &self.file, backups)?,
                "there is no good backup".to_owned(),
            ),
        };
        chosen.ok_or_else(|| {
            let failure = Failure::new(Exit::Missing, missing).at(&self.file);
            failure.hint(command("backups", &self.file))
        })
    }
}

fn newest_good(
    session: &Session,
    file: &Path,
    backups: Vec<Backup>,
) -> Result<Option<Backup>, Failure> {
    let checked = Checked::look(session, file)?;
    let newest = checked.newest_good().map(|copy| &copy.entry.path);
    let is_newest = |backup: &Backup| Some(&Entry::of(backup).path) == newest;
    Ok(backups.into_iter().find(is_newest))
}

fn is_called(backup: &Backup, wanted: &Path) -> bool {
    backup.path() == wanted || backup.path().file_name() == Some(wanted.as_os_str())
}

fn can_be_undone(document: &Document<Untyped>) -> Result<bool, Failure> {
    let backups = document.backups()?;
    Ok(backups
        .iter()
        .any(|backup| backup.kind() == BackupKind::BeforeRestore))
}

impl Report for Restored {
    fn text(&self, page: &mut Page) {
        let (backup, document) = (name(&self.backup.path), self.document.display());
        if self.dry_run {
            page.line(format_args!("would restore {document} from {backup}"));
            page.line("what is there would be kept");
            return;
        }
        let revision = self
            .revision
            .map(|revision| format!(", revision {revision}"));
        page.line(format_args!(
            "restored {document} from {backup}{}; what was there is kept",
            revision.unwrap_or_default()
        ));
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
