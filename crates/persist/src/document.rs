//! One typed value in one file: what a program calls.

mod copies;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lock::Status as LockStatus;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backup::prune::Verified;
use crate::backup::{self, Backup};
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::health::Verification;
use crate::layout::Place;
use crate::options::Options;
use crate::policy::Decision;
use crate::prospects::Salvaged;
use crate::read::{State, inspect};
use crate::report::{Loaded, Overwritten, Recovery};
use crate::revision::Revision;

/// One typed value in one file, shared by any number of threads and processes.
///
/// It holds no value and no handle: each call reads the file as it is then. Clones are the same
/// document. Reading takes no lock; what changes the file takes the document's lock, waits for it as
/// [`Options::lock_wait`] says, and holds it for that call alone. **A call inside the closure of an
/// [`update`](Self::update) of the same document waits for itself.**
pub struct Document<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    path: PathBuf,
    options: Options<T>,
    verified: Verified,
    /// Whether the last save may not have become durable: then no later sync of the same file makes it so.
    in_doubt: AtomicBool,
}

impl<T: Default + 'static> Document<T> {
    /// The document at `path`, kept as the defaults of [`Options`] say. No file is touched yet.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Options::default().at(path)
    }

    /// How a document is kept, ending in [`at`](Options::at). A type that has no default value begins
    /// with [`Options::without_default`].
    pub fn options() -> Options<T> {
        Options::default()
    }
}

impl<T> Document<T> {
    pub(crate) fn new(path: &Path, options: Options<T>) -> Self {
        Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                options,
                verified: Verified::default(),
                in_doubt: AtomicBool::new(false),
            }),
        }
    }

    /// The path as it was given.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    pub(crate) fn settings(&self) -> &Options<T> {
        &self.inner.options
    }

    /// Whether what is there has to be written anew, also where it is what is to be saved.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.inner.in_doubt.load(Ordering::Acquire)
    }

    /// Remembers how the last save ended.
    pub(crate) fn set_in_doubt(&self, in_doubt: bool) {
        self.inner.in_doubt.store(in_doubt, Ordering::Release);
    }

    pub(crate) fn verified(&self) -> &Verified {
        &self.inner.verified
    }

    /// Where the document is now.
    pub(crate) fn place(&self) -> Result<Place> {
        let path = self.path();
        Place::resolve(&*self.settings().disk.fs, path)
            .map_err(|error| Error::io(path, "find", error))
    }

    fn default_value(&self) -> Result<T> {
        match &self.settings().default {
            Some(default) => Ok(default()),
            None => Err(self.missing("save a value first, or give the document a default")),
        }
    }

    pub(crate) fn missing(&self, way_out: &str) -> Error {
        let message = format!("there is no {}; {way_out}", self.path().display());
        Error::new(ErrorKind::Missing, self.path(), message)
    }
}

impl<T: DeserializeOwned> Document<T> {
    pub(crate) fn inspect(&self, path: &Path) -> State<T> {
        inspect(&self.settings().disk, &self.settings().form, path)
    }
}

impl<T: Serialize + DeserializeOwned> Document<T> {
    /// The value, with what there is to say about it; `None` if there is no file.
    ///
    /// A file that is not there has never been saved: that is not damage, also where backups of it
    /// exist. A damaged file is recovered as [`Options::recovery`] says, and
    /// [`Loaded::recovery`] says what was done. Everything else that is wrong with a file is an error,
    /// and leaves it as it is.
    pub fn load(&self) -> Result<Option<Loaded<T>>> {
        self.read().inspect_err(events::failed)
    }

    fn read(&self) -> Result<Option<Loaded<T>>> {
        let place = self.place()?;
        let mut seen = self.look(&place);
        if !seen.is_beyond_doubt() && self.settings().disk.is_half_written(place.document()) {
            // Under the lock nobody writes it, and what was cut off is finished.
            seen = self.hold()?.inspect();
        }
        let loaded = match seen {
            State::Missing => None,
            State::Good(good) => Some(good.into_loaded_document(None)),
            State::Refused(error) => return Err(error),
            State::Damaged(damaged) => self.load_damaged(damaged)?,
        };
        events::loaded(place.document(), loaded.as_ref());
        Ok(loaded)
    }

    /// The value alone, or the default if there is no file.
    ///
    /// A recovery is not seen here; [`Options::on_recovery`] sees it.
    pub fn load_or_default(&self) -> Result<T> {
        match self.load()? {
            Some(loaded) => Ok(loaded.into_value()),
            None => self.default_value(),
        }
    }

    /// Replaces the value, durably: after `Ok` the new value survives a power cut, and after an error
    /// [`Error::on_disk`] says what to believe.
    ///
    /// Whoever saves a value that it has loaded before may lose what others saved in between: see
    /// [`update`](Self::update) and [`compare_and_save`](Self::compare_and_save). A file that can't be
    /// read is not written over: see [`overwrite`](Self::overwrite).
    pub fn save(&self, value: &T) -> Result<Revision> {
        let saved = self.hold().and_then(|held| {
            let there = held.readable()?;
            held.save(there.as_deref(), value)
        });
        saved.inspect_err(events::failed)
    }

    /// Changes the value under the lock: no other update, in any process, is lost or sees a state in
    /// between. A file that is not there begins as the default; a damaged one is recovered first, as
    /// [`Options::recovery`] says.
    ///
    /// If the closure panics, nothing is written.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R> {
        self.try_update(|value| Ok(change(value)))
    }

    /// [`update`](Self::update) with a change that may fail: then nothing is written.
    pub fn try_update<R, E: From<Error>>(
        &self,
        change: impl FnOnce(&mut T) -> std::result::Result<R, E>,
    ) -> std::result::Result<R, E> {
        let held = self.hold().inspect_err(events::failed)?;
        let there = held.current().inspect_err(events::failed)?;
        let (answer, saved) = if let Some(mut good) = there {
            let before = held.before(&good).inspect_err(events::failed)?;
            let answer = change(&mut good.content.value)?;
            let value = &good.content.value;
            (answer, held.save_after(Some(&good), before.as_ref(), value))
        } else {
            let mut value = self.default_value().inspect_err(events::failed)?;
            let answer = change(&mut value)?;
            (answer, held.save(None, &value))
        };
        saved.inspect_err(events::failed)?;
        Ok(answer)
    }

    /// Replaces the value if the file is still the one that was loaded, or still not there (`None`);
    /// otherwise [`Conflict`](ErrorKind::Conflict), and nothing is written.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("notes.json");
    /// use persist::{Document, ErrorKind};
    ///
    /// let notes = Document::<Vec<String>>::at(path);
    /// let first = notes.compare_and_save(None, &vec!["tea".into()])?;
    /// notes.update(|notes| notes.push("milk".into()))?;
    ///
    /// let late = notes.compare_and_save(&first, &vec!["coffee".into()]).unwrap_err();
    /// assert_eq!(late.kind(), ErrorKind::Conflict);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compare_and_save<'r>(
        &self,
        expected: impl Into<Option<&'r Revision>>,
        value: &T,
    ) -> Result<Revision> {
        let saved = self
            .hold()
            .and_then(|held| held.save_if(expected.into(), value));
        saved.inspect_err(events::failed)
    }

    /// Writes a value over whatever is there, also over a file that is damaged, newer or unreadable.
    /// Such a file is set aside first, as recovery does it; a good one is backed up as always.
    ///
    /// The file is written as a new one: in the layout and compression that the options say. This is
    /// also the way to change them.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("notes.json");
    /// # use std::fs;
    /// use persist::Document;
    ///
    /// fs::write(&path, "\0\0\0\0")?;
    /// let written = Document::<Vec<String>>::at(&path).overwrite(&vec!["tea".into()])?;
    /// assert_eq!(fs::read(written.set_aside.unwrap())?, b"\0\0\0\0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn overwrite(&self, value: &T) -> Result<Overwritten> {
        let saved = self.hold().and_then(|held| held.overwrite(value));
        saved.inspect_err(events::failed)
    }

    /// Repairs the document now, if it is damaged, from where the caller says. `None` if it is not; it
    /// has to be there.
    ///
    /// A [`load`](Self::load) does the same with [`Decision::AsPolicy`]. The damaged file is set aside
    /// first, in any case. If [`Recovery::repair`] is not [`Done`](crate::Repair::Done), the file is as it was.
    pub fn recover(&self, from: Decision) -> Result<Option<Recovery>> {
        let recovered = self.recover_from(from);
        recovered.inspect_err(events::failed)
    }

    /// What still parses in the document, if it is damaged: what [`recover`](Self::recover) with
    /// [`Decision::Salvage`] would make of it. Changes nothing, and takes no lock. `None` if it is not
    /// damaged, or not there.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("notes.json");
    /// use persist::{Decision, Document, Source};
    ///
    /// let notes = Document::<Vec<String>>::at(&path);
    /// # use std::fs;
    /// fs::write(&path, r#"["tea", "milk", "cof"#)?;
    ///
    /// let left = notes.salvage()?.expect("it is damaged");
    /// assert_eq!(left.value?, ["tea", "milk"]);
    /// assert_eq!(left.lost[0].to_string(), "bytes 16..20: the end is missing");
    ///
    /// let recovery = notes.recover(Decision::Salvage)?.expect("it is damaged");
    /// assert_eq!(recovery.source, Source::Salvage);
    /// assert_eq!(notes.load_or_default()?, ["tea", "milk"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn salvage(&self) -> Result<Option<Salvaged<T>>> {
        self.salvaged()
    }

    /// Reads the document and all its copies, and says in which state each of them is. Changes nothing.
    pub fn verify(&self) -> Result<Verification> {
        let place = self.place()?;
        let backups = backup::list(&self.settings().disk, &place, self.settings().backups)?;
        let health = |backup: Backup| (backup.clone(), self.inspect(&backup.path).health());
        Ok(Verification {
            document: self.look(&place).health(),
            backups: backups.into_iter().map(health).collect(),
        })
    }

    /// Whether anybody holds the document's lock now: for people who ask. Creates nothing.
    pub fn lock_status(&self) -> Result<LockStatus> {
        let place = self.place()?;
        let options = lock::Options::new().fs(Arc::clone(&self.settings().disk.fs));
        options.status(place.document()).map_err(Error::lock)
    }

    /// Removes what killed processes have left: temporary files of which it is certain that nobody
    /// writes them any more. Returns their paths.
    pub fn sweep(&self) -> Result<Vec<PathBuf>> {
        self.hold()?.sweep()
    }
}

impl<T> Clone for Document<T> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
        }
    }
}

impl<T> fmt::Debug for Document<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("path", &self.inner.path)
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}
