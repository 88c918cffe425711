//! A document as another version: a look at what would change, and the change itself.

use std::fmt;
use std::path::Path;

use migrate::{Chain, Label, Preview, Step};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backup::{self, Backup, BackupKind, migration};
use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::form::{Stuck, Unread};
use crate::held::Held;
use crate::read::{Good, State};
use crate::revision::Revision;

/// What a migration or a downgrade has done to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// The version the file had.
    pub from: Label,
    /// The version it has.
    pub to: Label,
    /// The steps taken, in order.
    pub steps: Vec<Step>,
    /// The file as it was, byte for byte. It is never removed, and
    /// [`restore`](Document::restore) goes back to it.
    pub backup: Backup,
    /// The state of the document now.
    pub revision: Revision,
}

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.steps.iter().map(Step::to_string).collect();
        let kept = self.backup.path().display();
        write!(f, "{}; the file as it was is {kept}", names.join(", "))
    }
}

impl<T: Serialize + DeserializeOwned> Document<T> {
    /// What [`migrate`](Self::migrate) would change; `None` if there is nothing to do. A dry run: it
    /// takes no lock, touches nothing, and fails as the migration would.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("window.json");
    /// use persist::{Chain, Document};
    /// use serde_json::{Value, json};
    ///
    /// # Document::<Value>::at(&path).save(&json!({ "dark": true }))?;
    /// let window = Document::<Value>::options()
    ///     .versions(Chain::new(1).step(2, |value| {
    ///         *value = json!({ "theme": if value["dark"] == true { "dark" } else { "light" } });
    ///         Ok(())
    ///     }))
    ///     .at(&path);
    ///
    /// let preview = window.preview_migration()?.expect("the file is of version 1");
    /// assert_eq!(
    ///     preview.to_string(),
    ///     "1 to 2: 1 step, 2 changes\n  - /dark: true\n  + /theme: \"dark\""
    /// );
    /// let done = window.migrate()?.expect("the file is of version 1");
    /// assert_eq!(done.to, 2.into());
    /// assert!(window.migrate()?.is_none());
    ///
    /// window.restore(&done.backup)?; // and it is a file of version 1 again
    /// assert!(window.preview_migration()?.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn preview_migration(&self) -> Result<Option<Preview>> {
        let Some(chain) = self.settings().form.chain() else {
            return Ok(None);
        };
        match self.file()? {
            Some(good) if good.content.migrated_from.is_some() => {
                let preview = self.settings().form.preview(chain, &good.bytes);
                preview.map(Some).map_err(|unread| self.unread(unread))
            }
            _ => Ok(None),
        }
    }

    /// Writes a file of an older version as the current one, now; `None` if there is nothing to do: no
    /// file, or the current version.
    ///
    /// The file as it was is kept first, durably, and read back. A damaged file is recovered before, as
    /// by [`update`](Self::update). If a step fails, nothing is changed, and the error names the step.
    ///
    /// Nobody has to call this: loads migrate in memory, and the first save does on the disk what this
    /// does.
    pub fn migrate(&self) -> Result<Option<Migration>> {
        let migrated = self.hold().and_then(|held| held.migrate());
        migrated.inspect_err(events::failed)
    }

    /// What [`downgrade`](Self::downgrade) would change; `None` if there is nothing to do. Touches
    /// nothing.
    pub fn preview_downgrade(&self, to: impl Into<Label>) -> Result<Option<Preview>> {
        let (to, chain) = (to.into(), self.chain_to_go_down()?);
        let Some(good) = self.file()? else {
            return Ok(None);
        };
        let preview = (self.settings().form).preview_older(chain, &to, &good.bytes);
        let preview = preview.map_err(|unread| self.unread(unread))?;
        Ok(Some(preview).filter(|preview| !preview.steps.is_empty()))
    }

    /// Writes the file as the older version `to`, through the chain's steps down, for going back to an
    /// older release; `None` if there is nothing to do: no file, or that version.
    ///
    /// The file as it was is kept first, durably, and read back. If a step down is missing or fails, or
    /// its result is nothing that this program could read again, nothing is changed. The next save of
    /// this program writes the current version again.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("notes.json");
    /// use persist::{Chain, Document};
    /// use serde_json::{Value, json};
    ///
    /// let versions = Chain::new(1)
    ///     .step(2, |value| { *value = json!([value.take()]); Ok(()) })
    ///     .down(1, |value| { *value = value[0].take(); Ok(()) });
    /// let notes = Document::<Value>::options().versions(versions).at(&path);
    /// notes.save(&json!(["tea", "milk"]))?;
    ///
    /// let done = notes.downgrade(1)?.expect("the file is of version 2");
    /// let old_release = Document::<Value>::at(&path); // knows version 1
    /// assert_eq!(old_release.load_or_default()?, "tea");
    /// assert!(std::fs::read_to_string(done.backup.path())?.contains("milk"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn downgrade(&self, to: impl Into<Label>) -> Result<Option<Migration>> {
        let older = self.hold().and_then(|held| held.downgrade(to.into()));
        older.inspect_err(events::failed)
    }

    fn chain_to_go_down(&self) -> Result<&Chain> {
        self.settings().form.chain().ok_or_else(|| {
            let shown = self.path().display();
            let message =
                format!("{shown} is left alone: no versions are known for it; give it a chain");
            Error::new(ErrorKind::UnknownVersion, self.path(), message)
        })
    }

    /// The file for a dry run, which recovers nothing.
    fn file(&self) -> Result<Option<Box<Good<T>>>> {
        let place = self.place()?;
        match self.look(&place) {
            State::Missing => Ok(None),
            State::Good(good) => Ok(Some(good)),
            State::Refused(error) => Err(error),
            State::Damaged(damaged) => {
                Err(damaged.into_error(place.document(), "load it to recover it first"))
            }
        }
    }

    fn unread(&self, unread: Unread) -> Error {
        unread.into_error(self.path())
    }
}

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    fn migrate(&self) -> Result<Option<Migration>> {
        let form = &self.document.settings().form;
        let (Some(chain), Some(good)) = (form.chain(), self.current()?) else {
            return Ok(None);
        };
        let Some(from) = good.content.migrated_from.clone() else {
            return Ok(None);
        };
        let to = chain.current().clone();
        let shape = self.shape_after(Some(&good));
        let before = self.before(&good)?;
        let encoded = self.encode(&good.content.value, &shape, before.as_ref())?;
        let backup = self.keep_version(&good, &from)?;
        let revision = self.put_over(Some(&good), &encoded)?;
        Ok(Some(Migration {
            steps: chain.steps(&from, &to),
            from,
            to,
            backup,
            revision,
        }))
    }

    fn downgrade(&self, to: Label) -> Result<Option<Migration>> {
        let chain = self.document.chain_to_go_down()?;
        let Some(good) = self.current()? else {
            return Ok(None);
        };
        let path = self.place.document();
        let mut shape = self.shape_after(Some(&good));
        shape.version = Some(to.clone());
        let form = &self.document.settings().form;
        let older = form.older(chain, &to, &good.bytes, &shape);
        let Some(older) = older.map_err(|stuck| stuck.into_error(path))? else {
            return Ok(None);
        };
        let backup = self.keep_version(&good, &older.from)?;
        let revision = self.put_over(Some(&good), &older.encoded)?;
        Ok(Some(Migration {
            from: older.from,
            to,
            steps: older.steps,
            backup,
            revision,
        }))
    }

    /// Keeps the file for good before it becomes one of another version.
    pub(crate) fn keep_version(&self, good: &Good<T>, version: &Label) -> Result<Backup> {
        let (disk, document) = (&self.document.settings().disk, self.place.document());
        let original = good.original(document);
        let path = migration::keep_version(disk, &self.place, version, &original)?;
        events::backed_up(document, &path);
        let gone = {
            let message = format!("{} is gone", path.display());
            Error::new(ErrorKind::Missing, &path, message)
        };
        backup::undated(disk, path, BackupKind::Version)?.ok_or(gone)
    }
}

impl Stuck {
    fn into_error(self, path: &Path) -> Error {
        match self {
            Self::Unread(unread) => unread.into_error(path),
            Self::Unwritable(reason) => reason.into_error(path),
        }
    }
}

impl Unread {
    /// Of a file that was good a moment ago.
    fn into_error(self, path: &Path) -> Error {
        match self {
            Self::Refused(refusal) => refusal.into_error(path),
            Self::Damaged { damage, .. } => Error::damaged(path, damage, "load it to recover it"),
        }
    }
}
