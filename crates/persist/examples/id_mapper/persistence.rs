//! Mappings and counters, changed together.
//!
//! Three files, each of which is replaced as a whole, durably (`docs/formats/document.md`):
//!
//! | file | holds | its backup |
//! |---|---|---|
//! | `external_id_high_water.json`, **H** | the last number of each series that may have been given | none: C holds the same |
//! | `external_id_mapping.json`, **M** | the mappings | `.bak`, one save behind; recovery uses it |
//! | `external_id_counters.json`, **C** | the last number of each series that was given | `.bak`, for people and for Python |
//!
//! All changes happen under one lock, `external_id.lock`, and inside it under that of one document at a
//! time, which keeps the Python program out. *Given* is a number up to the highest that H, M or C
//! shows. A new number `n` is the one after it:
//!
//! | step | on the disk | after a crash here |
//! |---|---|---|
//! | 0 settle | H = C, and M shows no number above C | |
//! | 1 H := n | H is ahead | `n` is skipped |
//! | 2 M := M + (id → n) | M is ahead of C: **committed** | the next holder of the lock goes on here |
//! | 3 C := n | H = C again: **acknowledged** | |
//!
//! `next` leaves out step 2. Two rules follow, and the rest follows from them:
//!
//! * *No file shows a number above H.* So a number that anybody may have seen is known to H, and to C
//!   once it is acknowledged.
//! * *What C covers is durable in M*, because C is written after M's save has returned. So a mapping
//!   that is found may be answered with if C covers it. If not, its writer died and nobody knows
//!   whether M would survive a power cut: settling saves M once more, then C.
//!
//! **Damage.** H and C are each rebuilt from the other and M. M comes back from its backup: the mappings
//! of its last save are lost, which recovery says, and their numbers are not given again, because H and
//! C know them. If neither H nor C is good there is no number but [`Error::NumbersLost`], everything
//! stays as it is, and people decide. So any one file may be damaged or deleted, also M with one of the
//! others, and no number is given twice.
//!
//! **What can't be known.** With H and C both unusable, `restore counters` goes back to a backup that is a
//! save behind. With both *deleted*, the numbers in M are all that is left. A Python program that runs
//! beside this one goes on with what it has read at its start, so it may itself give a number twice;
//! this program does not.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use clap::ValueEnum;
use lock::Lock;
use persist::{BackupKind, Document, Verification};
use vfs::{Fs, OsFs};

use super::error::Error;
use super::files::{self, CounterFile, MappingFile, Mappings};
use super::held::Held;
use super::numbers::Numbers;
use super::series::{Series, Tool};

/// What lies outside of the files.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) clock: fn() -> SystemTime,
    /// For a simulated run that is repeated; random otherwise.
    pub(crate) temp_seed: Option<u64>,
    /// Told what was damaged, and what was done about it.
    pub(crate) tell: fn(&str),
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            fs: OsFs::shared(),
            clock: SystemTime::now,
            temp_seed: None,
            tell: |_| {},
        }
    }
}

/// The files in one state directory.
#[derive(Debug)]
pub(crate) struct Persistence {
    dir: PathBuf,
    setting: Setting,
    mappings: Document<MappingFile>,
    counters: Document<CounterFile>,
    high_water: Document<Numbers>,
}

/// Which file to restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Restore {
    Mappings,
    Counters,
}

impl Persistence {
    /// The files in `dir`, which is created with the first of them. Nothing is touched yet.
    pub(crate) fn new(dir: impl AsRef<Path>, setting: Setting) -> Self {
        let dir = dir.as_ref().to_owned();
        Self {
            mappings: files::mappings(&dir, &setting),
            counters: files::counters(&dir, &setting),
            high_water: files::high_water(&dir, &setting),
            dir,
            setting,
        }
    }

    /// The mappings, without waiting for anybody. The last one may not be acknowledged yet.
    pub(crate) fn load_mappings(&self) -> Result<Mappings, Error> {
        Ok(self.mappings.load_or_default()?.mappings)
    }

    /// The last number of each series, without waiting for anybody.
    pub(crate) fn load_counters(&self) -> Result<Numbers, Error> {
        let files = self.open()?;
        files.require_a_witness(&self.dir)?;
        Ok(files.known())
    }

    /// Takes the lock, and brings the files into agreement where somebody was cut off, or a file is
    /// damaged.
    pub(crate) fn settle(&self) -> Result<Settled<'_>, Error> {
        let lock = self.lock()?;
        let files = self.open_in_agreement()?;
        Ok(Settled { files, _lock: lock })
    }

    /// Replaces what can't be read, and nothing else: the mappings by none, the numbers by all that is
    /// known of them and `above`. What is replaced is set aside.
    pub(crate) fn start_over(&self, above: Vec<(Series, u64)>) -> Result<Numbers, Error> {
        let _lock = self.lock()?;
        let mut files = self.open()?;
        if above.is_empty() {
            files.require_a_witness(&self.dir)?;
        }
        let mut known = files.known();
        for (series, number) in above {
            known.raise(series, number);
        }
        files.agree(known, self.setting.tell)?;
        Ok(files.high_water.value)
    }

    /// Goes back to the backup of one file. Numbers go back only where nothing else knows them.
    pub(crate) fn restore(&self, file: Restore) -> Result<Numbers, Error> {
        let _lock = self.lock()?;
        match file {
            Restore::Mappings => restore(&self.mappings)?,
            Restore::Counters => restore(&self.counters)?,
        }
        Ok(self.open_in_agreement()?.high_water.value)
    }

    /// Each file with its backups and their health. Changes nothing.
    pub(crate) fn verify(&self) -> Result<Vec<(&Path, Verification)>, Error> {
        Ok(vec![
            (self.mappings.path(), self.mappings.verify()?),
            (self.counters.path(), self.counters.verify()?),
            (self.high_water.path(), self.high_water.verify()?),
        ])
    }

    /// The ids that two tasks have.
    pub(crate) fn given_twice(&self) -> Result<Vec<(Tool, String)>, Error> {
        let file = self.mappings.load_or_default()?;
        let twice = file.given_twice().into_iter();
        Ok(twice.map(|(tool, id)| (tool, id.to_owned())).collect())
    }

    /// Removes what killed processes have left half written.
    pub(crate) fn sweep(&self) -> Result<Vec<PathBuf>, Error> {
        let _lock = self.lock()?;
        // One sweep is enough: it looks at the whole directory.
        Ok(self.mappings.sweep()?)
    }

    fn lock(&self) -> Result<Lock, Error> {
        let options = lock::Options::new()
            .fs(Arc::clone(&self.setting.fs))
            .clock(self.setting.clock);
        Ok(options.exclusive(self.dir.join("external_id"))?)
    }

    fn open_in_agreement(&self) -> Result<Files<'_>, Error> {
        let mut files = self.open()?;
        files.require_a_witness(&self.dir)?;
        files.mappings = files.mappings.undamaged()?;
        let known = files.known();
        files.agree(known, self.setting.tell)?;
        Ok(files)
    }

    fn open(&self) -> Result<Files<'_>, Error> {
        Ok(Files {
            mappings: Held::open(&self.mappings)?,
            counters: Held::open(&self.counters)?,
            high_water: Held::open(&self.high_water)?,
        })
    }
}

fn restore<T>(document: &Document<T>) -> Result<(), Error>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut backups = document.backups()?.into_iter();
    let Some(backup) = backups.find(|backup| backup.kind() == BackupKind::Single) else {
        let path = document.path().display();
        return Err(Error::NoBackup(format!("there is no backup of {path}")));
    };
    document.restore(&backup)?;
    Ok(())
}

/// All three files.
#[derive(Debug)]
struct Files<'p> {
    mappings: Held<'p, MappingFile>,
    counters: Held<'p, CounterFile>,
    high_water: Held<'p, Numbers>,
}

impl Files<'_> {
    /// Every number that any file shows.
    fn known(&self) -> Numbers {
        let shown = self.mappings.value.numbers();
        shown
            .join(&self.counters.value.counters)
            .join(&self.high_water.value)
    }

    /// There is a number only if C or H is good, or there has never been one of them.
    fn require_a_witness(&self, dir: &Path) -> Result<(), Error> {
        if self.counters.is_good() || self.high_water.is_good() {
            return Ok(());
        }
        let damage: Vec<_> = self.damage().collect();
        if damage.is_empty() {
            return Ok(());
        }
        Err(Error::NumbersLost {
            dir: dir.to_owned(),
            reason: damage.join("; "),
        })
    }

    /// What is wrong with the files, for people.
    fn damage(&self) -> impl Iterator<Item = String> {
        let damage = [
            self.high_water.damage(),
            self.mappings.damage(),
            self.counters.damage(),
        ];
        damage.into_iter().flatten()
    }

    /// Steps 1 to 3, for whoever was cut off in them: in their order, and only those that are missing.
    fn agree(&mut self, known: Numbers, tell: fn(&str)) -> Result<(), Error> {
        for damage in self.damage() {
            tell(&format!(
                "{damage}; it is set aside, and written anew from the others"
            ));
        }
        if self.high_water.damage().is_some() || !self.high_water.value.cover(&known) {
            self.high_water.value = known.clone();
            self.high_water.write()?;
        }
        let acknowledged = self
            .counters
            .value
            .counters
            .cover(&self.mappings.value.numbers());
        if self.mappings.damage().is_some() || !acknowledged {
            self.mappings.write()?;
        }
        if self.counters.damage().is_some() || !self.counters.value.counters.cover(&known) {
            self.counters.value.counters = known;
            self.counters.write()?;
        }
        Ok(())
    }
}

/// The files under the lock, in agreement: step 0.
#[derive(Debug)]
pub(crate) struct Settled<'p> {
    files: Files<'p>,
    _lock: Lock,
}

impl<'p> Settled<'p> {
    /// Acknowledged, all of them.
    pub(crate) fn mappings(&self) -> &Mappings {
        &self.files.mappings.value.mappings
    }

    /// Takes the next number of a series: step 1. Whatever happens now, nobody else gets it.
    pub(crate) fn reserve(mut self, series: Series) -> Result<Reserved<'p>, Error> {
        let high_water = &mut self.files.high_water;
        let last = high_water.value.last(&series);
        let number = last.checked_add(1).ok_or_else(|| Error::NumbersUsedUp {
            series: series.to_string(),
            last,
        })?;
        high_water.value.raise(series.clone(), number);
        high_water.write()?;
        Ok(Reserved {
            settled: self,
            series,
            number,
        })
    }
}

/// A number that nobody else gets.
#[must_use = "the number is skipped if nothing is done with it"]
#[derive(Debug)]
pub(crate) struct Reserved<'p> {
    settled: Settled<'p>,
    series: Series,
    number: u64,
}

impl Reserved<'_> {
    /// Gives the number to a task, as an external id: steps 2 and 3.
    pub(crate) fn map(mut self, internal_id: &str, tool: Tool) -> Result<String, Error> {
        let id = self.series.external_id(self.number);
        let mappings = &mut self.settled.files.mappings;
        let of_task = mappings.value.mappings.entry(internal_id.to_owned());
        of_task
            .or_default()
            .insert(tool.name().to_owned(), id.clone());
        mappings.write()?;
        self.give()?;
        Ok(id)
    }

    /// Gives the number away: step 3.
    pub(crate) fn give(self) -> Result<u64, Error> {
        let mut counters = self.settled.files.counters;
        counters.value.counters.raise(self.series, self.number);
        counters.write()?;
        Ok(self.number)
    }
}
