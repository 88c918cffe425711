//! Finding out what a file is: the one function that loads, saves, backups and checks rely on.

use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use vfs::{Metadata, OpenOptions};

use crate::damage::Damage;
use crate::disk::Disk;
use crate::envelope::Seal;
use crate::error::Error;
use crate::form::{Content, Form, Unread};
use crate::health::Health;
use crate::preserve::Original;
use crate::report::{Loaded, Recovery};
use crate::revision::Revision;

/// What a file is.
#[derive(Debug)]
pub(crate) enum State<T> {
    /// It is not there.
    Missing,
    /// It can be used.
    Good(Box<Good<T>>),
    /// Its bytes are not what was saved.
    Damaged(Damaged),
    /// It can't be used, and may be whole.
    Refused(Error),
}

/// A file that can be used.
#[derive(Debug)]
pub(crate) struct Good<T> {
    pub(crate) content: Content<T>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) there: Metadata,
}

/// A file whose bytes are not what was saved.
#[derive(Debug)]
pub(crate) struct Damaged {
    pub(crate) damage: Damage,
    pub(crate) revision: Option<u64>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) there: Metadata,
}

/// Reads a file and finds out what it is. Changes nothing.
pub(crate) fn inspect<T: DeserializeOwned>(disk: &Disk, form: &Form<T>, path: &Path) -> State<T> {
    let (bytes, there) = match read(disk, path, form.size_limit) {
        Ok(read) => read,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return State::Missing,
        Err(error) => return State::Refused(Error::io(path, "read", error)),
    };
    match form.decode(&bytes) {
        Ok(content) => State::Good(Box::new(Good {
            content,
            bytes,
            there,
        })),
        Err(Unread::Damaged { damage, revision }) => State::Damaged(Damaged {
            damage,
            revision,
            bytes,
            there,
        }),
        Err(Unread::Refused(refusal)) => State::Refused(refusal.into_error(path)),
    }
}

fn read(disk: &Disk, path: &Path, limit: u64) -> io::Result<(Vec<u8>, Metadata)> {
    // One handle for all: the name may get another file at any time.
    let file = disk.fs.open(path, &OpenOptions::read())?;
    Ok((file.read_all(limit)?, file.metadata()?))
}

impl<T> State<T> {
    /// Whether it can't be a mixture of two saves.
    pub(crate) fn is_beyond_doubt(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Good(good) => good.content.seal.vouches(),
            Self::Damaged(_) | Self::Refused(_) => false,
        }
    }

    pub(crate) fn health(self) -> Health {
        match self {
            Self::Missing => Health::Missing,
            Self::Good(good) => Health::Good {
                sealed: good.content.seal.vouches(),
                hand_edited: good.content.seal == Seal::Broken,
                revision: good.content.header.revision,
                version: good.content.header.version,
                updated: good.content.header.updated,
                layout: good.content.layout,
                codec: good.content.codec,
                unread: good.content.unread,
                size: good.bytes.len() as u64,
            },
            Self::Damaged(damaged) => Health::Damaged(damaged.damage),
            Self::Refused(error) => Health::Refused(error.to_string()),
        }
    }
}

impl<T> Good<T> {
    pub(crate) fn revision(&self) -> Revision {
        self.content.revision(&self.bytes)
    }

    pub(crate) fn original<'f>(&'f self, path: &'f Path) -> Original<'f> {
        Original {
            path,
            bytes: Some(&self.bytes),
            there: self.there,
            ours: matches!(self.content.seal, Seal::Whole(_)),
            revision: self.content.header.revision,
        }
    }

    /// What a load of this file gives, it being the document.
    pub(crate) fn into_loaded_document(self, recovery: Option<Recovery>) -> Loaded<T> {
        let revision = self.revision();
        self.into_loaded(Some(revision), recovery)
    }

    /// What a load gives; `revision` is that of the document on the disk.
    pub(crate) fn into_loaded(
        self,
        revision: Option<Revision>,
        recovery: Option<Recovery>,
    ) -> Loaded<T> {
        Loaded {
            revision,
            updated: self.content.header.updated,
            hand_edited: self.content.seal == Seal::Broken,
            migrated_from: self.content.migrated_from,
            value: self.content.value,
            unread: self.content.unread,
            recovery,
        }
    }
}

impl Damaged {
    pub(crate) fn original<'f>(&'f self, path: &'f Path) -> Original<'f> {
        Original {
            path,
            bytes: Some(&self.bytes),
            there: self.there,
            ours: false,
            revision: self.revision,
        }
    }

    pub(crate) fn into_error(self, path: &Path, way_out: &str) -> Error {
        Error::damaged(path, self.damage, way_out)
    }
}
