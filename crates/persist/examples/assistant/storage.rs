//! The files in one directory.
//!
//! | file | holds | if it is damaged |
//! |---|---|---|
//! | `contacts.json`, `notes.json` | lists of records, as the Python program writes them | `persist` recovers what it can, and says what |
//! | `config.json` | the options | the defaults hold, and nobody writes over it until `recover config` |
//! | `backups/` | copies of all three, one before each save | |
//! | `storage.log` | what was done | |
//!
//! A list has no place for a checksum or a revision, and Python must find a list. So damage that leaves
//! a list of records can't be seen; with the `data_format` `json.gz` all damage can.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use clap::ValueEnum;
use persist::{
    Decision, Document, Folder, Keys, Layout, Lost, LostReason, Options, Prospects, Records,
    RecoveryPolicy, Untouched,
};
use serde_json::Value;
use vfs::{Fs, OsFs};

use super::config::{Config, ConfigFile};
use super::contact::Contact;
use super::error::Error;
use super::kept::Kept;
use super::note::Note;
use super::record::{Record, random_id};

/// What lies outside of the files.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) clock: fn() -> SystemTime,
    /// For a simulated run that is repeated; random otherwise.
    pub(crate) temp_seed: Option<u64>,
    /// Makes the ids of new records.
    pub(crate) new_id: fn() -> String,
}

impl Default for World {
    fn default() -> Self {
        Self {
            fs: OsFs::shared(),
            clock: SystemTime::now,
            temp_seed: None,
            new_id: random_id,
        }
    }
}

impl World {
    /// Makes sure that a directory is there.
    pub(crate) fn create(&self, dir: &Path) -> Result<(), Error> {
        let created = match self.fs.find(dir) {
            Ok(Some(_)) => Ok(()),
            _ => self.fs.create_dir_all(dir),
        };
        created.map_err(|reason| Error::Directory {
            dir: dir.to_owned(),
            reason,
        })
    }
}

/// One of the files. There is no way to name another: nothing leads out of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum File {
    Contacts,
    Notes,
    Config,
}

impl File {
    pub(crate) const ALL: [Self; 3] = [Self::Contacts, Self::Notes, Self::Config];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts.json",
            Self::Notes => "notes.json",
            Self::Config => "config.json",
        }
    }
}

/// The files in one directory, and the configuration as it was when they were opened.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    pub(crate) world: World,
    pub(crate) config: Config,
    /// What is wrong with the configuration, for people.
    pub(crate) complaints: Vec<String>,
    dir: PathBuf,
    recovery: RecoveryPolicy,
}

impl Storage {
    /// The files in `dir`. It is created, with its folder of backups, and its configuration is read.
    /// `recovery` says what becomes of damaged records.
    pub(crate) fn open(
        dir: impl AsRef<Path>,
        world: World,
        recovery: RecoveryPolicy,
    ) -> Result<Self, Error> {
        let dir = dir.as_ref().to_owned();
        world.create(&dir.join("backups"))?;
        let mut storage = Self {
            world,
            config: Config::default(),
            complaints: Vec::new(),
            dir,
            recovery,
        };
        match storage.config_file(RecoveryPolicy::Fail).load_or_default() {
            Ok(file) => (storage.config, storage.complaints) = Config::of(file.stored()),
            Err(error) => storage.complaints.push(format!(
                "{error}; until then the defaults hold, and it is left as it is"
            )),
        }
        Ok(storage)
    }

    pub(crate) fn contacts(&self) -> Document<Records<Contact>> {
        self.records(File::Contacts, self.recovery)
    }

    pub(crate) fn notes(&self) -> Document<Records<Note>> {
        self.records(File::Notes, self.recovery)
    }

    /// Any of the files, for what is done to all of them alike.
    pub(crate) fn kept(&self, file: File, recovery: RecoveryPolicy) -> Box<dyn Kept> {
        match file {
            File::Contacts => Box::new(self.records::<Contact>(file, recovery)),
            File::Notes => Box::new(self.records::<Note>(file, recovery)),
            File::Config => Box::new(self.config_file(recovery)),
        }
    }

    /// All three files, to be exported and imported together.
    pub(crate) fn folder(&self) -> Folder {
        let folder = Folder::at(&self.dir)
            .document(&self.contacts())
            .document(&self.notes())
            .document(&self.config_file(RecoveryPolicy::Fail))
            .fs(Arc::clone(&self.world.fs))
            .clock(self.world.clock);
        match self.world.temp_seed {
            Some(seed) => folder.temp_seed(seed),
            None => folder,
        }
    }

    /// The same files, with so many copies of each.
    pub(crate) fn with_copies(&self, count: usize) -> Self {
        Self {
            config: self.config.with_copies(count),
            ..self.clone()
        }
    }

    /// Sets an option, or another key, in the file at once; a file that can't be read is not touched.
    pub(crate) fn set(&mut self, key: &str, value: Value) -> Result<(), Error> {
        let file = self.config_file(RecoveryPolicy::Fail);
        let stored = file.update(|file| {
            file.set(key, value);
            file.stored()
        })?;
        (self.config, self.complaints) = Config::of(stored);
        Ok(())
    }

    fn records<R: Record>(&self, file: File, recovery: RecoveryPolicy) -> Document<Records<R>> {
        let options = self.options(recovery);
        let options = options.compression(self.config.data_format.codec());
        options.at(self.dir.join(file.name()))
    }

    /// Always plain: it says how the others are written.
    fn config_file(&self, recovery: RecoveryPolicy) -> Document<ConfigFile> {
        self.options(recovery)
            .at(self.dir.join(File::Config.name()))
    }

    /// As the Python program writes: the value alone, keys sorted, two spaces. What is not changed stays
    /// as it stands, to the last digit.
    fn options<T: Default + 'static>(&self, recovery: RecoveryPolicy) -> Options<T> {
        let options = Document::options()
            .fs(Arc::clone(&self.world.fs))
            .clock(self.world.clock)
            .layout(Layout::Bare)
            .keys(Keys::Sorted)
            .untouched(Untouched::Keep)
            .backups(self.config.backups())
            .recovery(recovery);
        let options = match recovery {
            RecoveryPolicy::Fail => options,
            _ => options.on_damage(decide),
        };
        match self.world.temp_seed {
            Some(seed) => options.temp_seed(seed),
            None => options,
        }
    }
}

/// What can be repaired without losing anything goes before a backup, which is older. Where something is
/// lost a backup goes first, and what still parses is the last thing before nothing.
fn decide(prospects: &Prospects) -> Decision {
    let is_whole = |lost: &[Lost]| {
        let is_behind = |lost: &Lost| lost.reason == LostReason::TrailingBytes;
        lost.iter().all(is_behind)
    };
    match &prospects.salvage {
        Some(lost) if is_whole(lost) => Decision::Salvage,
        _ => Decision::AsPolicy,
    }
}
