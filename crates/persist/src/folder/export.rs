//! Writing an export: `docs/formats/folder.md`, section 2.

use std::io;
use std::path::{Path, PathBuf};

use integrity::manifest::Manifest;
use vfs::parent;

use super::Folder;
use super::contents::{Contents, ExportedDocument};
use super::locked::{Documents, Locked, Member};
use super::report::Exported;
use super::tree;
use crate::disk::Disk;
use crate::error::{Error, ErrorKind, Result};
use crate::instant;
use crate::layout::{EXPORT_MANIFEST, EXPORT_SUMS, exporting};

/// Names tried before it is said that something is wrong with the directory.
const NAMES_MAX: u32 = 1000;

/// Who may read a list of documents, less the umask as for any file that is created.
const LIST_MODE: u32 = 0o644;

pub(super) fn export(folder: &Folder, to: &Path) -> Result<Exported> {
    let disk = &folder.disk;
    let there = disk.fs.find(to);
    if there
        .map_err(|error| Error::io(to, "look at", error))?
        .is_some()
    {
        return Err(taken(to));
    }
    // A folder that is not there is not made, as it would be for its lock.
    let listed = disk.fs.read_dir(&folder.dir);
    listed.map_err(|error| Error::io(&folder.dir, "list", error))?;
    let locked = Locked::new(disk, &folder.dir)?;
    let documents = all(folder, &locked)?;
    let stage = create_stage(disk, to)?;
    let exported = write(folder, &documents, &stage, to);
    let published = exported.and_then(|exported| publish(disk, &stage, to).map(|()| exported));
    let exported = published.inspect_err(|_| drop(tree::remove(disk, &stage)))?;
    let synced = disk.sync_dir(parent(to));
    synced.map_err(|error| error.after("the export is there, but may not survive a power cut"))?;
    Ok(exported)
}

/// The locks of all documents, so that there is a moment at which nobody else changes any.
fn all(folder: &Folder, locked: &Locked<'_>) -> Result<Documents> {
    loop {
        let names = folder.list()?;
        let documents = locked.documents(names.iter().map(String::as_str).collect())?;
        // One that was saved for the first time meanwhile, before that moment, would be missing.
        if documents.hold(&folder.list()?) {
            return Ok(documents);
        }
    }
}

fn create_stage(disk: &Disk, to: &Path) -> Result<PathBuf> {
    let above = parent(to);
    let made = disk.fs.create_dir_all(above);
    made.map_err(|error| Error::io(above, "create", error))?;
    for attempt in 1..=NAMES_MAX {
        let stage = exporting(to, attempt).ok_or_else(|| {
            let reason =
                io::Error::new(io::ErrorKind::InvalidFilename, "the path has no file name");
            Error::io(to, "export to", reason)
        })?;
        match disk.fs.create_dir(&stage) {
            Ok(()) => return Ok(stage),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io(&stage, "create", error)),
        }
    }
    let reason = io::Error::new(
        io::ErrorKind::AlreadyExists,
        "many exports to it were cut off, and every name for another is taken",
    );
    Err(Error::io(to, "export to", reason))
}

fn write(folder: &Folder, documents: &Documents, stage: &Path, to: &Path) -> Result<Exported> {
    let disk = &folder.disk;
    let mut sums = Manifest::new();
    let mut entries = Vec::new();
    let mut put = |name: &str, bytes: &[u8], mode| {
        let digest = integrity::digest(bytes);
        sums.insert(name, digest)
            .map_err(|error| Error::unwritable(&to.join(name), error))?;
        disk.copy(&stage.join(name), bytes, mode)
    };
    for Member { name, place, .. } in documents.iter() {
        let path = place.document();
        // Gone since it was listed: then it was before the moment that is exported.
        let Some(read) = folder.known(name).read(path)? else {
            continue;
        };
        put(name, &read.bytes, read.mode)?;
        entries.push(ExportedDocument {
            name: name.clone(),
            size: read.bytes.len() as u64,
            version: read.header.version,
            revision: read.header.revision,
            updated: read.header.updated,
        });
    }
    let contents = Contents::new(instant::after(None, (disk.clock)()), entries);
    let text = contents.write();
    let text = text.map_err(|error| Error::unwritable(&to.join(EXPORT_MANIFEST), error))?;
    put(EXPORT_MANIFEST, text.as_bytes(), LIST_MODE)?;
    disk.copy(&stage.join(EXPORT_SUMS), sums.write().as_bytes(), LIST_MODE)?;
    Ok(Exported {
        path: to.to_owned(),
        exported: contents.exported,
        documents: contents.documents,
    })
}

/// The step that makes it an export.
fn publish(disk: &Disk, stage: &Path, to: &Path) -> Result<()> {
    let renamed = match disk.fs.rename_no_replace(stage, to) {
        // A rename of a folder replaces nothing but an empty folder.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => disk.fs.rename(stage, to),
        renamed => renamed,
    };
    renamed.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => taken(to),
        _ => Error::io(to, "export to", error),
    })
}

fn taken(to: &Path) -> Error {
    let message = format!(
        "{} is there already; an export makes a new folder: choose another path",
        to.display()
    );
    Error::new(ErrorKind::InvalidPath, to, message)
}
