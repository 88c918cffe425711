//! `log repair`: cuts a damaged log.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;
use wal::{Error, Lsn, Repaired};

use super::options;
use super::verify::Damage;
use crate::check::as_text;
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::{command, short};

/// Cut a damaged log where the damage begins, and keep what is cut
///
/// The log ends before the group of records that is damaged then, and goes on from there. What is cut
/// stays in the directory, in files that are named. A log that is good is left alone.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The directory of the log
    #[arg(value_hint = ValueHint::DirPath)]
    dir: PathBuf,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Cut {
    #[serde(serialize_with = "as_text")]
    log: PathBuf,
    was_damaged: bool,
    dry_run: bool,
    damage: Option<Damage>,
    /// The first record that was cut, and the number of the next that is appended.
    from: Option<Lsn>,
    /// Files that hold something of what was cut.
    kept: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let repaired = match options().survey(&self.dir) {
            Ok(_) => None,
            Err(Error::Damaged(_)) => session.while_in_use(
                || {
                    if self.mode.dry_run {
                        options().preview_repair(&self.dir)
                    } else {
                        options().repair(&self.dir)
                    }
                },
                |error| matches!(error, Error::InUse { .. }),
            )?,
            Err(error) => return Err(error.into()),
        };
        let report = self.report(repaired);
        if self.mode.dry_run {
            session.output.answer(&report)?;
        } else {
            session.output.done(&report)?;
        }
        Ok(Exit::Fine)
    }

    fn report(&self, repaired: Option<Repaired>) -> Cut {
        let next = if self.mode.dry_run {
            "log repair"
        } else {
            "log verify"
        };
        Cut {
            log: self.dir.clone(),
            was_damaged: repaired.is_some(),
            dry_run: self.mode.dry_run,
            damage: repaired
                .as_ref()
                .map(|repaired| Damage::of(&repaired.damage)),
            from: repaired.as_ref().map(|repaired| repaired.from),
            hint: repaired.as_ref().map(|_| command(next, &self.dir)),
            kept: repaired.map_or_else(Vec::new, |repaired| {
                let shown = |path: PathBuf| short(path).display().to_string();
                repaired.kept.into_iter().map(shown).collect()
            }),
        }
    }
}

impl Report for Cut {
    fn text(&self, page: &mut Page) {
        let log = self.log.display();
        let (Some(damage), Some(from)) = (&self.damage, self.from) else {
            page.line(format_args!("{log} is not damaged; nothing was done"));
            return;
        };
        let (verb, cut, kept) = if self.dry_run {
            ("is", "would cut", "would keep")
        } else {
            ("was", "cut", "kept")
        };
        page.line(format_args!("{log} {verb} damaged: {}", damage.sentence()));
        page.field(cut, format_args!("record {from} and all behind it"));
        for path in &self.kept {
            page.field(kept, path);
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
