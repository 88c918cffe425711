//! `remove`: takes a value out of a document.

use super::change::Target;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Take a member or an element out of a document
///
/// Under the lock, as `set` does it.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,

    /// A JSON Pointer: /contacts/0/name
    pointer: String,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        self.target.change(session, |document| {
            document.remove(&self.pointer)?;
            Ok(())
        })
    }
}
