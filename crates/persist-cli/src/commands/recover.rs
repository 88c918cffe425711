//! `recover`: repairs a damaged document.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::ValueHint;
use persist::{DamageKind, Decision, Options, Recovery, RecoveryPolicy, Repair, Salvaged, Source};
use serde::Serialize;

use super::diff::pretty;
use crate::check::{Checked, Copy, Entry, State, as_text};
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Paint, Report};
use crate::session::{Session, Untyped, missing};
use crate::shell::{command, short, word};

/// Repair a damaged document
///
/// From its newest good backup, or else from what still parses in the damaged file. The damaged file is
/// set aside first, never removed. Says where the value came from, what is lost, and where the damaged
/// bytes are now. A document that is good is left alone.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// Rather what still parses in the damaged file than a backup: it may be newer
    #[arg(long)]
    salvage: bool,

    /// Where in the value its records are: a JSON Pointer, such as /contacts; may be given more than once [default: found out
    /// from their shape]
    #[arg(long, value_name = "POINTER", value_parser = pointer)]
    collection: Vec<String>,

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
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// What a damaged document can be recovered from.
#[derive(Serialize)]
struct Prospects {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    was_damaged: bool,
    dry_run: bool,
    damage: String,
    /// The newest good one.
    backup: Option<Entry>,
    /// What still parses in the file, and what would be lost.
    salvage: Option<Left>,
    #[serde(skip)]
    backup_summary: Option<String>,
    #[serde(skip)]
    takes_backup: bool,
    hint: String,
}

#[derive(Serialize)]
struct Left {
    value: Untyped,
    lost: Vec<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let checked = Checked::look(session, &self.file)?;
        if let (State::Damaged { .. }, true) = (&checked.state, self.mode.dry_run) {
            return self.preview(session, &checked);
        }
        let document = self
            .options(session)
            .recovery(RecoveryPolicy::Recover)
            .at(&self.file);
        let mut report = Recovered {
            document: self.file.clone(),
            was_damaged: matches!(checked.state, State::Damaged { .. }),
            dry_run: self.mode.dry_run,
            recovery: None,
            hint: None,
        };
        match checked.state {
            State::Missing => return Err(missing(&document)),
            State::Damaged { .. } => {
                let recovery = document.recover(self.decision());
                let recovery = recovery.map_err(|error| self.failure(&error))?;
                report.hint = recovery.as_ref().map(|_| command("show", &self.file));
                report.recovery = recovery;
            }
            // Refused for a reason, which a load gives.
            State::Good(_) | State::Refused { .. } => drop(session.load(&self.file)?),
        }
        session.output.done(&report)?;
        Ok(match report.recovery.map(|recovery| recovery.repair) {
            None | Some(Repair::Done) => Exit::Fine,
            Some(_) => Exit::System,
        })
    }

    fn options(&self, session: &Session) -> Options<Untyped> {
        self.collection
            .iter()
            .fold(session.options(&self.file), |options, pointer| {
                options.collection(pointer)
            })
    }

    fn decision(&self) -> Decision {
        if self.salvage {
            Decision::Salvage
        } else {
            Decision::AsPolicy
        }
    }

    /// Where to go when there is nothing to recover from: the same command would find the same again.
    fn failure(&self, error: &persist::Error) -> Failure {
        let Some(damage) = error.damage() else {
            return Failure::new(Exit::System, error.to_string()).at(&self.file);
        };
        let (left, next) = if damage.kind == DamageKind::Checksum {
            (
                "it parses as it is, so that nothing shows what is wrong",
                "diff",
            )
        } else if self.salvage {
            ("nothing usable is left of it", "recover")
        } else {
            (
                "nothing usable is left of it, nor of its backups",
                "backups",
            )
        };
        let failure = Failure::new(Exit::Damage, format!("damaged: {damage}; {left}"));
        failure.at(&self.file).hint(command(next, &self.file))
    }

    fn preview(&self, session: &Session, checked: &Checked) -> Result<Exit, Failure> {
        let newest = checked.newest_good();
        let left = self
            .options(session)
            .at(&self.file)
            .salvage()?
            .and_then(left);
        if left.is_none() && (self.salvage || newest.is_none()) {
            let reason = format!(
                "damaged: {}; nothing usable is left",
                checked.state.details()
            );
            return Err(Failure::new(Exit::Damage, reason).at(&self.file));
        }
        let mut words = "recover".to_owned();
        if self.salvage {
            words.push_str(" --salvage");
        }
        for pointer in &self.collection {
            let _ = write!(words, " --collection {}", word(pointer));
        }
        session.output.answer(&Prospects {
            document: self.file.clone(),
            was_damaged: true,
            dry_run: true,
            damage: checked.state.details(),
            backup: newest.map(|copy| copy.entry.clone()),
            backup_summary: newest.map(Copy::summary),
            takes_backup: newest.is_some() && !self.salvage,
            salvage: left,
            hint: command(&words, &self.file),
        })?;
        Ok(Exit::Fine)
    }
}

/// One that can't be a pointer would lead nowhere, and all would be lost.
fn pointer(text: &str) -> Result<String, String> {
    if text.is_empty() || text.starts_with('/') {
        Ok(text.to_owned())
    } else {
        Err(format!("a JSON Pointer begins with a slash: /{text}"))
    }
}

fn left(salvaged: Salvaged<Untyped>) -> Option<Left> {
    let lost = salvaged.lost.iter().map(ToString::to_string).collect();
    salvaged.value.ok().map(|value| Left { value, lost })
}

impl Report for Recovered {
    fn text(&self, page: &mut Page) {
        let document = self.document.display();
        let Some(recovery) = &self.recovery else {
            page.line(format_args!("{document} is not damaged; nothing was done"));
            return;
        };
        let shown = |path: &Path| short(path.to_owned()).display().to_string();
        page.line(format_args!("{document} was damaged: {}", recovery.damage));
        match &recovery.source {
            Source::Backup(backup) => {
                page.field("value from", shown(backup.path()));
                page.field("lost", "what was saved after that");
            }
            Source::Salvage => {
                page.field("value from", "what still parses in the damaged file");
                tell_lost(recovery.lost.iter().map(ToString::to_string), page);
            }
            other => page.field("value from", format_args!("{other:?}")),
        }
        for skipped in &recovery.skipped {
            let reason = format!("{}: {}", shown(&skipped.path), skipped.reason);
            page.field("not usable", reason);
        }
        if let Some(path) = &recovery.quarantined {
            page.field("damaged file", format_args!("kept as {}", shown(path)));
        }
        if let Repair::NotDone(reason) = &recovery.repair {
            let failed = format!("the file is as damaged as before: {reason}");
            let failed = page.paint(Paint::Bad, &failed).to_string();
            page.field("not repaired", failed);
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl Report for Prospects {
    fn text(&self, page: &mut Page) {
        page.line(format_args!(
            "{} is damaged: {}",
            self.document.display(),
            self.damage
        ));
        if let Some(summary) = &self.backup_summary {
            page.field("backup", summary);
        }
        if let Some(left) = &self.salvage {
            page.field("salvage", "this still parses in the file");
            for line in pretty(&left.value, false).lines() {
                page.line(format_args!("    {line}"));
            }
            tell_lost(left.lost.iter().cloned(), page);
        }
        page.line(if self.takes_backup {
            "would take the backup, and set the damaged file aside"
        } else {
            "would take what still parses, and set the damaged file aside"
        });
    }

    fn hint(&self) -> Option<&str> {
        Some(&self.hint)
    }
}

/// A line for each record.
fn tell_lost(lost: impl Iterator<Item = String>, page: &mut Page) {
    let mut lost = lost.peekable();
    if lost.peek().is_none() {
        page.field("lost", "nothing");
    }
    for lost in lost {
        page.field("lost", lost);
    }
}
