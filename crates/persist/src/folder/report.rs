//! What an export has written, and what an import changes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use migrate::{Change, Label};
use serde::Serialize;

use super::contents::{ExportedDocument, write_time};
use crate::instant;
use crate::report::lossy;

/// What an [`export`](crate::Folder::export) has written.
///
/// Displays as a line for each document, without a newline at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Exported {
    /// The new folder.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// When.
    #[serde(serialize_with = "write_time")]
    pub exported: SystemTime,
    /// The documents, sorted by name.
    pub documents: Vec<ExportedDocument>,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = instant::to_rfc3339(self.exported);
        write!(f, "exported to {} at {time}", self.path.display())?;
        self.documents
            .iter()
            .try_for_each(|document| write!(f, "\n  {}: {} bytes", document.name, document.size))
    }
}

/// What an [`import`](crate::Folder::import) has changed, or, from a
/// [preview](crate::Folder::preview_import), what it would change.
///
/// Displays as a line for each document and one for each change in it, without a newline at the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Import {
    /// The export.
    #[serde(serialize_with = "lossy")]
    pub from: PathBuf,
    /// When it was made.
    #[serde(serialize_with = "write_time")]
    pub exported: SystemTime,
    /// Its documents, sorted by name.
    pub documents: Vec<ImportedDocument>,
    /// Documents of the folder that the export does not have, sorted by name. They stay.
    pub untouched: Vec<String>,
}

/// One document of an import.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ImportedDocument {
    /// The name of its file.
    pub name: String,
    /// What becomes of it.
    pub effect: Effect,
    /// The version of its new value, where its layout stores that.
    pub version: Option<Label>,
    /// The version that it has in the export, if that is an older one.
    pub migrated_from: Option<Label>,
}

/// What becomes of a document by an import. Sizes are bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// It was not there.
    #[non_exhaustive]
    New {
        /// Its size.
        size: u64,
    },
    /// It holds the same bytes already, and is left alone.
    Same,
    /// It gets another content.
    #[non_exhaustive]
    Changed {
        /// The size that it had.
        from: u64,
        /// The size that it has.
        to: u64,
        /// How the values differ: a JSON Patch (RFC 6902). Empty if only what stands beside the value
        /// does; `None` where a value can't be shown so.
        changes: Option<Vec<Change>>,
    },
    /// What was there could not be used; it is set aside.
    #[non_exhaustive]
    Replaced {
        /// Why not.
        reason: String,
        /// The size that it has.
        to: u64,
    },
}

impl Import {
    pub(crate) fn new(from: &Path, exported: SystemTime) -> Self {
        Self {
            from: from.to_owned(),
            exported,
            documents: Vec::new(),
            untouched: Vec::new(),
        }
    }

    /// Whether any document changes.
    pub fn changes_anything(&self) -> bool {
        self.changed().next().is_some()
    }

    pub(crate) fn changed(&self) -> impl Iterator<Item = &ImportedDocument> {
        let documents = self.documents.iter();
        documents.filter(|document| document.effect != Effect::Same)
    }
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = instant::to_rfc3339(self.exported);
        write!(f, "import of {}, exported at {time}", self.from.display())?;
        for document in &self.documents {
            write!(f, "\n  {document}")?;
        }
        self.untouched
            .iter()
            .try_for_each(|name| write!(f, "\n  {name}: not in the export, stays"))
    }
}

impl fmt::Display for ImportedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        let changes = match &self.effect {
            Effect::Same => return f.write_str("the same"),
            Effect::New { size } => {
                write!(f, "new, {size} bytes")?;
                None
            }
            Effect::Changed { from, to, changes } => {
                write!(f, "changed, {from} to {to} bytes")?;
                match changes.as_deref() {
                    Some([]) => f.write_str(", the same value")?,
                    Some([_]) => f.write_str(", 1 change")?,
                    Some(changes) => write!(f, ", {} changes", changes.len())?,
                    None => {}
                }
                changes.as_deref()
            }
            Effect::Replaced { reason, to } => {
                write!(f, "{to} bytes, for a file that is set aside ({reason})")?;
                None
            }
        };
        if let (Some(from), Some(to)) = (&self.migrated_from, &self.version) {
            write!(f, ", migrated from version {from} to {to}")?;
        }
        changes
            .unwrap_or_default()
            .iter()
            .try_for_each(|change| write!(f, "\n    {change}"))
    }
}

/// What an [`undo_import`](crate::Folder::undo_import) has done. All names are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Undone {
    /// Documents that are what they were before.
    pub restored: Vec<String>,
    /// Documents that were not there before, and are gone.
    pub removed: Vec<String>,
    /// Those of both that somebody had changed since the import. What they held is kept like
    /// everything that is replaced: undo the undo, and it is back.
    pub changed_since: Vec<String>,
}
