//! `completions`: for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Print completions for a shell
///
/// For bash: `persist completions bash > ~/.local/share/bash-completion/completions/persist`
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "persist", &mut script);
        session.output.print(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Fine)
    }
}
