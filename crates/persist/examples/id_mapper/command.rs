//! The command line.

use std::io::Write;

use persist::Health;

use super::error::Error;
use super::mapper::Mapper;
use super::numbers::Numbers;
use super::persistence::Restore;
use super::series::{Series, Tool};

pub(crate) const USAGE: &str = "\
usage: id_mapper [--state-dir DIR] COMMAND        (DIR: .claude/state)

  map INTERNAL_ID TOOL [--project KEY]   the task's external id, a new one if it has none
  next TOOL [KEY]                        a number that nobody else gets
  lookup INTERNAL_ID [TOOL]              the external ids of a task
  list                                   all of them
  show counters                          the last number of each series
  verify                                 the health of each file and backup; ids given twice
  restore mappings|counters              go back to the backup of a file
  start-over [TOOL[/KEY]=NUMBER ...]     replace files that can't be read, go on above NUMBER
  sweep                                  remove what killed processes left half written

  TOOL: jira and linear (with KEY, in upper case), azure_devops and github (without)";

/// The key of who names none.
const PROJECT_KEY: &str = "PROJ";

/// What can be asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Map {
        internal_id: String,
        tool: Tool,
        project_key: String,
    },
    Next {
        tool: Tool,
        key: Option<String>,
    },
    Lookup {
        internal_id: String,
        tool: Option<Tool>,
    },
    List,
    ShowCounters,
    Verify,
    Restore(Restore),
    StartOver(Vec<(Series, u64)>),
    Sweep,
}

impl Command {
    pub(crate) fn parse(words: &[String]) -> Result<Self, Error> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Ok(match words[..] {
            ["map", id, tool] => Self::map(id, tool, PROJECT_KEY)?,
            ["map", id, tool, "--project", key] => Self::map(id, tool, key)?,
            ["next", tool] => Self::next(tool, None)?,
            ["next", tool, key] => Self::next(tool, Some(key))?,
            ["lookup", id] => Self::lookup(id, None),
            ["lookup", id, tool] => Self::lookup(id, Some(tool.parse()?)),
            ["list"] => Self::List,
            ["show", "counters"] => Self::ShowCounters,
            ["verify"] => Self::Verify,
            ["restore", "mappings"] => Self::Restore(Restore::Mappings),
            ["restore", "counters"] => Self::Restore(Restore::Counters),
            ["start-over", ref above @ ..] => {
                let above: Result<_, _> = above.iter().map(|word| parse_above(word)).collect();
                Self::StartOver(above?)
            }
            ["sweep"] => Self::Sweep,
            [] => return Err(Error::Usage("what is to be done?".to_owned())),
            _ => {
                return Err(Error::Usage(format!(
                    "`{}` is not understood",
                    words.join(" ")
                )));
            }
        })
    }

    fn map(id: &str, tool: &str, key: &str) -> Result<Self, Error> {
        let (internal_id, project_key) = (id.to_owned(), key.to_owned());
        Ok(Self::Map {
            internal_id,
            tool: tool.parse()?,
            project_key,
        })
    }

    fn next(tool: &str, key: Option<&str>) -> Result<Self, Error> {
        let key = key.map(str::to_owned);
        Ok(Self::Next {
            tool: tool.parse()?,
            key,
        })
    }

    fn lookup(id: &str, tool: Option<Tool>) -> Self {
        Self::Lookup {
            internal_id: id.to_owned(),
            tool,
        }
    }

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
            Self::ShowCounters => show(&mapper.counters()?, out)?,
            Self::Verify => return verify(mapper, out),
            Self::Restore(file) => show(&persistence.restore(file)?, out)?,
            Self::StartOver(above) => show(&persistence.start_over(above)?, out)?,
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
