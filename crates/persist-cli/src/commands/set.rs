//! `set`: puts a value into a document.

use persist::Json;

use super::change::Target;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::shell::word;

/// Put a value into a document
///
/// Read, changed and saved under the lock, so that no change of another program is lost. What stands around the
/// place stays as it is. The objects and arrays on the way must be there.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,

    /// A JSON Pointer: /contacts/0/name; `-` at its end adds to an array
    pointer: String,

    /// The value, as JSON
    #[arg(allow_hyphen_values = true)]
    value: String,

    /// The value is a text: no quotes needed
    #[arg(long, short)]
    string: bool,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let value = if self.string {
            Json::encode(&self.value)?
        } else {
            Json::parse(self.value.as_str()).map_err(|error| {
                let failure = Failure::usage(format!("the value is {error}"));
                failure.hint(format!(
                    "persist set --string {} {} {}",
                    crate::shell::quote(&self.target.file),
                    word(&self.pointer),
                    word(&self.value)
                ))
            })?
        };
        self.target.change(session, |document| {
            document.set(&self.pointer, value)?;
            Ok(())
        })
    }
}
