//! An export as an import finds it: nothing in it is believed before it is checked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use integrity::manifest::Manifest;
use vfs::{FinalLink, OpenOptions};

use super::contents::{Contents, ExportedDocument};
use super::is_plain_name;
use crate::damage::{Damage, DamageKind};
use crate::disk::Disk;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{EXPORT_MANIFEST, EXPORT_SUMS};

/// The greatest list that is read: more than a hundred thousand documents.
const LIST_SIZE_MAX: u64 = 16 << 20;

/// An export whose lists agree with one another and with the names and sizes that are there.
#[derive(Debug)]
pub(crate) struct Source<'f> {
    disk: &'f Disk,
    dir: PathBuf,
    sums: Manifest,
    contents: Contents,
}

/// Why an export is refused; `path` is the file of it that shows it.
pub(crate) fn refused(path: &Path, reason: impl Into<String>) -> Error {
    let damage = Damage::new(DamageKind::Envelope, reason);
    Error::damaged(path, damage, "nothing was imported; export again")
}

fn misplaced(path: &Path, reason: &str) -> Error {
    let message = format!(
        "{} is refused: {reason}; nothing was imported",
        path.display()
    );
    Error::new(ErrorKind::InvalidPath, path, message)
}

impl<'f> Source<'f> {
    /// Checks all but the documents' contents.
    pub(crate) fn open(
        disk: &'f Disk,
        dir: &Path,
        is_document: impl Fn(&str) -> bool,
    ) -> Result<Self> {
        let there = names(disk, dir)?;
        let path = dir.join(EXPORT_SUMS);
        if !there.contains(EXPORT_SUMS) {
            return Err(refused(&path, "it is missing, so this is no whole export"));
        }
        let sums = Manifest::parse(&read(disk, &path, LIST_SIZE_MAX)?);
        let sums = sums.map_err(|error| refused(&path, error.to_string()))?;
        for (name, _) in sums.iter() {
            if !is_plain_name(name) || (name != EXPORT_MANIFEST && !is_document(name)) {
                let shown = name.escape_debug();
                let reason = format!("it lists `{shown}`, which is no document's name");
                return Err(misplaced(&path, &reason));
            }
            if !there.contains(name) {
                return Err(refused(&dir.join(name), "it is listed and missing"));
            }
        }
        let extra = there
            .iter()
            .find(|name| name.as_str() != EXPORT_SUMS && sums.get(name).is_none());
        if let Some(extra) = extra {
            return Err(refused(&dir.join(extra), "no list names it"));
        }
        let source = Self {
            contents: Contents::new(SystemTime::UNIX_EPOCH, Vec::new()),
            disk,
            dir: dir.to_owned(),
            sums,
        };
        let contents = source.read(EXPORT_MANIFEST, LIST_SIZE_MAX)?;
        let contents = Contents::parse(&dir.join(EXPORT_MANIFEST), &contents)?;
        let source = Self { contents, ..source };
        source.check_contents()?;
        Ok(source)
    }

    /// That both lists name the same documents, and the sizes are those that are there.
    fn check_contents(&self) -> Result<()> {
        let listed: BTreeSet<&str> = self.names();
        let summed = self.sums.iter().map(|(name, _)| name);
        let summed: BTreeSet<&str> = summed.filter(|name| *name != EXPORT_MANIFEST).collect();
        let manifest = self.dir.join(EXPORT_MANIFEST);
        if listed != summed || listed.len() != self.contents.documents.len() {
            let reason = format!("it and {EXPORT_SUMS} do not list the same documents");
            return Err(refused(&manifest, reason));
        }
        for document in &self.contents.documents {
            let path = self.path(&document.name);
            let there = self.disk.fs.metadata(&path);
            let there = there.map_err(|error| Error::io(&path, "look at", error))?;
            if there.size != document.size {
                return Err(refused(
                    &path,
                    "it has not the size that it was exported with",
                ));
            }
        }
        Ok(())
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn exported(&self) -> SystemTime {
        self.contents.exported
    }

    /// What it says of its documents.
    pub(crate) fn documents(&self) -> &[ExportedDocument] {
        &self.contents.documents
    }

    /// The names of its documents, sorted.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        let documents = self.contents.documents.iter();
        documents.map(|document| document.name.as_str()).collect()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The permissions of a document's file.
    pub(crate) fn mode(&self, name: &str) -> Result<u32> {
        let path = self.path(name);
        let there = self.disk.fs.metadata(&path);
        Ok(there
            .map_err(|error| Error::io(&path, "look at", error))?
            .mode)
    }

    /// What a file holds: what was exported, or an error.
    pub(crate) fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>> {
        let path = self.path(name);
        let bytes = read(self.disk, &path, limit)?;
        let found = integrity::digest(&bytes);
        match self.sums.get(name) {
            Some(expected) if *expected == found => Ok(bytes),
            Some(expected) => Err(refused(
                &path,
                format!("checksum mismatch: {expected} is listed, {found} is found"),
            )),
            None => Err(refused(&path, "no list names it")),
        }
    }
}

/// The names of an export, all of them of regular files.
fn names(disk: &Disk, dir: &Path) -> Result<BTreeSet<String>> {
    let names = disk.fs.read_dir(dir);
    let names = names.map_err(|error| Error::io(dir, "list", error))?;
    let mut found = BTreeSet::new();
    for name in names {
        let path = dir.join(&name);
        let there = disk.fs.metadata(&path);
        if !there
            .map_err(|error| Error::io(&path, "look at", error))?
            .is_file()
        {
            return Err(misplaced(
                &path,
                "an export has files in it, no links and no folders",
            ));
        }
        let name = name.into_string();
        found.insert(name.map_err(|_| misplaced(&path, "its name is not UTF-8"))?);
    }
    Ok(found)
}

/// Reads a file, not through a link that has taken its place.
fn read(disk: &Disk, path: &Path, limit: u64) -> Result<Vec<u8>> {
    let file = disk
        .fs
        .open(path, &OpenOptions::read().final_link(FinalLink::Refuse));
    let bytes = file.and_then(|file| file.read_all(limit));
    bytes.map_err(|error| Error::io(path, "read", error))
}
