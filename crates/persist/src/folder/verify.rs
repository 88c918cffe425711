//! Checking an export without importing it.

use std::path::Path;

use super::report::Exported;
use super::source::Source;
use super::{Folder, is_taken};
use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::layout::{EXPORT_MANIFEST, EXPORT_SUMS};

impl Folder {
    /// Checks that every file of an export is there, is listed, and holds what was exported, as
    /// [`import`](Self::import) does before it changes anything. `None` if `from` is no export.
    ///
    /// Whether the values fit the types of a program is found out by
    /// [`preview_import`](Self::preview_import).
    pub fn verify_export(from: impl AsRef<Path>) -> Result<Option<Exported>> {
        let (disk, from) = (Disk::default(), from.as_ref());
        if !is_export(&disk, from)? {
            return Ok(None);
        }
        let source = Source::open(&disk, from, |name| !is_taken(name))?;
        for document in source.documents() {
            source.read(&document.name, document.size)?;
        }
        Ok(Some(Exported {
            path: from.to_owned(),
            exported: source.exported(),
            documents: source.documents().to_vec(),
        }))
    }
}

/// By either of its lists, for the other may be missing or damaged.
fn is_export(disk: &Disk, from: &Path) -> Result<bool> {
    for (list, sign) in [
        (EXPORT_MANIFEST, "\"persist-export/"),
        (EXPORT_SUMS, EXPORT_MANIFEST),
    ] {
        let path = from.join(list);
        let there = disk.fs.find(&path);
        let there = there.map_err(|error| Error::io(&path, "look at", error))?;
        let Some(there) = there.filter(vfs::Metadata::is_file) else {
            continue;
        };
        // Something else of that name need not be readable.
        let text = disk.fs.read(&path, there.size).unwrap_or_default();
        if text.windows(sign.len()).any(|part| part == sign.as_bytes()) {
            return Ok(true);
        }
    }
    Ok(false)
}
