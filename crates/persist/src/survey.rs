//! What lies in a directory: for tools that are given one, and no document.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use vfs::{Fs, Metadata};

use crate::backup::is_beside_copy;
use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::layout::{Place, is_document_name, is_quarantine_name, lock_name};

/// What lies in a directory. Nothing was read but names, and the locks of temporary files, which say
/// whether their writers live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// Files called `*.json`, `*.json.gz` or `*.json.zst`, and every other file that has a lock file
    /// beside it. A name is no promise: [`verify`](crate::Document::verify) finds out what they are.
    pub documents: Vec<PathBuf>,
    /// Damaged files that were set aside.
    pub quarantined: Vec<PathBuf>,
    /// Temporary files of dead writers, here and among the backups: [`sweep`] removes them.
    pub leftovers: Vec<PathBuf>,
    /// Temporary files that are being written now.
    pub in_progress: Vec<PathBuf>,
}

/// Looks through a directory and the folder of its backups, not deeper. By name, sorted.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path();
/// use persist::Document;
///
/// Document::<Vec<String>>::at(dir.join("notes.json")).save(&vec!["tea".into()])?;
/// let survey = persist::survey(dir)?;
/// assert_eq!(survey.documents, [dir.join("notes.json")]);
/// assert!(survey.leftovers.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn survey(dir: impl AsRef<Path>) -> Result<Survey> {
    let (disk, dir) = (Disk::default(), dir.as_ref());
    let mut survey = names(&*disk.fs, dir)?;
    for dir in [dir, &Place::backup_folder_of(dir)] {
        let found = disk.writer().preview_sweep(dir).map_err(Error::replace)?;
        survey.leftovers.extend(found.removed);
        survey.in_progress.extend(found.alive);
    }
    Ok(survey)
}

/// Removes the temporary files of dead writers from a directory and the folder of its backups, as
/// [`Document::sweep`](crate::Document::sweep) does. Returns their paths.
pub fn sweep(dir: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
    Disk::default().sweep(dir.as_ref())
}

fn names(fs: &dyn Fs, dir: &Path) -> Result<Survey> {
    let listed = fs.read_dir(dir);
    let all: BTreeSet<OsString> = listed
        .map_err(|error| Error::io(dir, "list", error))?
        .into_iter()
        .collect();
    let mut survey = Survey::default();
    for name in &all {
        let path = dir.join(name);
        if is_quarantine_name(name) {
            survey.quarantined.push(path);
        } else if is_document(name, &all) && is_file(fs, &path) {
            survey.documents.push(path);
        }
    }
    Ok(survey)
}

fn is_document(name: &OsStr, all: &BTreeSet<OsString>) -> bool {
    all.contains(&lock_name(name)) || (is_document_name(name) && !is_beside_copy(name))
}

/// Behind links, too. What can't be looked at is left to who opens it, and tells why.
fn is_file(fs: &dyn Fs, path: &Path) -> bool {
    Place::resolve(fs, path)
        .and_then(|place| fs.find(place.document()))
        .map_or(true, |there| there.as_ref().is_some_and(Metadata::is_file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_from_what_lies_beside_them() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let fs = &*Disk::default().fs;
        let put = |name: &str| {
            let options = vfs::OpenOptions::create_new();
            drop(fs.open(&dir.join(name), &options).unwrap());
        };
        let documents = ["a.json", "b.json.gz", "state"];
        for name in documents {
            put(name);
        }
        for beside in [
            "a.json.lock",
            "a.json.bak",
            "a.json.v2.bak",
            "a.json.before-restore",
            "state.lock",
            "a.20261120_031032_7_pinned.backup.json",
            "readme.md",
        ] {
            put(beside);
        }
        put("a.json.damaged-7");
        put(".a.json.0123456789abcdef.tmp");
        fs.create_dir(&dir.join("folder.json")).unwrap();
        fs.symlink(Path::new("a.json"), &dir.join("link.json"))
            .unwrap();

        let survey = survey(dir).unwrap();
        let paths =
            |names: &[&str]| -> Vec<PathBuf> { names.iter().map(|name| dir.join(name)).collect() };
        assert_eq!(
            survey.documents,
            paths(&["a.json", "b.json.gz", "link.json", "state"])
        );
        assert_eq!(survey.quarantined, paths(&["a.json.damaged-7"]));
        assert_eq!(survey.leftovers, paths(&[".a.json.0123456789abcdef.tmp"]));
        assert_eq!(sweep(dir).unwrap(), survey.leftovers);
    }
}
