//! What a load has to tell beside the value.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::SystemTime;

use migrate::Label;
use salvage::Lost;
use serde::{Serialize, Serializer};

use crate::backup::Backup;
use crate::damage::Damage;
use crate::records::UnreadRecord;
use crate::revision::Revision;

/// A value, and how it was come by.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Loaded<T> {
    /// The value.
    pub value: T,
    /// Which state of the document this is, for
    /// [`compare_and_save`](crate::Document::compare_and_save). `None` if there is no such file: the
    /// value comes from a backup or is the default, and the disk could not be repaired.
    pub revision: Option<Revision>,
    /// When it was saved, where the layout stores that.
    pub updated: Option<SystemTime>,
    /// The version that the file has, if it is an older one. The file stays so until the next save.
    pub migrated_from: Option<Label>,
    /// The checksum does not match, and [`HandEdits::Accept`](crate::HandEdits::Accept) took the file.
    pub hand_edited: bool,
    /// The records in [`Records`](crate::Records) and [`KeyedRecords`](crate::KeyedRecords) that are not
    /// what the type reads. They are kept by the next save.
    pub unread: Vec<UnreadRecord>,
    /// What was damaged, and what was done about it.
    pub recovery: Option<Recovery>,
}

impl<T> Loaded<T> {
    /// The value alone.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Loaded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What [`overwrite`](crate::Document::overwrite) did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overwritten {
    /// The state that the document has now.
    pub revision: Revision,
    /// Where the file is kept that was there, if it was damaged or could not be read. A good one is
    /// backed up.
    pub set_aside: Option<PathBuf>,
}

/// What was damaged, where the value came from instead, what was kept and what was lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Recovery {
    /// The document.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// What was wrong with it.
    pub damage: Damage,
    /// The revision that the damaged file claims to have been, if that can still be read.
    pub damaged_revision: Option<u64>,
    /// Where the value came from. After a backup, everything that was saved after it is lost, except
    /// for what can be read from the quarantined file.
    pub source: Source,
    /// What was lost when the value was salvaged, record by record. The ranges are bytes of the
    /// quarantined file's text, decompressed. Empty: nothing was; or it was not salvaged.
    pub lost: Vec<Lost>,
    /// Where the damaged bytes are kept now. `None`: at the document's own path.
    #[serde(serialize_with = "lossy_option")]
    pub quarantined: Option<PathBuf>,
    /// Newer backups that could not be used, and why; and the file itself, if nothing could be salvaged.
    pub skipped: Vec<Skipped>,
    /// Whether the document is whole again on the disk.
    pub repair: Repair,
}

/// Where a recovered value came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// A backup.
    Backup(Backup),
    /// The damaged file itself: what still parses in it.
    Salvage,
    /// The default, as [`RecoverOrDefault`](crate::RecoveryPolicy::RecoverOrDefault) allows.
    Default,
    /// Nowhere: there is no value.
    Nothing,
}

/// A file that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Skipped {
    /// The backup, or the document.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// Why not.
    pub reason: String,
}

/// Whether a recovered document is whole again on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Repair {
    /// It is, durably.
    Done,
    /// It is as damaged as before, for this reason. The next load tries again.
    NotDone(String),
}

/// More in one sentence are not read.
const LOST_SHOWN: usize = 3;

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was damaged ({})", self.path.display(), self.damage)?;
        for skipped in &self.skipped {
            write!(
                f,
                "; {} could not be used: {}",
                skipped.path.display(),
                skipped.reason
            )?;
        }
        match &self.source {
            Source::Backup(backup) => {
                write!(
                    f,
                    "; its value was taken from {}, later changes are lost",
                    backup.path().display()
                )?;
            }
            Source::Salvage if self.lost.is_empty() => {
                f.write_str("; it was put right, nothing is lost")?;
            }
            Source::Salvage => {
                f.write_str("; what still parses in it was taken, and this is lost: ")?;
                for (at, lost) in self.lost.iter().take(LOST_SHOWN).enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(f, "{comma}{lost}")?;
                }
                match self.lost.len().saturating_sub(LOST_SHOWN) {
                    0 => {}
                    more => write!(f, " and {more} more")?,
                }
            }
            Source::Default => f.write_str("; no backup was usable and the default was taken")?,
            Source::Nothing => f.write_str("; no backup was usable")?,
        }
        if let Some(path) = &self.quarantined {
            write!(f, "; the damaged file is kept as {}", path.display())?;
        }
        match (&self.source, &self.repair) {
            (Source::Nothing, _) | (_, Repair::Done) => Ok(()),
            (_, Repair::NotDone(reason)) => write!(f, "; the disk was not repaired: {reason}"),
        }
    }
}

/// A path as people read it: the report must not fail where a name is not UTF-8.
pub(crate) fn lossy<S: Serializer>(
    path: &std::path::Path,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
pub(crate) fn lossy_option<S: Serializer>(
    path: &Option<PathBuf>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match path {
        Some(path) => serializer.collect_str(&path.display()),
        None => serializer.serialize_none(),
    }
}
