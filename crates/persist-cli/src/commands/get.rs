//! `get`: a value, or a part of one.

use std::path::PathBuf;

use clap::ValueHint;
use persist::Json;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;

/// Print the value of a document, or a part of it
///
/// Numbers keep their digits, and texts their escapes.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The document
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,

    /// A JSON Pointer: /contacts/0/name; without one, the whole value
    #[arg(default_value = "", hide_default_value = true)]
    pointer: String,

    /// A text without its quotes and escapes
    #[arg(long, short)]
    raw: bool,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Got {
    value: Json,
    /// The text itself, if it is one and that was asked for.
    #[serde(skip)]
    text: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let value = session.load(&self.file)?.into_value();
        let value = value
            .get(&self.pointer)
            .map_err(|error| Failure::from(error).about(&self.file))?;
        let text = self.raw.then(|| value.decode().ok()).flatten();
        session.output.answer(&Got { value, text })?;
        Ok(Exit::Fine)
    }
}

impl Report for Got {
    fn text(&self, page: &mut Page) {
        match &self.text {
            Some(text) => page.line(text),
            None => page.line(self.value.to_pretty()),
        }
    }
}
