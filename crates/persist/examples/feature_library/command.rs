//! The command line.

use std::io::Write;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use persist::Codec;

use super::app::App;
use super::csv_import;
use super::domain::Service;
use super::domain::date::Date;
use super::domain::entry::TimeEntry;
use super::domain::feature::Feature;
use super::error::Error;

/// More bytes than any table of entries has.
const TABLE_MAX: u64 = 64 << 20;

/// What teams build again and again, how long that took, and how long it will take.
///
/// Exit codes: 0 done, 1 not done or not all of it, 2 not understood.
#[derive(Debug, Parser)]
#[command(name = "feature_library", disable_help_flag = true)]
pub(crate) struct Cli {
    /// The folder of both files.
    #[arg(long, global = true, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// How the files are written; both are read.
    #[arg(long, global = true, value_enum, default_value_t = Format::Json)]
    pub(crate) format: Format,
    /// Print help; `-h` means hours here.
    #[arg(long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Plain text.
    Json,
    /// The same, compressed; `zcat` shows it.
    Gzip,
}

impl From<Format> for Codec {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Plain,
            Format::Gzip => Self::Gzip,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Features.
    #[command(subcommand)]
    Feature(FeatureCommand),
    /// Tracked time.
    #[command(subcommand)]
    Time(TimeCommand),
    /// How long features will take: the mean of what they took, or the seed time.
    Estimate {
        /// Ids, names or synonyms.
        #[arg(required = true)]
        features: Vec<String>,
    },
    /// Make a copy of a file, now.
    Backup {
        /// Which one.
        #[arg(value_enum)]
        file: Which,
    },
    /// Go back to a copy. What is there now is kept.
    Restore {
        /// Which one.
        #[arg(value_enum)]
        file: Which,
        /// The copy, as `backups` lists it.
        backup: PathBuf,
    },
    /// List the copies of a file, newest first.
    Backups {
        /// Which one.
        #[arg(value_enum)]
        file: Which,
    },
}

/// One of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Features,
    Time,
}

#[derive(Debug, Subcommand)]
enum FeatureCommand {
    /// Add a feature.
    Add {
        /// A short name for scripts.
        id: String,
        /// What people call it.
        name: String,
        #[command(flatten)]
        about: About,
    },
    /// List all, or those of one team.
    List {
        #[arg(short, long)]
        team: Option<String>,
    },
    /// Show one, by id, name or synonym.
    Show { feature: String },
    /// Change one.
    Update {
        /// Its id, which stays.
        id: String,
        /// A new name.
        #[arg(long)]
        name: Option<String>,
        #[arg(short, long)]
        team: Option<String>,
        #[arg(short, long)]
        process: Option<String>,
        #[arg(short = 'h', long)]
        hours: Option<f64>,
        /// Another name that finds it; may be given more than once, and replaces the old ones.
        #[arg(short, long = "synonym")]
        synonyms: Vec<String>,
        #[arg(short, long)]
        notes: Option<String>,
    },
    /// Remove one.
    Delete { id: String },
}

#[derive(Debug, Args)]
struct About {
    /// The team that builds it.
    #[arg(short, long)]
    team: String,
    /// The kind of work.
    #[arg(short, long)]
    process: String,
    /// A first estimate in hours.
    #[arg(short = 'h', long)]
    hours: f64,
    /// Another name that finds it; may be given more than once.
    #[arg(short, long = "synonym")]
    synonyms: Vec<String>,
    #[arg(short, long, default_value = "")]
    notes: String,
}

#[derive(Debug, Subcommand)]
enum TimeCommand {
    /// Add an entry.
    Add {
        id: String,
        #[arg(short, long)]
        team: String,
        #[arg(short, long)]
        member: String,
        /// Id, name or synonym.
        #[arg(short, long)]
        feature: String,
        #[arg(short = 'h', long)]
        hours: f64,
        #[arg(short, long)]
        process: String,
        /// The day, YYYY-MM-DD; today unless given.
        #[arg(short, long)]
        date: Option<Date>,
    },
    /// List all, or those of one feature.
    List {
        #[arg(short, long)]
        feature: Option<String>,
    },
    /// Remove one.
    Delete { id: String },
    /// Add all rows of a CSV table with the members of an entry as its header.
    Import { table: PathBuf },
}

impl Cli {
    /// Does it, and says whether all of it was done.
    pub(crate) fn run(self, app: &mut App, out: &mut dyn Write) -> Result<bool, Error> {
        match self.command {
            Command::Feature(command) => command.run(app, out).map(|()| true),
            Command::Time(command) => command.run(app, out),
            Command::Estimate { features } => {
                let mut sum = 0.0;
                for name in &features {
                    let estimate = app.estimate(name)?;
                    sum += estimate.hours;
                    let why = match estimate.entries {
                        0 => "seed time".to_owned(),
                        1 => "tracked once".to_owned(),
                        n => format!("mean of {n} entries"),
                    };
                    say(
                        out,
                        format_args!("{}\t{:.2} h\t{why}", estimate.feature, estimate.hours),
                    )?;
                }
                if features.len() > 1 {
                    say(out, format_args!("total\t{sum:.2} h"))?;
                }
                Ok(true)
            }
            Command::Backup { file } => {
                let path = match file {
                    Which::Features => app.feature_file.backup()?,
                    Which::Time => app.time_file.backup()?,
                };
                say(out, path.display()).map(|()| true)
            }
            Command::Restore { file, backup } => {
                let count = match file {
                    Which::Features => {
                        app.feature_file.restore(&backup)?;
                        app.features.load()?
                    }
                    Which::Time => {
                        app.time_file.restore(&backup)?;
                        app.time.load()?
                    }
                };
                say(out, format_args!("Restored {count} records")).map(|()| true)
            }
            Command::Backups { file } => {
                let backups = match file {
                    Which::Features => app.feature_file.document().backups()?,
                    Which::Time => app.time_file.document().backups()?,
                };
                for backup in backups {
                    say(out, backup.path().display())?;
                }
                Ok(true)
            }
        }
    }
}

impl FeatureCommand {
    fn run(self, app: &mut App, out: &mut dyn Write) -> Result<(), Error> {
        match self {
            Self::Add { id, name, about } => {
                let feature = Feature {
                    id,
                    name,
                    team: about.team,
                    process: about.process,
                    seed_time_hours: about.hours,
                    synonyms: about.synonyms,
                    notes: about.notes,
                    created_at: app.today(),
                };
                let added = format!("Added feature: {}", feature.name);
                app.features.add_and_save(feature)?;
                say(out, added)
            }
            Self::List { team } => {
                let features = app.features.service().records().iter();
                for feature in features.filter(|f| team.as_ref().is_none_or(|team| *team == f.team))
                {
                    let (id, name, team) = (&feature.id, &feature.name, &feature.team);
                    let hours = feature.seed_time_hours;
                    say(out, format_args!("{id}\t{name}\t{team}\t{hours} h"))?;
                }
                Ok(())
            }
            Self::Show { feature } => {
                let feature = app.feature(&feature)?;
                for (what, text) in [
                    ("id", &feature.id),
                    ("name", &feature.name),
                    ("team", &feature.team),
                    ("process", &feature.process),
                    ("seed time", &format!("{} h", feature.seed_time_hours)),
                    ("synonyms", &feature.synonyms.join(", ")),
                    ("notes", &feature.notes),
                    ("created", &feature.created_at.to_string()),
                ] {
                    say(out, format_args!("{what}: {text}"))?;
                }
                Ok(())
            }
            Self::Update {
                id,
                name,
                team,
                process,
                hours,
                synonyms,
                notes,
            } => {
                app.features.change(|library| {
                    library.update(&id, |feature| {
                        replace(&mut feature.name, name);
                        replace(&mut feature.team, team);
                        replace(&mut feature.process, process);
                        replace(&mut feature.seed_time_hours, hours);
                        replace(&mut feature.notes, notes);
                        replace(
                            &mut feature.synonyms,
                            Some(synonyms).filter(|new| !new.is_empty()),
                        );
                    })
                })?;
                say(out, format_args!("Updated feature: {id}"))
            }
            Self::Delete { id } => {
                let deleted = app.features.change(|library| library.delete(&id))?;
                say(out, format_args!("Deleted feature: {}", deleted.name))
            }
        }
    }
}

impl TimeCommand {
    fn run(self, app: &mut App, out: &mut dyn Write) -> Result<bool, Error> {
        match self {
            Self::Add {
                id,
                team,
                member,
                feature,
                hours,
                process,
                date,
            } => {
                let entry = TimeEntry {
                    id,
                    team,
                    member_name: member,
                    feature: app.feature(&feature)?.name.clone(),
                    tracked_time_hours: hours,
                    process,
                    date: date.unwrap_or_else(|| app.today()),
                    created_at: app.today(),
                };
                let added = format!("Added entry: {}", entry.id);
                app.time.add_and_save(entry)?;
                say(out, added)?;
            }
            Self::List { feature } => {
                let only = feature.map(|name| app.feature(&name)).transpose()?;
                let entries = app.time.service().records().iter();
                for entry in entries.filter(|e| only.is_none_or(|f| f.is_called(&e.feature))) {
                    let (id, date, member) = (&entry.id, &entry.date, &entry.member_name);
                    let (feature, hours) = (&entry.feature, entry.tracked_time_hours);
                    say(
                        out,
                        format_args!("{id}\t{date}\t{member}\t{feature}\t{hours} h"),
                    )?;
                }
            }
            Self::Delete { id } => {
                app.time.change(|tracking| tracking.delete(&id))?;
                say(out, format_args!("Deleted entry: {id}"))?;
            }
            Self::Import { table } => {
                let read = app.setting.fs.read(&table, TABLE_MAX);
                let text = read.map_err(|source| Error::Io {
                    what: format!("{} can't be read", table.display()),
                    source,
                })?;
                let today = app.today();
                let imported = csv_import::import(&mut app.time, &text, &today)?;
                say(out, format_args!("Imported {} entries", imported.entries))?;
                for reason in &imported.failed {
                    say(out, format_args!("  - {reason}"))?;
                }
                return Ok(imported.failed.is_empty());
            }
        }
        Ok(true)
    }
}

fn replace<V>(value: &mut V, new: Option<V>) {
    if let Some(new) = new {
        *value = new;
    }
}

fn say(out: &mut dyn Write, text: impl std::fmt::Display) -> Result<(), Error> {
    writeln!(out, "{text}").map_err(|source| Error::Io {
        what: "the answer can't be written".to_owned(),
        source,
    })
}
