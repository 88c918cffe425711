//! `man`: the manual page.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Print the manual page
///
/// `persist man > ~/.local/share/man/man1/persist.1`, or look at it with `persist man | man -l -`.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "the shape of every command")]
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let page = page().map_err(|error| Failure::new(Exit::System, error.to_string()))?;
        session.output.print(&String::from_utf8_lossy(&page))?;
        Ok(Exit::Fine)
    }
}

/// The page of the whole command: each subcommand in full, since one page is easier to search.
fn page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        section(sub, &mut page)?;
    }
    exit_status().to_writer(&mut page)?;
    Ok(page)
}

fn section(command: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command
        .get_bin_name()
        .unwrap_or(command.get_name())
        .to_owned();
    let mut roff = Roff::default();
    roff.control("SH", [name.to_uppercase().as_str()]);
    roff.to_writer(page)?;
    let man = Man::new(command.clone());
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        section(sub, page)?;
    }
    Ok(())
}

fn exit_status() -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", ["EXIT STATUS"]);
    for exit in Exit::ALL {
        roff.control("TP", []);
        roff.text([bold(exit.code().to_string())]);
        roff.text([roman(exit.meaning())]);
    }
    roff
}
