//! `lock status`: who holds the lock of a document.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};
use persist::LockStatus;
use serde::Serialize;

use crate::check::as_text;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant;
use crate::output::{Page, Report};
use crate::session::Session;

/// Look at the lock of a document
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say whether somebody holds the lock, and who
    ///
    /// The kernel releases the lock of a process that dies, so there is no stale lock to remove: whoever is
    /// named here runs. Exits with 3 if the lock is held.
    Status {
        /// The document
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Serialize)]
struct Status {
    #[serde(serialize_with = "as_text")]
    document: PathBuf,
    /// `never_taken`, `free`, `shared` or `exclusive`.
    lock: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Holder>,
}

#[derive(Serialize)]
struct Holder {
    pid: u32,
    host: String,
    since: String,
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let Command::Status { file } = &self.command;
        let status = session.document(file).lock_status()?;
        let (lock, holder) = match &status {
            LockStatus::NeverTaken => ("never_taken", None),
            LockStatus::Free => ("free", None),
            LockStatus::Shared => ("shared", None),
            LockStatus::Exclusive(holder) => ("exclusive", holder.as_ref()),
            _ => ("unknown", None),
        };
        session.output.answer(&Status {
            document: file.clone(),
            lock,
            holder: holder.map(|holder| Holder {
                pid: holder.pid(),
                host: holder.host().to_owned(),
                since: instant::show(holder.since()),
            }),
        })?;
        Ok(match status {
            LockStatus::Shared | LockStatus::Exclusive(_) => Exit::InUse,
            _ => Exit::Fine,
        })
    }
}

impl Report for Status {
    fn text(&self, page: &mut Page) {
        let document = self.document.display();
        match (&self.holder, self.lock) {
            (Some(Holder { pid, host, since }), _) => {
                page.line(format_args!(
                    "{document} is held by process {pid} on host {host} since {since}"
                ));
            }
            (None, "exclusive") => page.line(format_args!(
                "{document} is held by a process that left no name"
            )),
            (None, "shared") => page.line(format_args!("{document} is held by readers")),
            (None, "never_taken") => {
                page.line(format_args!("{document} is free; it has never been locked"));
            }
            _ => page.line(format_args!("{document} is free")),
        }
    }
}
