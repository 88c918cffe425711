//! What is known of one document of a folder, whatever its type is.

use std::fmt::Debug;
use std::path::Path;

use integrity::Digest;
use migrate::{Change, Label, compare};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vfs::parent;

use super::locked::Member;
use super::report::Effect;
use crate::backup::dated::Added;
use crate::backup::{SecondName, before_save};
use crate::disk::Disk;
use crate::document::Document;
use crate::envelope::Header;
use crate::error::{Error, Result};
use crate::form::Unread;
use crate::layout::Place;
use crate::preserve::{Original, preserve};
use crate::quarantine::quarantine;
use crate::read::{Good, State};

/// A [`Document`] without its type.
pub(crate) trait Known: Debug + Send + Sync {
    /// The path as the program has given it.
    fn path(&self) -> &Path;

    /// The greatest file that is read.
    fn size_limit(&self) -> u64;

    /// The document's file at `path`, which is good; `None` if it is not there.
    fn read(&self, path: &Path) -> Result<Option<Read>>;

    /// What an import of these bytes, found at `path`, writes.
    fn take(&self, path: &Path, bytes: Vec<u8>) -> Result<Taken>;

    /// What becomes of the document at `path` if it gets these bytes, which were [taken](Self::take).
    fn effect(&self, path: &Path, bytes: &[u8]) -> Result<Effect>;

    /// Keeps all that is to be kept of the document before it is replaced, and gives its file the
    /// further name `second`. `None` if it is not there.
    fn secure(&self, member: &Member, second: &Path) -> Result<Option<Secured>>;

    /// Lets backups go after that.
    fn prune_after(&self, member: &Member, added: Added);
}

/// A good file.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) bytes: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) header: Header,
}

/// What an import writes.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) bytes: Vec<u8>,
    pub(crate) version: Option<Label>,
    pub(crate) migrated_from: Option<Label>,
}

/// A file that has all the names it needs to be replaced.
#[derive(Debug)]
pub(crate) struct Secured {
    pub(crate) digest: Digest,
    /// A backup that may drive out another.
    pub(crate) added: Option<Added>,
}

impl<T: Serialize + DeserializeOwned> Known for Document<T> {
    fn path(&self) -> &Path {
        Document::path(self)
    }

    fn size_limit(&self) -> u64 {
        self.settings().form.size_limit
    }

    fn read(&self, path: &Path) -> Result<Option<Read>> {
        match self.inspect(path) {
            State::Missing => Ok(None),
            State::Good(good) => Ok(Some(Read {
                bytes: good.bytes,
                mode: good.there.mode,
                header: good.content.header,
            })),
            State::Damaged(damaged) => {
                Err(damaged.into_error(path, "load it, which recovers it, or move it away"))
            }
            State::Refused(error) => Err(error),
        }
    }

    fn take(&self, path: &Path, bytes: Vec<u8>) -> Result<Taken> {
        let form = &self.settings().form;
        let content = form.decode(&bytes).map_err(|unread| match unread {
            Unread::Damaged { damage, .. } => Error::damaged(path, damage, "nothing was imported"),
            Unread::Refused(refusal) => refusal.into_error(path),
        })?;
        let shape = form.shape_after(Some(&content), (self.settings().disk.clock)());
        if content.migrated_from.is_none() {
            return Ok(Taken {
                bytes,
                version: content.header.version,
                migrated_from: None,
            });
        }
        let encoded = form
            .before(&content)
            .and_then(|before| form.encode(&content.value, &shape, before.as_ref()));
        Ok(Taken {
            bytes: encoded.map_err(|reason| reason.into_error(path))?.bytes,
            version: shape.version,
            migrated_from: content.migrated_from,
        })
    }

    fn effect(&self, path: &Path, bytes: &[u8]) -> Result<Effect> {
        let to = bytes.len() as u64;
        match self.inspect(path) {
            State::Missing => Ok(Effect::New { size: to }),
            State::Good(good) if good.bytes == bytes => Ok(Effect::Same),
            State::Good(good) => Ok(Effect::Changed {
                from: good.bytes.len() as u64,
                to,
                changes: self.changes(&good, bytes),
            }),
            State::Damaged(damaged) => Ok(Effect::Replaced {
                reason: damaged.damage.to_string(),
                to,
            }),
            State::Refused(error) if error.is_about_content() => Ok(Effect::Replaced {
                reason: error.to_string(),
                to,
            }),
            // It may be good.
            State::Refused(error) => Err(error),
        }
    }

    fn secure(&self, member: &Member, second: &Path) -> Result<Option<Secured>> {
        let place = &member.place;
        let (held, path) = (self.held_under(place, &member.lock), place.document());
        let disk = &self.settings().disk;
        match held.inspect() {
            State::Missing => Ok(None),
            State::Good(good) => {
                if let Some(version) = &good.content.migrated_from {
                    held.keep_version(&good, version)?;
                }
                let original = good.original(path);
                let kept = before_save(disk, place, self.settings().backups, &original)?;
                if let Some(name) = &kept {
                    name.sync(disk, place)?;
                }
                let added = kept.and_then(SecondName::into_added);
                let digest = name_again(disk, &original, second)?;
                Ok(Some(Secured { digest, added }))
            }
            State::Damaged(damaged) => {
                set_aside(disk, place, &damaged.original(path), second).map(Some)
            }
            State::Refused(error) if error.is_about_content() => {
                let there = disk.fs.metadata(path);
                let there = there.map_err(|error| Error::io(path, "look at", error))?;
                let bytes = disk.fs.read(path, there.size);
                let bytes = bytes.map_err(|error| Error::io(path, "read", error))?;
                let original = Original {
                    path,
                    bytes: Some(&bytes),
                    there,
                    ours: false,
                    revision: None,
                };
                set_aside(disk, place, &original, second).map(Some)
            }
            State::Refused(error) => Err(error),
        }
    }

    fn prune_after(&self, member: &Member, added: Added) {
        self.held_under(&member.place, &member.lock)
            .prune_after(added);
    }
}

impl<T: Serialize + DeserializeOwned> Document<T> {
    /// How the values differ, where JSON can show it.
    fn changes(&self, old: &Good<T>, new: &[u8]) -> Option<Vec<Change>> {
        let old = serde_json::to_value(&old.content.value).ok()?;
        let new = self.settings().form.decode(new).ok()?;
        compare(&old, &serde_json::to_value(&new.value).ok()?)
    }
}

fn name_again(disk: &Disk, original: &Original<'_>, second: &Path) -> Result<Digest> {
    preserve(disk, original, |_| Ok(second.to_owned()))?;
    disk.sync_dir(parent(second))?;
    original.content().map(integrity::digest)
}

/// Secures a file that nobody can use, as a recovery does it.
fn set_aside(
    disk: &Disk,
    place: &Place,
    original: &Original<'_>,
    second: &Path,
) -> Result<Secured> {
    quarantine(disk, place, original)?;
    Ok(Secured {
        digest: name_again(disk, original, second)?,
        added: None,
    })
}
