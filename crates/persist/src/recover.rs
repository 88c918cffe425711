//! What happens to a damaged document: `docs/formats/document.md`, "Recovery".

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backup::{self, Backup};
use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::form::Shape;
use crate::held::Held;
use crate::instant;
use crate::layout::Place;
use crate::policy::RecoveryPolicy;
use crate::quarantine::quarantine;
use crate::read::{Damaged, Good, State};
use crate::report::{Loaded, Recovery, Repair, Skipped, Source};

/// What a search for the value of a damaged document has found.
struct Search<T> {
    found: Option<(Backup, Box<Good<T>>)>,
    skipped: Vec<Skipped>,
    /// Why there may be a newer value than the one found, which only can't be read now.
    unread: Option<String>,
}

/// What is there, after a damaged document was recovered.
pub(crate) enum Recovered<T> {
    /// The document, as it is on the disk now.
    Document(Box<Good<T>>, Recovery),
    /// A value, with the document on the disk as damaged as before.
    Value(Loaded<T>),
}

impl<T: Serialize + DeserializeOwned> Document<T> {
    /// Loads a document that was seen to be damaged.
    pub(crate) fn load_damaged(&self, seen: Damaged) -> Result<Option<Loaded<T>>> {
        if self.settings().recovery == RecoveryPolicy::Fail {
            return Err(seen.into_error(self.path(), "restore a backup, or overwrite it"));
        }
        match self.hold() {
            Ok(held) => match held.inspect() {
                State::Missing => Ok(None),
                // Somebody else has repaired it, and has told it.
                State::Good(good) => Ok(Some(good.into_loaded_document(None))),
                State::Refused(error) => Err(error),
                State::Damaged(damaged) => Ok(Some(match held.recover(&damaged)? {
                    Recovered::Document(good, recovery) => {
                        good.into_loaded_document(Some(recovery))
                    }
                    Recovered::Value(loaded) => loaded,
                })),
            },
            // Nothing can be repaired, but what can be read can be given.
            Err(error) => {
                let place = self.place()?;
                let search = self.search(&place);
                let (value, recovery) = self.settle(&place, &seen, search)?;
                let not_done = unrepaired(recovery, &error);
                self.tell(&not_done);
                Ok(Some(value.into_loaded(not_done)))
            }
        }
    }

    /// The newest good backup.
    fn search(&self, place: &Place) -> Search<T> {
        let mut search = Search {
            found: None,
            skipped: Vec::new(),
            unread: None,
        };
        let candidates = backup::candidates(&self.settings().disk, place, self.settings().backups);
        search.unread = candidates.unlisted.map(|error| error.to_string());
        for backup in candidates.backups {
            let reason = match self.inspect(&backup.path) {
                State::Good(good) => {
                    search.found = Some((backup, good));
                    return search;
                }
                // Another process prunes.
                State::Missing => continue,
                State::Damaged(damaged) => damaged.damage.to_string(),
                State::Refused(error) => {
                    if !error.is_about_content() {
                        search.unread = Some(error.to_string());
                    }
                    error.to_string()
                }
            };
            search.skipped.push(Skipped {
                path: backup.path,
                reason,
            });
        }
        search
    }

    /// Decides by policy where the value comes from.
    fn settle(
        &self,
        place: &Place,
        damaged: &Damaged,
        search: Search<T>,
    ) -> Result<(Found<T>, Recovery)> {
        let mut recovery = Recovery {
            path: place.document().to_owned(),
            damage: damaged.damage.clone(),
            damaged_revision: damaged.revision,
            source: Source::Nothing,
            quarantined: None,
            skipped: search.skipped,
            repair: match search.unread {
                Some(reason) => {
                    Repair::NotDone(format!("a newer backup could not be read ({reason})"))
                }
                None => Repair::Done,
            },
        };
        let default = self.settings().default.as_ref();
        let default =
            default.filter(|_| self.settings().recovery == RecoveryPolicy::RecoverOrDefault);
        match (search.found, default, &recovery.repair) {
            (Some((backup, good)), ..) => {
                recovery.source = Source::Backup(backup);
                Ok((Found::Backup(good), recovery))
            }
            (None, Some(default), Repair::Done) => {
                recovery.source = Source::Default;
                Ok((Found::Default(default()), recovery))
            }
            _ => {
                let way_out = match &recovery.repair {
                    Repair::Done => {
                        "no backup is usable and it was left as it is; overwrite it, which sets it aside"
                    }
                    Repair::NotDone(_) => {
                        "its backups can't be read now, and it was left as it is; try again"
                    }
                };
                events::recovered(&recovery);
                let error = Error::damaged(place.document(), damaged.damage.clone(), way_out);
                Err(error.with_recovery(recovery))
            }
        }
    }

    fn tell(&self, recovery: &Recovery) {
        events::recovered(recovery);
        for hook in &self.settings().on_recovery {
            hook(recovery);
        }
    }
}

/// A value to go on with.
enum Found<T> {
    Backup(Box<Good<T>>),
    Default(T),
}

impl<T> Found<T> {
    fn into_loaded(self, recovery: Recovery) -> Loaded<T> {
        match self {
            Self::Backup(good) => good.into_loaded(None, Some(recovery)),
            Self::Default(value) => Loaded {
                value,
                revision: None,
                updated: None,
                migrated_from: None,
                hand_edited: false,
                unread: Vec::new(),
                recovery: Some(recovery),
            },
        }
    }
}

fn unrepaired(recovery: Recovery, reason: &Error) -> Recovery {
    Recovery {
        repair: Repair::NotDone(reason.to_string()),
        ..recovery
    }
}

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    /// Recovers by policy. The error is that of a document without any usable backup.
    pub(crate) fn recover(&self, damaged: &Damaged) -> Result<Recovered<T>> {
        let document = self.document;
        let search = document.search(&self.place);
        let (found, recovery) = document.settle(&self.place, damaged, search)?;
        if let Repair::NotDone(_) = recovery.repair {
            document.tell(&recovery);
            return Ok(Recovered::Value(found.into_loaded(recovery)));
        }
        match self.repair(damaged, &found) {
            Ok((good, quarantined)) => {
                let recovery = Recovery {
                    quarantined: Some(quarantined),
                    ..recovery
                };
                document.tell(&recovery);
                Ok(Recovered::Document(good, recovery))
            }
            Err(reason) => {
                let recovery = unrepaired(recovery, &reason);
                document.tell(&recovery);
                Ok(Recovered::Value(found.into_loaded(recovery)))
            }
        }
    }

    /// The document as it is on the disk after a recovery, for who is going to write over it.
    pub(crate) fn recovered(&self, damaged: Damaged) -> Result<Box<Good<T>>> {
        let path = self.place.document();
        if self.document.settings().recovery == RecoveryPolicy::Fail {
            return Err(damaged.into_error(path, "restore a backup, or overwrite it"));
        }
        match self.recover(&damaged)? {
            Recovered::Document(good, _) => Ok(good),
            Recovered::Value(loaded) => {
                let error = Error::damaged(
                    path,
                    damaged.damage,
                    "it could not be repaired and was left as it is",
                );
                Err(match loaded.recovery {
                    Some(recovery) => error.with_recovery(recovery),
                    None => error,
                })
            }
        }
    }

    /// Evidence first, then the repair, then a look at it.
    fn repair(&self, damaged: &Damaged, found: &Found<T>) -> Result<(Box<Good<T>>, PathBuf)> {
        let options = self.document.settings();
        let (disk, path) = (&options.disk, self.place.document());
        let quarantined = quarantine(disk, &self.place, &damaged.original(path))?;
        match found {
            Found::Backup(good) => disk.replace(path, &good.bytes)?,
            Found::Default(value) => {
                let shape = Shape {
                    layout: options.form.layout.clone(),
                    codec: options.form.codec_after(None),
                    version: options.form.version_after(None),
                    revision: damaged.revision.unwrap_or(0).saturating_add(1),
                    updated: instant::after(None, (disk.clock)()),
                };
                let encoded = options.form.encode(value, &shape, None);
                let encoded = encoded.map_err(|reason| reason.into_error(path))?;
                disk.replace(path, &encoded.bytes)?;
            }
        }
        match self.inspect() {
            State::Good(good) => Ok((good, quarantined)),
            State::Refused(error) => Err(error),
            State::Damaged(damaged) => {
                Err(damaged.into_error(path, "it does not read back as it was written"))
            }
            State::Missing => Err(Error::new(
                ErrorKind::Missing,
                path,
                format!("{} is gone", path.display()),
            )),
        }
    }
}
