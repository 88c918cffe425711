//! Program state in files people can read, with the trust people give a database.
//!
//! Programs keep settings, contacts, counters and notes in JSON files, and most write them badly: a
//! crash leaves an empty file, two processes lose each other's changes, a damaged file stops the
//! program at every start or is silently replaced by defaults, and an old release destroys what a new
//! one wrote. This crate keeps the file one that people can open, diff, `jq` and edit, and makes it
//! as trustworthy as a database. It refuses to guess: a file that it can't read is never written
//! over, what it repairs it says, and what is damaged it keeps.
//!
//! ```
//! # let dir = tempfile::tempdir()?;
//! # std::env::set_current_dir(&dir)?;
//! # #[derive(Default, serde::Serialize, serde::Deserialize)]
//! # struct Settings { launches: u64 }
//! let settings = persist::Document::<Settings>::at("settings.json");
//! settings.update(|s| s.launches += 1)?;
//! println!("{}", settings.load_or_default()?.launches);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! * [`Document`] is one typed value in one file. [`load`](Document::load) reads it;
//!   [`update`](Document::update) changes it, one process at a time; [`save`](Document::save) and
//!   [`compare_and_save`](Document::compare_and_save) replace it; [`overwrite`](Document::overwrite)
//!   does so whatever is there.
//! * [`Options`] says how it is kept: [`Layout`], [`TextForm`], [`Keys`], versions as a [`Chain`], [`Codec`], [`Backups`],
//!   [`RecoveryPolicy`], [`HandEdits`], rules of the program's own.
//! * [`Json`] is a value that nobody reads, kept to the last digit: for tools, and for parts that
//!   belong to others.
//! * [`Records`] and [`KeyedRecords`] are members that lose no record that the program can't read.
//! * [`Counter`] hands out numbers, none of them twice, whatever is restored or recovered.
//! * [`Loaded`] is a value and what there is to say about it, above all its [`Recovery`].
//!   A damaged document comes back from a backup, or from what still parses in it:
//!   [`salvage`](Document::salvage) shows that, [`recover`](Document::recover) does it,
//!   [`on_damage`](Options::on_damage) lets the program decide.
//! * [`migrate`](Document::migrate) and [`downgrade`](Document::downgrade) write the file as another version, and
//!   [`preview_migration`](Document::preview_migration) shows before what would change.
//! * [`Backup`] is a copy: [`backups`](Document::backups), [`restore`](Document::restore),
//!   [`undo_restore`](Document::undo_restore), [`verify`](Document::verify).
//! * [`Folder`] is all documents of a folder: [`export`](Folder::export), [`import`](Folder::import) with a
//!   [preview](Folder::preview_import), all or nothing, and [`undo_import`](Folder::undo_import).
//! * `Document::watch` (feature `watch`) tells of changes that others make. Within a process clones of a
//!   document, and other documents of the same path, share the file as processes do: what one saves the
//!   others load.
//! * [`Error`] says by its [`kind`](Error::kind) what to do next, and by [`on_disk`](Error::on_disk)
//!   what to believe.
//!
//! A save is one pipeline, and a load is the same backwards:
//!
//! ```text
//! value ─ serde ─> JSON ─ envelope, version ─> text ─ seal ─> text ─ compress ─> bytes ─ replace ─> file
//! ```
//!
//! # A program that grows
//!
//! A file of a former release is migrated when it is read, and stays as it is until the first save,
//! which keeps a copy of it for good. Damage is repaired from the newest good backup, or if there is none
//! from what still parses.
//!
//! ```
//! use persist::{Chain, Document, Source};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
//! struct Window { theme: String, width: u32 }
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("window.json");
//! # Document::<serde_json::Value>::at(&path).save(&serde_json::json!({ "dark": true }))?;
//! // The last release wrote version 1, { "dark": true }.
//! let window = Document::<Window>::options()
//!     .versions(Chain::new(1).step(2, |v| {
//!         let dark = v["dark"].as_bool().ok_or("`dark` is not a boolean")?;
//!         *v = serde_json::json!({ "theme": if dark { "dark" } else { "light" }, "width": 640 });
//!         Ok(())
//!     }))
//!     .on_recovery(|recovery| eprintln!("{recovery}"))
//!     .at(&path);
//!
//! let loaded = window.load()?.expect("there is one");
//! assert_eq!(loaded.theme, "dark");
//! assert_eq!(loaded.migrated_from, Some(1.into()));
//! window.update(|w| w.width = 800)?;
//! window.update(|w| w.width = 801)?;
//!
//! // Something writes into the file that should not.
//! # use std::fs;
//! fs::write(&path, &fs::read(&path)?[..100])?;
//!
//! let loaded = window.load()?.expect("there is one");
//! assert_eq!(loaded.width, 800);
//! let recovery = loaded.recovery.expect("it was damaged");
//! assert!(matches!(recovery.source, Source::Backup(_)));
//! assert!(recovery.quarantined.is_some_and(|kept| fs::read(kept).unwrap().len() == 100));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A file that is there already
//!
//! A program adopts the file that it has: plain JSON of any shape, sealed or not, compressed or not.
//!
//! ```
//! use persist::{Chain, Document, FlatNames, Layout};
//! use std::collections::BTreeMap;
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("mapping.json");
//! # use std::fs;
//! fs::write(&path, r#"{"version":"1.0","updated":"2025-12-07T10:30:00+00:00","mappings":{}}"#)?;
//!
//! type Mapping = BTreeMap<String, BTreeMap<String, String>>;
//! let mapping = Document::<Mapping>::options()
//!     .layout(Layout::Flat(FlatNames::default()))
//!     .versions(Chain::new("1.0"))
//!     .at(&path);
//! mapping.update(|all| all.entry("mappings".into()).or_default().insert("T-1".into(), "42".into()))?;
//!
//! let text = fs::read_to_string(&path)?; // the same file, sealed, with a revision
//! assert!(text.contains(r#""version": "1.0""#) && text.contains(r#""T-1": "42""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A log
//!
//! With the feature `tracing`, every load, save, backup, restore and prune is an event of the target
//! `persist`, and what is damaged, with each step of what is done about it, of `persist::recovery`.
//! Fields are `path`, `revision`, `copy`, `source` and `reason`; levels are `INFO`, `WARN` (damage, and
//! what was not done because of what is there) and `ERROR` (no value, or nothing written). The library
//! sets up no subscriber: where that goes is the program's affair.
//!
//! # Guarantees
//!
//! What each call leaves on the disk at each moment stands in `docs/formats/document.md`, and each
//! step of it is explored by a crash simulator.
//!
//! * **Acknowledged is durable.** After `Ok` the new value survives a crash, a kill and a power cut at
//!   any later moment. Before it, there is the old value or the new one, whole.
//! * **No update is lost**: [`update`](Document::update) works under a lock that holds between
//!   processes and threads.
//! * **No wrong value.** Every change of a byte and every truncation of a file that carries a checksum
//!   ([`Layout::Wrapped`], and [`Layout::Flat`] unless its checksum is left out) is found, or leaves the
//!   value as it was (line ends).
//! * **Nothing is destroyed silently.** What is damaged, newer, unreadable, or not what the type reads
//!   is never written over, except by [`overwrite`](Document::overwrite) and
//!   [`restore`](Document::restore), which set it aside first. A damaged file is never taken for a missing one,
//!   nor copied over a good backup, and a backup that can't be read never makes a good one go.
//! * **What is saved can be loaded.** A value that JSON, the layout or the program's own rules would
//!   not give back is refused before anything is touched.
//! * **No record is lost by saving its neighbours**: what stands in [`Records`] and [`KeyedRecords`] and
//!   is JSON, but not what the type reads, is written back as it is.
//! * **Hostile files** lead to an error with a kind, a path and a place: no panic, no recursion without
//!   end, no memory beyond a few times the [size limit](Options::size_limit).
//!
//! # Limitations
//!
//! * The whole file is read and written each time. What grows without end belongs elsewhere.
//! * The lock is advisory: a program that writes the file without it can be lost, or lose others'
//!   changes. It can't go unnoticed where there is a checksum.
//! * A reader takes no lock, so it may see a value that is not yet durable.
//! * A checksum is not a signature: whoever can write the file can seal it.
//! * In [`Layout::Bare`], and in a flat file without a checksum, damage that leaves JSON which fits the
//!   type can't be seen.
//! * What is salvaged is whole record by record, and not checked by anything else: a list may have fewer
//!   records than it had. [`Recovery::lost`] says which, and the damaged file is kept.
//! * A value on its way through older versions is a `serde_json::Value`. Numbers that a step does not
//!   touch keep their digits all the same; a file with one that no double holds (`1e400`) is refused,
//!   untouched. So is one in a member that the program's type reads as a number.
//! * [`Json`], [`Records`] and [`KeyedRecords`] can't stand below `#[serde(flatten)]`, `#[serde(untagged)]`
//!   and an internal tag: serde reads those into values of its own first.
//! * With [`Untouched::Keep`] a record in an array that has changed in all its members and moved, too, is
//!   a new one: what the type does not know of it goes.
//! * Programs that read the files of a folder without this crate may see some of an import and not the
//!   rest, see [`Folder`].
//! * The lock file and, where there are backups, the folder `backups` stay beside the document.

mod document;
mod options;
mod policy;

mod counter;

mod held;
mod migration;
mod prospects;
mod read;
mod recover;
mod rewrite;
mod save;

mod folder;

#[cfg(feature = "watch")]
mod watch;

mod alongside;
mod backup;
mod preserve;
mod quarantine;

mod envelope;
mod form;
mod json;
mod records;

mod disk;
mod layout;
mod survey;

mod damage;
mod error;
mod events;
mod health;
mod instant;
mod report;
mod revision;

pub use atomic_io::{Durability, OnDisk};
pub use backup::{Backup, BackupKind};
pub use compress::Codec;
pub use counter::{Counter, CounterFinding, CounterOptions, CounterRepair};
pub use damage::{Damage, DamageKind, Position};
pub use document::Document;
pub use error::{Error, ErrorKind, Result};
pub use folder::{Effect, Exported, ExportedDocument, Folder, Import, ImportedDocument, Undone};
pub use health::{Health, Verification};
pub use json::{Json, JsonError, JsonErrorKind};
pub use lock::{Holder, Status as LockStatus, Wait};
pub use migrate::{Chain, Change, Label, Preview, Step};
pub use migration::Migration;
pub use options::Options;
pub use policy::{
    Backups, Decision, FlatNames, HandEdits, Keys, Layout, Member, Naming, RecoveryPolicy,
    Retention, TextForm, Unchanged, Untouched,
};
pub use prospects::{Prospects, Salvaged};
pub use records::{KeyedRecords, RecordPlace, Records, UnreadRecord};
pub use report::{Loaded, Overwritten, Recovery, Repair, Skipped, Source};
pub use revision::Revision;
pub use salvage::{Key as RecordKey, Lost, Reason as LostReason};
pub use survey::{Survey, survey, sweep};
#[cfg(feature = "watch")]
pub use watch::Watch;
