//! Program state in files people can read, with the trust people give a database.

mod backup;
mod damage;
mod disk;
mod document;
mod envelope;
mod error;
mod form;
mod held;
mod instant;
mod layout;
mod options;
mod policy;
mod preserve;
mod quarantine;
mod read;
mod recover;
mod report;
mod revision;
mod save;

pub use atomic_io::{Durability, OnDisk};
pub use backup::{Backup, BackupKind};
pub use compress::Codec;
pub use damage::{Damage, DamageKind, Position};
pub use document::Document;
pub use error::{Error, ErrorKind, Result};
pub use lock::Wait;
pub use migrate::{Chain, Label};
pub use options::Options;
pub use policy::{Backups, FlatNames, HandEdits, Keys, Layout, Member, RecoveryPolicy};
pub use report::{Health, Loaded, Recovery, Repair, Skipped, Source, Verification};
pub use revision::Revision;
