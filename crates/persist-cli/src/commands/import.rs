//! `import`: gives the documents of a folder the contents of an export.

use std::path::PathBuf;

use clap::ValueHint;
use persist::Import;
use serde::Serialize;

use crate::check::as_text;
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;
use crate::shell::command;

/// Give the documents of a folder the contents that they have in an export
///
/// All of them or none, after the whole export was verified. Documents that the export does not have
/// stay. What is replaced is kept, and `undo-import` brings all of it back.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The export
    #[arg(value_hint = ValueHint::DirPath)]
    from: PathBuf,

    /// The folder of the documents
    #[arg(value_hint = ValueHint::DirPath)]
    dir: PathBuf,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Serialize)]
struct Imported {
    #[serde(serialize_with = "as_text")]
    folder: PathBuf,
    dry_run: bool,
    is_different: bool,
    import: Import,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let folder = session.folder(&self.dir)?;
        let spinner = session.output.spinner("importing");
        let import = if self.mode.dry_run {
            folder.preview_import(&self.from)?
        } else {
            folder.import(&self.from)?
        };
        spinner.finish_and_clear();
        let is_undoable = import.changes_anything() && !self.mode.dry_run;
        session.output.done(&Imported {
            folder: self.dir.clone(),
            dry_run: self.mode.dry_run,
            is_different: import.changes_anything(),
            import,
            hint: is_undoable.then(|| command("undo-import", &self.dir)),
        })?;
        Ok(Exit::Fine)
    }
}

impl Report for Imported {
    fn text(&self, page: &mut Page) {
        page.line(&self.import);
        match (self.is_different, self.dry_run) {
            (false, _) => page.line("nothing differs"),
            (true, true) => page.line("nothing was changed; what would be replaced would be kept"),
            (true, false) => page.line("imported; what was replaced is kept"),
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
