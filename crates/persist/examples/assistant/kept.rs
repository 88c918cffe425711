//! What is done to every file alike, whatever it holds.

use std::path::Path;

use persist::{Backup, BackupKind, Document, Recovery, Verification};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Error;

/// A file with its backups.
pub(crate) trait Kept {
    fn path(&self) -> &Path;

    /// Loads it; the answer is what recovery did, if there was damage.
    fn recover(&self) -> Result<Option<Recovery>, Error>;

    fn verify(&self) -> Result<Verification, Error>;

    /// Makes a copy now, whatever the options say.
    fn back_up(&self) -> Result<Backup, Error>;

    /// The copies that saves and people have made, newest first.
    fn backups(&self) -> Result<Vec<Backup>, Error>;

    /// Removes the copies that are older than those that stay; the answer is which.
    fn prune(&self) -> Result<Vec<Backup>, Error>;

    fn restore(&self, backup: &Backup) -> Result<(), Error>;

    fn undo_restore(&self) -> Result<(), Error>;
}

impl<T: Serialize + DeserializeOwned> Kept for Document<T> {
    fn path(&self) -> &Path {
        self.path()
    }

    fn recover(&self) -> Result<Option<Recovery>, Error> {
        Ok(self.load()?.and_then(|loaded| loaded.recovery))
    }

    fn verify(&self) -> Result<Verification, Error> {
        Ok(self.verify()?)
    }

    fn back_up(&self) -> Result<Backup, Error> {
        Ok(self.backup()?)
    }

    fn backups(&self) -> Result<Vec<Backup>, Error> {
        let mut backups = self.backups()?;
        backups.retain(|backup| backup.kind() == BackupKind::Dated);
        Ok(backups)
    }

    fn prune(&self) -> Result<Vec<Backup>, Error> {
        Ok(self.prune()?)
    }

    fn restore(&self, backup: &Backup) -> Result<(), Error> {
        self.restore(backup)?;
        Ok(())
    }

    fn undo_restore(&self) -> Result<(), Error> {
        self.undo_restore()?;
        Ok(())
    }
}

/// The newest backup, or that of a time (`20240115_120000`, or as ISO 8601) or of a name.
pub(crate) fn choose(kept: &dyn Kept, at: Option<&str>) -> Result<Backup, Error> {
    let is_meant = |backup: &Backup| match at {
        None => true,
        Some(at) => name(backup) == at || taken(backup).is_some_and(|taken| taken == digits(at)),
    };
    let mut backups = kept.backups()?.into_iter();
    backups.find(is_meant).ok_or_else(|| {
        let path = kept.path().display();
        Error::BackupNotFound(match at {
            None => format!("there is no backup of {path}"),
            Some(at) => {
                format!("there is no backup of {path} of `{at}`; `backup list` shows them")
            }
        })
    })
}

pub(crate) fn name(backup: &Backup) -> String {
    let name = backup.path().file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// When it was made, in UTC, as its name says.
pub(crate) fn when(backup: &Backup) -> Option<String> {
    Some(super::moment::stored(backup.taken()?))
}

fn taken(backup: &Backup) -> Option<String> {
    when(backup).map(|when| digits(&when))
}

/// Year to second.
fn digits(time: &str) -> String {
    time.chars().filter(char::is_ascii_digit).take(14).collect()
}
