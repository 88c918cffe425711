//! From a value to the disk.

use atomic_io::OnDisk;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backup::{SecondName, before_save};
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::form::{Before, Encoded, Shape};
use crate::held::Held;
use crate::instant;
use crate::policy::{Backups, Unchanged};
use crate::quarantine::quarantine;
use crate::read::{Good, State};
use crate::report::Overwritten;
use crate::revision::Revision;

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    /// Writes a value over what is there: nothing, or a good file.
    pub(crate) fn save(&self, there: Option<&Good<T>>, value: &T) -> Result<Revision> {
        let before = match there {
            Some(good) => self.before(good)?,
            None => None,
        };
        self.save_after(there, before.as_ref(), value)
    }

    /// What is there, for a save of what becomes of its value.
    pub(crate) fn before(&self, there: &Good<T>) -> Result<Option<Before>> {
        let before = self.document.settings().form.before(&there.content);
        before.map_err(|reason| reason.into_error(self.place.document()))
    }

    /// [`save`](Self::save), where the value in `there` has been changed.
    pub(crate) fn save_after(
        &self,
        there: Option<&Good<T>>,
        before: Option<&Before>,
        value: &T,
    ) -> Result<Revision> {
        let options = self.document.settings();
        let shape = self.shape_after(there);
        if let (Unchanged::Skip, Some(good)) = (options.unchanged, there)
            && !self.document.is_in_doubt()
        {
            let header = &good.content.header;
            let same = Shape {
                revision: header.revision.unwrap_or(shape.revision),
                updated: header.updated.unwrap_or(shape.updated),
                ..shape.clone()
            };
            let encoded = self.encode(value, &same, before)?;
            if options.form.is_same_text(&encoded.bytes, &good.bytes) {
                options.disk.settle(self.place.document(), &good.bytes)?;
                return Ok(good.revision());
            }
        }
        self.publish(there, before, value, &shape)
    }

    pub(crate) fn encode(
        &self,
        value: &T,
        shape: &Shape,
        before: Option<&Before>,
    ) -> Result<Encoded> {
        let encoded = self.document.settings().form.encode(value, shape, before);
        encoded.map_err(|reason| reason.into_error(self.place.document()))
    }

    /// How the file that is there is replaced.
    pub(crate) fn shape_after(&self, there: Option<&Good<T>>) -> Shape {
        let settings = self.document.settings();
        let content = there.map(|good| &good.content);
        settings.form.shape_after(content, (settings.disk.clock)())
    }

    /// Writes a value as a new file is written, over whatever is there.
    pub(crate) fn overwrite(&self, value: &T) -> Result<Overwritten> {
        let options = self.document.settings();
        let (good, revision, set_aside) = match self.inspect() {
            State::Missing => (None, 0, None),
            State::Good(good) => {
                let revision = good.content.header.revision;
                (Some(good), revision.unwrap_or(0), None)
            }
            State::Damaged(damaged) => {
                let original = damaged.original(self.place.document());
                let path = quarantine(&options.disk, &self.place, &original)?;
                (None, damaged.revision.unwrap_or(0), Some(path))
            }
            State::Refused(error) => (None, 0, Some(self.set_aside(error)?)),
        };
        let header = good.as_ref().map(|good| &good.content.header);
        let updated = header.and_then(|header| header.updated);
        let version = header.and_then(|header| header.version.as_ref());
        let shape = Shape {
            layout: options.form.layout.clone(),
            codec: options.form.codec_after(None),
            version: options.form.version_after(version),
            revision: revision.saturating_add(1),
            updated: instant::after(updated, (options.disk.clock)()),
        };
        let revision = self.publish(good.as_deref(), None, value, &shape)?;
        Ok(Overwritten {
            revision,
            set_aside,
        })
    }

    /// The protocol of a save: `docs/formats/document.md` says what is on the disk after each step.
    pub(crate) fn publish(
        &self,
        there: Option<&Good<T>>,
        before: Option<&Before>,
        value: &T,
        shape: &Shape,
    ) -> Result<Revision> {
        let encoded = self.encode(value, shape, before)?;
        if let Some(good) = there
            && let Some(version) = &good.content.migrated_from
        {
            self.keep_version(good, version)?;
        }
        self.put_over(there, &encoded)
    }

    /// The steps of a save that come after the copy of an older version, if there is one to make.
    pub(crate) fn put_over(&self, there: Option<&Good<T>>, encoded: &Encoded) -> Result<Revision> {
        let options = self.document.settings();
        let (disk, path) = (&options.disk, self.place.document());
        let keep = || match there {
            Some(good) => before_save(disk, &self.place, options.backups, &good.original(path)),
            None => Ok(None),
        };
        let prepare = || disk.prepare(path, &encoded.bytes, None);
        // The one copy goes over the one before, and waits for the new content, which a full disk may
        // prevent. A new name takes nothing from the others, and is made durable at the same time.
        let (prepared, kept) = if options.backups == Backups::Single {
            let prepared = prepare()?;
            match keep()? {
                Some(kept) if kept.has_replaced() => (prepared.old_is_kept(), Some(kept)),
                kept => (prepared, kept),
            }
        } else {
            let kept = keep()?.map(|name| name.begin_sync(disk));
            (prepare()?, kept)
        };
        if let Some(name) = &kept {
            name.sync(disk, &self.place)?;
        }
        let committed = prepared.commit().map_err(Error::replace);
        let is_in_doubt = |error: &Error| error.on_disk() == OnDisk::InDoubt;
        self.document
            .set_in_doubt(committed.as_ref().is_err_and(is_in_doubt));
        committed?;
        events::saved(path, &encoded.revision);
        if let Some(added) = kept.and_then(SecondName::into_added) {
            self.prune_after(added);
        }
        Ok(encoded.revision)
    }

    /// [`save`](Self::save), unless the file is another one than expected.
    pub(crate) fn save_if(&self, expected: Option<&Revision>, value: &T) -> Result<Revision> {
        let there = self.readable()?;
        let found = there.as_ref().map(|good| good.revision());
        if found.as_ref() == expected {
            return self.save(there.as_deref(), value);
        }
        let path = self.place.document();
        let shown = |revision: Option<&Revision>| match revision {
            Some(revision) => format!("revision {revision}"),
            None => "no file".to_owned(),
        };
        let message = format!(
            "{} was saved by somebody else: {} was expected and {} is there; load it again",
            path.display(),
            shown(expected),
            shown(found.as_ref()),
        );
        Err(Error::new(ErrorKind::Conflict, path, message))
    }
}
