//! `man`: the manual pages.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::{Command, CommandFactory, ValueHint};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Print a page of the manual, or write all pages to a directory
///
/// To look at one: `persist man restore | man -l -`.
/// To install all: `persist man --dir ~/.local/share/man/man1`.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The command, such as `restore` or `lock status`; without one, the page of all of them
    #[arg(conflicts_with = "dir")]
    command: Vec<String>,

    /// Write all pages there; those of an older release are replaced
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// A page and the name of its file.
struct Page {
    name: String,
    text: Vec<u8>,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let pages = pages().map_err(|error| Failure::new(Exit::System, error.to_string()))?;
        if let Some(dir) = &self.dir {
            for page in &pages {
                let path = dir.join(format!("{}.1", page.name));
                fs::write(&path, &page.text)
                    .map_err(|error| Failure::io("write a page of the manual", &path, &error))?;
            }
            return Ok(Exit::Fine);
        }
        let mut words = vec!["persist"];
        words.extend(self.command.iter().map(String::as_str));
        let (name, command) = (words.join("-"), self.command.join(" "));
        let page = pages.iter().find(|page| page.name == name);
        let page = page.ok_or_else(|| {
            let failure = Failure::usage(format!("there is no command `{command}`"));
            failure.hint("persist help")
        })?;
        session.output.print(&String::from_utf8_lossy(&page.text))?;
        Ok(Exit::Fine)
    }
}

/// The page of the command itself, then those of its subcommands.
fn pages() -> io::Result<Vec<Page>> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add(&command, "persist", &mut pages)?;
    Ok(pages)
}

fn add(command: &Command, name: &str, pages: &mut Vec<Page>) -> io::Result<()> {
    let mut text = Vec::new();
    Man::new(command.clone()).title(name).render(&mut text)?;
    exit_status().to_writer(&mut text)?;
    pages.push(Page {
        name: name.to_owned(),
        text,
    });
    for sub in command.get_subcommands() {
        add(sub, &format!("{name}-{}", sub.get_name()), pages)?;
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
