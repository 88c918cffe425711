//! All documents of a folder: export, import, and the way back.

mod contents;
mod export;
mod finish;
mod import;
mod known;
mod locked;
mod plan;
mod report;
mod source;
mod staging;
mod tree;
mod verify;

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use atomic_io::Durability;
use lock::Wait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use vfs::{Fs, parent};

use crate::backup::is_beside_copy;
use crate::disk::Disk;
use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::layout::{Place, is_document_name};
use crate::options::{Options, SIZE_LIMIT};
use known::Known;
use locked::Locked;
use plan::{Plan, Stage};
use source::Source;

pub(crate) use finish::{finish, is_pending};

pub use contents::ExportedDocument;
pub use report::{Effect, Exported, Import, ImportedDocument, Undone};

/// All documents of one folder, to be exported and imported together.
///
/// Its documents are the files in it, not below it, whose names end in `.json`, `.json.gz` or `.json.zst`
/// and are not those of copies, and all that were [made known](Self::document) to it. What is known of a document's type, versions and rules is used
/// when it is imported. Any other is JSON of any shape, in any layout and version, and stays as it is.
///
/// ```
/// use persist::{Document, Folder};
///
/// # let temp = tempfile::tempdir()?;
/// # let (dir, saved) = (temp.path().join("state"), temp.path().join("saved"));
/// let notes = Document::<Vec<String>>::at(dir.join("notes.json"));
/// let contacts = Document::<Vec<String>>::at(dir.join("contacts.json"));
/// notes.save(&vec!["tea".into()])?;
/// contacts.save(&vec!["Ada".into()])?;
///
/// let folder = Folder::at(&dir).document(&notes).document(&contacts);
/// println!("{}", folder.export(&saved)?); // sha256sum -c SHA256SUMS
///
/// notes.update(|notes| notes.push("milk".into()))?;
/// println!("{}", folder.preview_import(&saved)?); // notes.json: changed, …, 1 change
/// folder.import(&saved)?;
/// assert_eq!(notes.load_or_default()?, ["tea"]);
///
/// folder.undo_import()?;
/// assert_eq!(notes.load_or_default()?, ["tea", "milk"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Guarantees
///
/// `docs/formats/folder.md` says what is on the disk after each step, and a crash simulator explores it.
///
/// * **An export is one state.** It is read under the locks of all documents, and is there whole or not
///   at all.
/// * **An import is all or nothing.** It changes nothing before all of the export was verified, decoded,
///   migrated and validated; from then on a crash at any moment leaves all documents as they were or all
///   as imported, for everybody who [loads](Document::load) them. After `Ok` they are imported, durably.
/// * **Nothing is destroyed.** What an import replaces is kept as a save of each document keeps it, and
///   [`undo_import`](Self::undo_import) brings all of it back.
///
/// # What others see while an import is at work
///
/// Each `load` gives the old of a document before the moment that decides the import, and the new after
/// it. So who loads several documents one after the other may have the old of the first and the new of
/// the second, and never the new of one and later the old of another. One state of several documents is
/// what an [`export`](Self::export) is for. Programs that read the files without this crate may see any
/// mixture while the files are being replaced, and after a crash in between until one of them is opened.
///
/// # Locks
///
/// The folder's lock comes first, then those of the documents in the order of their names. So no two
/// calls wait for one another; but **a call inside the closure of an [`update`](Document::update) of one
/// of the documents waits for itself.**
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
    disk: Disk,
    size_limit: u64,
    members: BTreeMap<String, Arc<dyn Known>>,
    /// The first mistake in naming members: no call goes on with it.
    misplaced: Option<PathBuf>,
}

impl Folder {
    /// The folder at `dir`. No file is touched yet.
    pub fn at(dir: impl AsRef<Path>) -> Self {
        Self {
            dir: dir.as_ref().to_owned(),
            disk: Disk::default(),
            size_limit: SIZE_LIMIT,
            members: BTreeMap::new(),
            misplaced: None,
        }
    }

    /// Makes a document of this folder known: its name, its type, versions, rules, backups and limits. It
    /// must be on the folder's file system, in both senses.
    pub fn document<T>(mut self, document: &Document<T>) -> Self
    where
        T: Serialize + DeserializeOwned + 'static,
    {
        let path = document.path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if is_plain_name(name) && !is_taken(name) => {
                let known: Arc<dyn Known> = Arc::new(document.clone());
                self.members.insert(name.to_owned(), known);
            }
            _ => {
                self.misplaced.get_or_insert_with(|| path.to_owned());
            }
        }
        self
    }

    /// The file system of folder and exports. Default: the real one.
    pub fn fs(mut self, fs: Arc<dyn Fs>) -> Self {
        self.disk.fs = fs;
        self
    }

    /// What `Ok` promises. Default: [`Durability::Durable`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.disk.durability = durability;
        self
    }

    /// How long to wait for each document that another process or thread is changing. Default: for as
    /// long as it takes.
    pub fn lock_wait(mut self, wait: Wait) -> Self {
        self.disk.lock_wait = wait;
        self
    }

    /// The greatest size of a document that was not made known. Default: 256 MiB.
    pub fn size_limit(mut self, bytes: u64) -> Self {
        self.size_limit = bytes;
        self
    }

    /// The clock of exports and names. Nothing that decides whether data survives rests on it.
    pub fn clock(mut self, now: fn() -> SystemTime) -> Self {
        self.disk.clock = now;
        self
    }

    /// Derives the names of temporary files from a number, so that a simulated run can be repeated.
    pub fn temp_seed(mut self, seed: u64) -> Self {
        self.disk.temp_seed = Some(seed);
        self
    }

    /// The names of the documents that are there, sorted.
    pub fn documents(&self) -> Result<impl Iterator<Item = String> + use<>> {
        self.check_members()?;
        self.list().map(Vec::into_iter)
    }

    /// Writes all documents, as they are at one moment, to the new folder `to`, with `MANIFEST.json`
    /// (time, versions, sizes) and `SHA256SUMS` (`sha256sum -c SHA256SUMS` checks it).
    ///
    /// A document that is damaged or can't be read ends it. What stands at `to` is never written over.
    pub fn export(&self, to: impl AsRef<Path>) -> Result<Exported> {
        let exported = self
            .check_members()
            .and_then(|()| export::export(self, to.as_ref()));
        let exported = exported.inspect_err(events::failed)?;
        events::exported(&self.dir, &exported);
        Ok(exported)
    }

    /// Says what an [`import`](Self::import) would change, and changes nothing. What an import would
    /// refuse is refused.
    pub fn preview_import(&self, from: impl AsRef<Path>) -> Result<Import> {
        let source = self.source(from.as_ref())?;
        if is_pending(&self.disk, &self.dir)? {
            finish(&self.disk, &self.dir)?;
        }
        import::examine(self, &source)
    }

    /// Gives the documents the contents that they have in the export `from`: all of them or, after an
    /// error that says [`Unchanged`](crate::OnDisk::Unchanged), none.
    ///
    /// Refused, before anything is touched: a file that is damaged, missing, not listed, not a regular
    /// file or of a name that is no document's; a value that is of a later version, can't be migrated,
    /// does not fit its type or breaks a rule. An older version is migrated; any other document gets the
    /// bytes of the export. Documents that the export does not have stay. A damaged one that is replaced
    /// is set aside. If nothing differs nothing is written, and the way back stays that of the import
    /// before.
    pub fn import(&self, from: impl AsRef<Path>) -> Result<Import> {
        let imported = self
            .source(from.as_ref())
            .and_then(|source| import::import(self, &source));
        let imported = imported.inspect_err(events::failed)?;
        events::imported(&self.dir, &imported);
        Ok(imported)
    }

    /// Gives the documents of the last [`import`](Self::import) back what they were before it, byte for
    /// byte, all of them or none, whatever was saved since. Done again, it imports again.
    /// [`NothingToUndo`](ErrorKind::NothingToUndo) if there was none.
    pub fn undo_import(&self) -> Result<Undone> {
        let undone = self.check_members().and_then(|()| import::undo(self));
        let undone = undone.inspect_err(events::failed)?;
        events::import_undone(&self.dir, &undone);
        Ok(undone)
    }

    /// Finishes an import that was cut off, and removes what killed ones have left: what they had
    /// prepared, and temporary files of which it is certain that nobody writes them any more. Returns the
    /// paths of what is gone.
    pub fn sweep(&self) -> Result<Vec<PathBuf>> {
        let _locked = Locked::new(&self.disk, &self.dir)?;
        let mut removed = Vec::new();
        let used = Plan::undo(&self.disk, &self.dir)?.map(|back| back.stage);
        for stage in Stage::ALL.into_iter().filter(|stage| Some(*stage) != used) {
            let path = stage.path(&self.dir);
            let there = self.disk.fs.find(&path);
            if there
                .map_err(|error| Error::io(&path, "look at", error))?
                .is_some()
            {
                tree::remove(&self.disk, &path)?;
                removed.push(path);
            }
        }
        removed.extend(self.disk.sweep(&self.dir)?);
        Ok(removed)
    }

    fn source(&self, from: &Path) -> Result<Source<'_>> {
        self.check_members()?;
        Source::open(&self.disk, from, |name| self.is_document(name))
    }

    /// What is known of a document.
    fn known(&self, name: &str) -> Arc<dyn Known> {
        let any = || {
            let options = Options::<Box<RawValue>>::without_default().versions_as_found();
            let options = Options {
                disk: self.disk.clone(),
                ..options.size_limit(self.size_limit)
            };
            Arc::new(options.at(self.dir.join(name))) as Arc<dyn Known>
        };
        self.members.get(name).map_or_else(any, Arc::clone)
    }

    fn place(&self, name: &str) -> Result<Place> {
        locked::place(&self.disk, &self.dir, name)
    }

    fn is_document(&self, name: &str) -> bool {
        let is_usual =
            is_document_name(name.as_ref()) && !is_taken(name) && !is_beside_copy(name.as_ref());
        is_usual || self.members.contains_key(name)
    }

    /// The names of the documents that are there, sorted.
    fn list(&self) -> Result<Vec<String>> {
        let names = match self.disk.fs.read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            names => names.map_err(|error| Error::io(&self.dir, "list", error))?,
        };
        let mut documents = Vec::new();
        for name in names {
            let path = self.dir.join(&name);
            let Ok(name) = name.into_string() else {
                // It can't be listed in an export, so it must not seem to be one of the documents.
                if path.file_name().is_some_and(is_document_name) {
                    let reason = io::Error::new(io::ErrorKind::InvalidFilename, "not UTF-8");
                    return Err(Error::io(&path, "name", reason));
                }
                continue;
            };
            if !self.is_document(&name) {
                continue;
            }
            let there = self.disk.fs.find(&path);
            let there = there.map_err(|error| Error::io(&path, "look at", error))?;
            if there.is_some_and(|there| !there.is_dir()) {
                documents.push(name);
            }
        }
        Ok(documents)
    }

    /// That what was made known stands in this folder.
    fn check_members(&self) -> Result<()> {
        let mut paths = self.members.values().map(|known| known.path());
        let elsewhere = paths.find(|path| !self.is_here(parent(path)));
        match self.misplaced.as_deref().or(elsewhere) {
            None => Ok(()),
            Some(path) => {
                let message = format!(
                    "{} is no document of the folder {}; give the folder its own documents",
                    path.display(),
                    self.dir.display()
                );
                Err(Error::new(ErrorKind::InvalidPath, path, message))
            }
        }
    }

    fn is_here(&self, dir: &Path) -> bool {
        // A trailing "." follows a link.
        let look = |dir: &Path| self.disk.fs.metadata(&dir.join("."));
        let same = || Some(look(dir).ok()?.same_file(&look(&self.dir).ok()?));
        dir == self.dir || same() == Some(true)
    }
}

/// Whether it is one name, which leads nowhere else when it is joined to a path.
fn is_plain_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    let first = components.next();
    first == Some(Component::Normal(name.as_ref())) && components.next().is_none()
}

/// Whether the name has another use in a folder or an export.
fn is_taken(name: &str) -> bool {
    use crate::layout::{EXPORT_MANIFEST, EXPORT_SUMS};
    name.starts_with('.') || name == EXPORT_MANIFEST || name == EXPORT_SUMS
}
