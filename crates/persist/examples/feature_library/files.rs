//! The two files, in the form that the Python program gave them: `features.json` and
//! `tracked_time.json`, with a revision and a checksum beside, which it does not mind.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use persist::{
    Backup, Backups, Chain, Codec, Decision, Document, ErrorKind, FlatNames, Json, Layout, Naming,
    Options, Prospects, RecordPlace, Records, Retention, Untouched,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vfs::{Fs, OsFs};

use super::domain::entry::TimeEntry;
use super::domain::feature::Feature;
use super::error::{Error, LoadError};
use super::shelf::{Change, Shelf, Shelved};

/// The version that is written. Files of version 1.0, and such that name none, are read too.
pub(crate) const VERSION: &str = "1.1";

/// When a feature was created that does not say it.
const CREATED_AT: &str = "2025-01-01";

/// What lies outside of the files.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) clock: fn() -> SystemTime,
    /// For a simulated run that is repeated; random otherwise.
    pub(crate) temp_seed: Option<u64>,
    /// How new files are compressed; those that are there are read in any case.
    pub(crate) codec: Codec,
    /// Told what was damaged, and what was done about it.
    pub(crate) tell: fn(&str),
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            fs: OsFs::shared(),
            clock: SystemTime::now,
            temp_seed: None,
            codec: Codec::Plain,
            tell: |_| {},
        }
    }
}

/// Records that are kept in a file of their own.
pub(crate) trait Filed: Sized {
    /// What stands in the file, beside what is ours.
    type File: Default + Serialize + DeserializeOwned + 'static;

    /// Where, unless the user says otherwise.
    const DEFAULT_PATH: &'static str;

    /// What the records are called in a message.
    const WHAT: &'static str;

    /// The member that holds them.
    const KEY: &'static str;

    /// The records in the file.
    fn records(file: &mut Self::File) -> &mut Records<Self>;
}

/// `features.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct FeatureFile {
    features: Records<Feature>,
}

impl Filed for Feature {
    type File = FeatureFile;
    const DEFAULT_PATH: &'static str = "data/features.json";
    const WHAT: &'static str = "features";
    const KEY: &'static str = "features";

    fn records(file: &mut FeatureFile) -> &mut Records<Self> {
        &mut file.features
    }
}

/// `tracked_time.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct TimeFile {
    entries: Records<TimeEntry>,
}

impl Filed for TimeEntry {
    type File = TimeFile;
    const DEFAULT_PATH: &'static str = "data/tracked_time.json";
    const WHAT: &'static str = "time entries";
    const KEY: &'static str = "entries";

    fn records(file: &mut TimeFile) -> &mut Records<Self> {
        &mut file.entries
    }
}

/// Records in one JSON document.
#[derive(Debug)]
pub(crate) struct JsonFile<R: Filed> {
    document: Document<R::File>,
    setting: Setting,
}

impl<R: Filed> Clone for JsonFile<R> {
    fn clone(&self) -> Self {
        Self {
            document: self.document.clone(),
            setting: self.setting.clone(),
        }
    }
}

impl<R: Filed> JsonFile<R> {
    /// The file at `path`, or at its default place.
    pub(crate) fn new(path: Option<&Path>, setting: Setting) -> Self {
        let tell = setting.tell;
        let document = kept(Document::<R::File>::options(), &setting)
            .versions(versions(R::KEY))
            .untouched(Untouched::Keep)
            .on_damage(only_whole)
            .on_recovery(move |recovery| tell(&recovery.to_string()))
            .at(path.unwrap_or(Path::new(R::DEFAULT_PATH)));
        Self { document, setting }
    }

    pub(crate) fn document(&self) -> &Document<R::File> {
        &self.document
    }

    /// Makes a copy, of a file that can be loaded.
    pub(crate) fn backup(&self) -> Result<PathBuf, Error> {
        match self.document.backup() {
            Ok(backup) => Ok(backup.path().to_owned()),
            Err(error) if error.kind() == ErrorKind::Missing => Err(Error::NothingToBackUp),
            Err(error) => Err(error.into()),
        }
    }

    /// Goes back to a copy, once it is known to be good. What is there now is kept.
    pub(crate) fn restore(&self, path: &Path) -> Result<(), Error> {
        let name = path.file_name();
        let is_it = |backup: &Backup| backup.path() == path || backup.path().file_name() == name;
        let backup = self.document.backups()?.into_iter().find(is_it);
        let backup = backup.ok_or_else(|| Error::BackupNotFound(path.to_owned()))?;
        self.document.restore(&backup)?;
        Ok(())
    }

    /// In the words of the Python program, as a kind of its own for each thing to do next.
    fn load_error(&self, error: persist::Error) -> Error {
        let path = self.document.path().to_owned();
        let source = match error.kind() {
            ErrorKind::Damaged | ErrorKind::Type => match self.shape() {
                Shape::Object { has_key: true } => LoadError::CannotRead {
                    path,
                    source: error,
                },
                Shape::Object { has_key: false } => LoadError::MissingKey {
                    path,
                    key: R::KEY,
                    source: error,
                },
                Shape::Other(found) => LoadError::NotAnObject {
                    path,
                    found,
                    source: error,
                },
                Shape::Unknown => LoadError::InvalidJson {
                    path,
                    source: error,
                },
            },
            ErrorKind::PermissionDenied => LoadError::PermissionDenied {
                path,
                source: error,
            },
            _ => LoadError::CannotRead {
                path,
                source: error,
            },
        };
        Error::Load {
            what: R::WHAT,
            source: Box::new(source),
        }
    }

    /// What is in the file, if it is JSON at all.
    fn shape(&self) -> Shape {
        let document = Options::<Json>::without_default()
            .fs(self.setting.fs.clone())
            .recovery(persist::RecoveryPolicy::Fail)
            .versions_as_found()
            .at(self.document.path());
        let Ok(Some(found)) = document.load() else {
            return Shape::Unknown;
        };
        match found.as_str().bytes().next() {
            Some(b'{') => Shape::Object {
                has_key: found.get(&format!("/{}", R::KEY)).is_ok(),
            },
            Some(b'[') => Shape::Other("list"),
            Some(b'"') => Shape::Other("str"),
            Some(b't' | b'f') => Shape::Other("bool"),
            Some(b'n') => Shape::Other("NoneType"),
            _ => Shape::Other("number"),
        }
    }
}

enum Shape {
    Object { has_key: bool },
    Other(&'static str),
    Unknown,
}

impl<R: Filed + Clone + std::fmt::Debug> Shelf<R> for JsonFile<R>
where
    R::File: std::fmt::Debug,
{
    fn load(&self) -> Result<Option<Shelved<R>>, Error> {
        let loaded = self
            .document
            .load()
            .map_err(|error| self.load_error(error))?;
        Ok(loaded.map(|loaded| {
            let mut file = loaded.into_value();
            let records = R::records(&mut file);
            let unread: Vec<_> = records
                .unread()
                .map(|record| match record.place {
                    RecordPlace::Index(index) => (index, record.reason.clone()),
                    // Not in an array.
                    _ => (usize::MAX, record.to_string()),
                })
                .collect();
            let is_read = |place: &usize| unread.iter().all(|(other, _)| other != place);
            let places = (0..).filter(is_read);
            Shelved {
                records: places.zip(records.iter().cloned()).collect(),
                unread,
            }
        }))
    }

    fn update(&self, change: Change<'_, R>) -> Result<(), Error> {
        self.document.try_update(|file| change(R::records(file)))
    }
}

/// As the Python program keeps a file: flat, with copies `<stem>.<time>.backup.json` beside it.
fn kept<T>(options: Options<T>, setting: &Setting) -> Options<T> {
    let options = options
        .layout(Layout::Flat(FlatNames::default()))
        .backups(Backups::Dated {
            naming: Naming::Beside,
            retention: Retention::default(),
        })
        .compression(setting.codec)
        .fs(setting.fs.clone())
        .clock(setting.clock);
    match setting.temp_seed {
        Some(seed) => options.temp_seed(seed),
        None => options,
    }
}

/// What comes back by itself has lost no record: a copy, or text of which only the syntax was broken. The
/// rest is for people to look at, with `persist recover --salvage`.
fn only_whole(prospects: &Prospects) -> Decision {
    match (&prospects.backup, &prospects.salvage) {
        (None, Some(lost)) if !lost.is_empty() => Decision::Fail,
        _ => Decision::AsPolicy,
    }
}

/// Version 1.1 says of each record when it was created.
fn versions(key: &'static str) -> Chain {
    Chain::new("1.0")
        .unlabelled("1.0")
        .step(VERSION, move |file| {
            let records = file.get_mut(key).and_then(|records| records.as_array_mut());
            for record in records.into_iter().flatten() {
                if let Some(record) = record.as_object_mut() {
                    record
                        .entry("created_at")
                        .or_insert_with(|| CREATED_AT.into());
                }
            }
            Ok(())
        })
}
