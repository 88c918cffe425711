//! The command line.

use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use persist::Health;

use super::error::Error;
use super::mapper::Mapper;
use super::numbers::Numbers;
use super::persistence::Restore;
use super::series::{Series, Tool};

/// External ids for internal tasks, kept in two JSON files.
///
/// Exit codes: 0 done, 1 not done, or something is wrong, 2 not understood.
#[derive(Debug, Parser)]
#[command(name = "id_mapper")]
pub(crate) struct Cli {
    /// The folder of the files.
    #[arg(long, value_name = "DIR", default_value = STATE_DIR)]
    pub(crate) state_dir: PathBuf,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the Python program keeps its files.
const STATE_DIR: &str = ".claude/state";

/// What can be asked for. TOOL is jira or linear, with a KEY in upper case, or `azure_devops` or github,
/// without.
#[derive(Debug, PartialEq, Subcommand)]
pub(crate) enum Command {
    /// Print the task's external id, a new one if it has none.
    Map {
        internal_id: String,
        tool: Tool,
        /// The project or team that the id belongs to.
        #[arg(long = "project", value_name = "KEY", default_value = "PROJ")]
        project_key: String,
    },
    /// Print a number that nobody else gets.
    Next { tool: Tool, key: Option<String> },
    /// Print the external ids of a task.
    Lookup {
        internal_id: String,
        tool: Option<Tool>,
    },
    /// Print all of them.
    List,
    /// Print the last number of each series.
    Show {
        #[arg(value_enum)]
        what: Shown,
    },
    /// Say how each file and backup is, and which ids were given twice.
    Verify,
    /// Go back to the backup of a file.
    Restore {
        #[arg(value_enum)]
        file: Restore,
    },
    /// Replace files that can't be read, and go on above the numbers that are named.
    StartOver {
        #[arg(value_name = "TOOL[/KEY]=NUMBER", value_parser = parse_above)]
        above: Vec<(Series, u64)>,
    },
    /// Remove what killed processes left half written.
    Sweep,
}

/// What `show` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shown {
    Counters,
}

impl Command {
    /// Does it, and says whether all is well.
    pub(crate) fn run(self, mapper: &Mapper, out: &mut dyn Write) -> Result<bool, Error> {
        let persistence = &mapper.persistence;
        match self {
            Self::Map {
                internal_id,
                tool,
                project_key,
            } => {
                writeln!(
                    out,
                    "{}",
                    mapper.map_to_external(&internal_id, tool, &project_key)?
                )?;
            }
            Self::Next { tool, key } => {
                writeln!(out, "{}", mapper.increment_counter(tool, key.as_deref())?)?;
            }
            Self::Lookup { internal_id, tool } => {
                let mut ids = mapper.external_ids(&internal_id)?;
                ids.retain(|name, _| tool.is_none_or(|tool| tool.name() == name));
                for (tool, id) in &ids {
                    writeln!(out, "{tool}\t{id}")?;
                }
                return Ok(!ids.is_empty());
            }
            Self::List => {
                for (internal_id, ids) in persistence.load_mappings()? {
                    for (tool, id) in ids {
                        writeln!(out, "{internal_id}\t{tool}\t{id}")?;
                    }
                }
            }
            Self::Show {
                what: Shown::Counters,
            } => show(&mapper.counters()?, out)?,
            Self::Verify => return verify(mapper, out),
            Self::Restore { file } => show(&persistence.restore(file)?, out)?,
            Self::StartOver { above } => show(&persistence.start_over(above)?, out)?,
            Self::Sweep => {
                for path in persistence.sweep()? {
                    writeln!(out, "{}", path.display())?;
                }
            }
        }
        Ok(true)
    }
}

fn parse_above(word: &str) -> Result<(Series, u64), Error> {
    let parts = word.split_once('=');
    let number = parts.and_then(|(series, number)| Some((series, number.parse().ok()?)));
    match number {
        Some((series, number)) => Ok((series.parse()?, number)),
        None => Err(Error::Usage(format!("`{word}` is not TOOL/KEY=NUMBER"))),
    }
}

fn show(numbers: &Numbers, out: &mut dyn Write) -> Result<(), Error> {
    for (series, number) in numbers.iter().filter(|(_, number)| *number > 0) {
        writeln!(out, "{series}\t{number}")?;
    }
    Ok(())
}

fn verify(mapper: &Mapper, out: &mut dyn Write) -> Result<bool, Error> {
    let mut is_good = true;
    for (path, found) in mapper.persistence.verify()? {
        is_good &= found.is_good();
        writeln!(out, "{}: {}", path.display(), state(&found.document))?;
        for (backup, health) in &found.backups {
            writeln!(out, "{}: {}", backup.path().display(), state(health))?;
        }
    }
    if is_good {
        for (tool, id) in mapper.persistence.given_twice()? {
            is_good = false;
            writeln!(out, "{tool} {id}: given to more than one task")?;
        }
    }
    Ok(is_good)
}

fn state(health: &Health) -> String {
    match health {
        Health::Missing => "not there".to_owned(),
        Health::Good {
            sealed: true,
            revision: Some(revision),
            ..
        } => format!("good, revision {revision}"),
        Health::Good {
            sealed: true,
            revision: None,
            ..
        } => "good".to_owned(),
        Health::Good { sealed: false, .. } => "readable, without a checksum".to_owned(),
        Health::Damaged(damage) => format!("damaged: {damage}"),
        Health::Refused(reason) => format!("refused: {reason}"),
        _ => "unknown".to_owned(),
    }
}
