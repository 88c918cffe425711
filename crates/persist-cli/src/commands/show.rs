//! `show`: what a document is, and its value.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;

use crate::check::{Checked, State};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::{Session, Untyped};

/// Show what a document is, and its value
///
/// State, layout, version, revision and backups, then the value. `get` prints the value alone.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// Leave the value out
    #[arg(long)]
    no_value: bool,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    checked: Checked,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Untyped>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let loaded = session.load(&self.file)?;
        let checked = Checked::look(session, &self.file)?;
        let value = (!self.no_value).then(|| loaded.into_value());
        session.output.answer(&Shown { checked, value })?;
        Ok(Exit::Fine)
    }
}

impl Report for Shown {
    fn text(&self, page: &mut Page) {
        page.line(self.checked.path.display());
        if let State::Good(good) = &self.checked.state {
            let sealed = if good.sealed {
                "good, sealed"
            } else {
                "good, not sealed"
            };
            page.field("state", sealed);
            page.field("layout", &good.layout);
            if let Some(version) = &good.version {
                page.field("version", version);
            }
            if let Some(revision) = good.revision {
                page.field("revision", revision);
            }
            if let Some(updated) = &good.updated {
                page.field("updated", updated);
            }
            page.field("compression", &good.compression);
            page.field("size", format_args!("{} bytes", good.size));
        }
        match self.checked.newest_good() {
            Some(newest) => page.field(
                "backups",
                format_args!(
                    "{}, newest good one {}",
                    self.checked.backups.len(),
                    newest.summary()
                ),
            ),
            None => page.field("backups", "none that is good"),
        }
        if let Some(value) = &self.value {
            page.line("");
            page.line(value.to_pretty());
        }
    }
}
