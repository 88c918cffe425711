//! `help exit-codes`: what a script may rely on.

use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Report};
use crate::session::Session;

/// Say what the exit codes mean
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
#[command(after_help = Exit::table())]
pub(crate) struct Args {}

#[derive(Serialize)]
struct Table(Vec<Row>);

#[derive(Serialize)]
struct Row {
    exit_code: u8,
    name: &'static str,
    meaning: &'static str,
}

impl Args {
    #[expect(clippy::unused_self, reason = "the shape of every command")]
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let row = |exit: Exit| Row {
            exit_code: exit.code(),
            name: exit.name(),
            meaning: exit.meaning(),
        };
        session.output.answer(&Table(Exit::ALL.map(row).into()))?;
        Ok(Exit::Fine)
    }
}

impl Report for Table {
    fn text(&self, page: &mut Page) {
        page.line(Exit::table());
    }
}
