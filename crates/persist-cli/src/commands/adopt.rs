//! `adopt`: gives a plain JSON file a checksum.

use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};
use persist::{FlatNames, Health, Label, Layout};
use serde::Serialize;

use crate::check::as_text;
use crate::cli::DryRun;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::{Session, missing};
use crate::shell::command;

/// Give a plain JSON file a checksum, so that damage is seen
///
/// `flat` puts version, revision, time and checksum beside the members of an object: programs that do not know
/// persist still find theirs. `wrapped` puts the value into a member `data`. The file as it was is kept
/// as a backup.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The file
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// How the file looks afterwards
    #[arg(long, value_enum, default_value_t)]
    layout: Form,

    /// The version label that the value gets, a number or text
    #[arg(long, value_name = "LABEL", value_parser = label)]
    version: Option<Label>,

    #[command(flatten)]
    mode: DryRun,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    #[default]
    Wrapped,
    Flat,
}

/// Digits are a number, as in `"version": 3`; everything else is text.
pub(super) fn label(text: &str) -> Result<Label, String> {
    if text.is_empty() {
        return Err("a label has at least one character".to_owned());
    }
    Ok(match text.parse::<u64>() {
        Ok(number) if number.to_string() == text => Label::from(number),
        _ => Label::from(text),
    })
}

#[derive(Serialize)]
struct Adopted {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    dry_run: bool,
    layout: String,
    version: Option<Label>,
    /// `None` in a dry run.
    revision: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let layout = match self.layout {
            Form::Wrapped => Layout::Wrapped,
            Form::Flat => Layout::Flat(FlatNames::default()),
        };
        let document = session
            .options(&self.file)
            .layout(layout.clone())
            .at(&self.file);
        if document.load()?.is_none() {
            return Err(missing(&document));
        }
        let Health::Good {
            sealed: false,
            version,
            ..
        } = document.verify()?.document
        else {
            let failure = Failure::new(Exit::Refused, "it is sealed already").at(&self.file);
            return Err(failure.hint(command("show", &self.file)));
        };
        let mut report = Adopted {
            document: self.file.clone(),
            dry_run: self.mode.dry_run,
            layout: layout.to_string(),
            version: self.version.clone().or(version),
            revision: None,
            hint: None,
        };
        if !report.dry_run {
            report.revision = document.convert(self.version.clone())?.number();
            report.hint = Some(command("show", &self.file));
        }
        session.output.done(&report)?;
        Ok(Exit::Fine)
    }
}

impl Report for Adopted {
    fn text(&self, page: &mut Page) {
        let (document, layout) = (self.document.display(), &self.layout);
        let version = self
            .version
            .as_ref()
            .map(|version| format!(", version {version}"));
        let version = version.unwrap_or_default();
        if self.dry_run {
            page.line(format_args!("would seal {document} ({layout}{version})"));
        } else {
            page.line(format_args!(
                "sealed {document} ({layout}{version}); the file as it was is kept as a backup"
            ));
        }
    }

    fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}
