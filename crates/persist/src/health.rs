//! In which state a document and its copies are.

use std::time::SystemTime;

use compress::Codec;
use migrate::Label;
use serde::{Serialize, Serializer};

use crate::backup::Backup;
use crate::damage::Damage;
use crate::instant;
use crate::policy::Layout;
use crate::records::UnreadRecord;

/// What [`verify`](crate::Document::verify) found. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// The document.
    pub document: Health,
    /// Its backups and other copies, newest first.
    pub backups: Vec<(Backup, Health)>,
}

impl Verification {
    /// Whether nothing is wrong: no file is damaged or refused. A document that is missing is not
    /// damaged.
    pub fn is_good(&self) -> bool {
        let is_good = |health: &Health| matches!(health, Health::Good { .. } | Health::Missing);
        is_good(&self.document) && self.backups.iter().all(|(_, health)| is_good(health))
    }
}

/// The state of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Health {
    /// There is no such file.
    Missing,
    /// It can be loaded.
    #[non_exhaustive]
    Good {
        /// Whether a checksum says that it is what was saved.
        sealed: bool,
        /// Its checksum does not match, and [`HandEdits::Accept`](crate::HandEdits::Accept) took it.
        hand_edited: bool,
        /// Its save counter, where the layout stores one.
        revision: Option<u64>,
        /// The version of the value as the file says it, if it says one.
        version: Option<Label>,
        /// When it was saved, where the layout stores that.
        #[serde(serialize_with = "rfc3339")]
        updated: Option<SystemTime>,
        /// How it looks.
        #[serde(serialize_with = "displayed")]
        layout: Layout,
        /// How it is compressed.
        #[serde(serialize_with = "displayed")]
        codec: Codec,
        /// Records in it that are kept, and not read.
        unread: Vec<UnreadRecord>,
        /// Bytes on the disk.
        size: u64,
    },
    /// It is damaged.
    Damaged(Damage),
    /// It can't be used, and may be whole: the message of the error that a load gives.
    Refused(String),
}

fn displayed<V: std::fmt::Display, S: Serializer>(
    value: &V,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
pub(crate) fn rfc3339<S: Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(instant::to_rfc3339).serialize(serializer)
}
