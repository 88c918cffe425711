//! `recover`: repairs a damaged document.

use std::path::{Path, PathBuf};

use clap::ValueHint;
use persist::{Recovery, RecoveryPolicy, Repair, Source};
use serde::Serialize;

use crate::check::{Checked, Copy, State, as_text};
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Paint, Report};
use crate::session::{Session, missing};
use crate::shell::{command, short};

/// Repair a damaged document from its newest good backup
///
/// The damaged file is set aside first, never removed. Says where the value came from, what is lost, and
/// where the damaged bytes are now. A document that is good is left alone.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Recovered {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    /// Whether it was damaged.
    was_damaged: bool,
    dry_run: bool,
    /// What was done; `None` in a dry run, and where nothing was to do.
    recovery: Option<Recovery>,
    /// In a dry run: where the value would come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let checked = Checked::look(session, &self.file)?;
        let mut report = Recovered {
            document: self.file.clone(),
            was_damaged: matches!(checked.state, State::Damaged { .. }),
            dry_run: self.mode.dry_run,
            recovery: None,
            source: None,
            hint: None,
        };
        let newest = checked.newest_good();
        if report.was_damaged && newest.is_none() {
            let details = checked.state.details();
            let message = format!("damaged: {details}; there is no good backup");
            return Err(Failure::new(Exit::Damage, message).at(&self.file));
        }
        if report.was_damaged && report.dry_run {
            report.source = newest.map(Copy::summary);
            report.hint = Some(command("recover", &self.file));
        } else {
            let options = session
                .options(&self.file)
                .recovery(RecoveryPolicy::Recover);
            let document = options.at(&self.file);
            let loaded = document.load()?.ok_or_else(|| missing(&document))?;
            report.recovery = loaded.recovery;
            report.hint = report
                .recovery
                .as_ref()
                .map(|_| command("show", &self.file));
        }
        session.output.done(&report)?;
        Ok(match report.recovery.map(|recovery| recovery.repair) {
            None | Some(Repair::Done) => Exit::Fine,
            Some(_) => Exit::System,
        })
    }
}

impl Recovered {
    fn tell(&self, recovery: &Recovery, page: &mut Page) {
        let shown = |path: &Path| short(path.to_owned()).display().to_string();
        let document = self.document.display();
        page.line(format_args!("{document} was damaged: {}", recovery.damage));
        match &recovery.source {
            Source::Backup(backup) => page.field("value from", shown(backup.path())),
            other => page.field("value from", format_args!("{other:?}")),
        }
        for skipped in &recovery.skipped {
            let reason = format!("{}: {}", shown(&skipped.path), skipped.reason);
            page.field("not usable", reason);
        }
        page.field("lost", "what was saved after that");
        if let Some(path) = &recovery.quarantined {
            page.field("damaged file", format_args!("kept as {}", shown(path)));
        }
        if let Repair::NotDone(reason) = &recovery.repair {
            let failed = format!("the file is as damaged as before: {reason}");
            let failed = page.paint(Paint::Bad, &failed).to_string();
            page.field("not repaired", failed);
        }
    }
}

impl Report for Recovered {
    fn text(&self, page: &mut Page) {
        let document = self.document.display();
        if let Some(recovery) = &self.recovery {
            self.tell(recovery, page);
        } else if let Some(source) = &self.source {
            page.line(format_args!("would recover {document} from {source}"));
            page.line("the damaged file would be set aside, not removed");
        } else {
            page.line(format_args!("{document} is not damaged; nothing was done"));
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
