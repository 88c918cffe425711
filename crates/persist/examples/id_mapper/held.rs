//! One of the files, in the hands of who holds the lock over all of them.

use persist::{Document, ErrorKind, Revision};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Error;

/// A file as it was found or last written.
#[derive(Debug)]
pub(crate) struct Held<'p, T> {
    document: &'p Document<T>,
    pub(crate) value: T,
    state: State,
}

#[derive(Debug)]
enum State {
    Missing,
    There(Revision),
    Damaged(persist::Error),
}

impl<'p, T: Default + Serialize + DeserializeOwned> Held<'p, T> {
    /// Reads the file. A damaged one has the default as its value here; what can't be read for any
    /// other reason is an error, because it may be whole.
    pub(crate) fn open(document: &'p Document<T>) -> Result<Self, Error> {
        let (value, state) = match document.load() {
            Ok(None) => (T::default(), State::Missing),
            Ok(Some(loaded)) => match loaded.revision {
                Some(revision) => (loaded.value, State::There(revision)),
                // Found in a backup, and the disk refuses the repair: it would refuse a save too.
                None => (loaded.value, State::Missing),
            },
            Err(error) if error.kind() == ErrorKind::Damaged => {
                (T::default(), State::Damaged(error))
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self {
            document,
            value,
            state,
        })
    }

    /// Saves the value, over the file that was found and no other: a program that does not take the
    /// lock is noticed ([`ErrorKind::Conflict`]). A damaged file is set aside.
    pub(crate) fn write(&mut self) -> Result<(), Error> {
        let revision = match &self.state {
            State::Missing => self.document.compare_and_save(None, &self.value)?,
            State::There(found) => self.document.compare_and_save(found, &self.value)?,
            State::Damaged(_) => self.document.overwrite(&self.value)?.revision,
        };
        self.state = State::There(revision);
        Ok(())
    }

    pub(crate) fn is_good(&self) -> bool {
        matches!(self.state, State::There(_))
    }

    /// What is wrong with its bytes, for people.
    pub(crate) fn damage(&self) -> Option<String> {
        let State::Damaged(error) = &self.state else {
            return None;
        };
        let path = error.path().display();
        Some(match error.damage() {
            Some(damage) => format!("{path} is damaged ({damage})"),
            None => error.to_string(),
        })
    }

    /// The file, if it is not damaged.
    pub(crate) fn undamaged(self) -> Result<Self, Error> {
        match self.state {
            State::Damaged(error) => Err(error.into()),
            State::Missing | State::There(_) => Ok(self),
        }
    }
}
