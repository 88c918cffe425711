//! The names beside a document, and those of a folder of documents. This is the one place that knows
//! them; the lists are in `docs/formats/document.md` and `docs/formats/folder.md`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use migrate::Label;
use vfs::{Fs, parent};

/// The folder of the timestamped backups.
const BACKUPS: &str = "backups";

/// What follows a document's name in those of its lock file and of its damaged states.
const LOCK: &str = ".lock";
const DAMAGED: &str = ".damaged-";
/// What an export has beside the documents.
pub(crate) const EXPORT_MANIFEST: &str = "MANIFEST.json";
pub(crate) const EXPORT_SUMS: &str = "SHA256SUMS";

/// What the lock of a folder is named for, and what stands before the names of an import.
const IMPORT: &str = ".import";

/// As many symbolic links as Linux follows.
const LINKS_MAX: usize = 40;

/// Where a document is, links resolved, so that everybody who shares it meets at one lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    path: PathBuf,
    name: OsString,
}

impl Place {
    /// Follows links in the last component, to the file or to where it would be.
    pub(crate) fn resolve(fs: &dyn Fs, path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..LINKS_MAX {
            match fs.find(&path)? {
                Some(there) if there.is_symlink() => {
                    path = parent(&path).join(fs.read_link(&path)?);
                }
                _ => {
                    let name = path.file_name().map(OsStr::to_owned);
                    let name = name.ok_or_else(|| {
                        io::Error::new(io::ErrorKind::InvalidFilename, "the path has no file name")
                    })?;
                    return Ok(Self { path, name });
                }
            }
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "too many symbolic links",
        ))
    }

    /// A document of this name, wherever it is: for looking at names alone.
    pub(crate) fn named(name: OsString) -> Self {
        Self {
            path: PathBuf::from(&name),
            name,
        }
    }

    /// The document itself.
    pub(crate) fn document(&self) -> &Path {
        &self.path
    }

    /// Its name in its directory.
    pub(crate) fn name(&self) -> &OsStr {
        &self.name
    }

    /// Its directory.
    pub(crate) fn dir(&self) -> &Path {
        parent(&self.path)
    }

    /// What `lock` makes of the document's path.
    pub(crate) fn lock(&self) -> PathBuf {
        self.beside(LOCK)
    }

    /// The folder of the timestamped backups.
    pub(crate) fn backup_folder(&self) -> PathBuf {
        Self::backup_folder_of(self.dir())
    }

    /// The same, of every document in a directory.
    pub(crate) fn backup_folder_of(dir: &Path) -> PathBuf {
        dir.join(BACKUPS)
    }

    /// The single backup.
    pub(crate) fn single_backup(&self) -> PathBuf {
        self.beside(".bak")
    }

    /// A link that is about to become the single backup. The name is one that `sweep` knows.
    pub(crate) fn single_backup_temp(&self) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(".bak.0000000000000000.tmp");
        self.dir().join(name)
    }

    /// The copy of a file of an older version.
    pub(crate) fn version_backup(&self, version: &Label, attempt: u32) -> PathBuf {
        self.beside(&format!(
            ".v{}{}.bak",
            safe(&version.to_string()),
            suffix(attempt)
        ))
    }

    /// Whether a name beside the document is such a copy.
    pub(crate) fn is_version_backup(&self, name: &OsStr) -> bool {
        self.extra(name)
            .is_some_and(|extra| extra.starts_with(b".v") && extra.ends_with(b".bak"))
    }

    /// What the last restore replaced.
    pub(crate) fn before_restore(&self) -> PathBuf {
        self.beside(".before-restore")
    }

    /// What an undo of a restore is about to replace.
    pub(crate) fn before_undo(&self) -> PathBuf {
        self.beside(".before-undo")
    }

    /// A damaged file that was set aside; `mark` is its revision or the time.
    pub(crate) fn quarantine(&self, mark: &str, attempt: u32) -> PathBuf {
        self.beside(&format!("{DAMAGED}{mark}{}", suffix(attempt)))
    }

    /// Whether a name beside the document is such a file.
    pub(crate) fn is_quarantine(&self, name: &OsStr) -> bool {
        self.extra(name)
            .is_some_and(|extra| extra.starts_with(DAMAGED.as_bytes()))
    }

    /// The document's name without and with its extension, as backups take them apart.
    pub(crate) fn stem_and_extension(&self) -> (&OsStr, Option<&OsStr>) {
        let name = Path::new(&self.name);
        (name.file_stem().unwrap_or(&self.name), name.extension())
    }

    /// What follows the document's name in `name`.
    fn extra<'n>(&self, name: &'n OsStr) -> Option<&'n [u8]> {
        name.as_encoded_bytes()
            .strip_prefix(self.name.as_encoded_bytes())
    }

    fn beside(&self, extra: &str) -> PathBuf {
        let mut name = self.name.clone();
        name.push(extra);
        self.dir().join(name)
    }
}

/// What documents are called as a rule.
pub(crate) fn is_document_name(name: &OsStr) -> bool {
    const ENDINGS: [&[u8]; 3] = [b".json", b".json.gz", b".json.zst"];
    let name = name.as_encoded_bytes();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a name is that of a damaged file set aside, whatever its document.
pub(crate) fn is_quarantine_name(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.windows(DAMAGED.len())
        .any(|part| part == DAMAGED.as_bytes())
}

/// The name of the lock file of what has this name.
pub(crate) fn lock_name(name: &OsStr) -> OsString {
    let mut name = name.to_owned();
    name.push(LOCK);
    name
}

/// What is locked for a whole folder.
pub(crate) fn import_lock(dir: &Path) -> PathBuf {
    dir.join(IMPORT)
}

/// An import that is decided and not finished.
pub(crate) fn import_plan(dir: &Path) -> PathBuf {
    dir.join(format!("{IMPORT}.plan"))
}

/// The way back from the last import.
pub(crate) fn import_undo(dir: &Path) -> PathBuf {
    dir.join(format!("{IMPORT}.undo"))
}

/// The name of one of the two folders in which imports are prepared.
pub(crate) fn import_stage(letter: char) -> String {
    format!("{IMPORT}.{letter}")
}

/// An export that is being written, beside its target.
pub(crate) fn exporting(target: &Path, attempt: u32) -> Option<PathBuf> {
    let mut name = OsString::from(".");
    name.push(target.file_name()?);
    name.push(format!(".exporting{}", suffix(attempt)));
    Some(parent(target).join(name))
}

/// Nothing for the first attempt at a name, then `-2`, `-3` and so on.
fn suffix(attempt: u32) -> String {
    match attempt {
        0 | 1 => String::new(),
        n => format!("-{n}"),
    }
}

/// A label as part of a name: letters, digits, `.`, `-` and `_`, of bounded length.
fn safe(label: &str) -> String {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    label
        .chars()
        .take(64)
        .map(|c| if is_safe(c) { c } else { '_' })
        .collect()
}
