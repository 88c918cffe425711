//! What happens to a damaged document: `docs/formats/document.md`, "Recovery".

mod settle;

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::form::Shape;
use crate::held::Held;
use crate::instant;
use crate::policy::{Decision, RecoveryPolicy};
use crate::prospects::Salvaged;
use crate::quarantine::quarantine;
use crate::read::{Damaged, Good, State};
use crate::report::{Loaded, Recovery, Repair};
use settle::Found;

/// What to do where nothing was tried.
const NOT_TRIED: &str = "restore a backup, recover it, or overwrite it, which sets it aside";

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
        if self.never_recovers() {
            return Err(seen.into_error(self.path(), NOT_TRIED));
        }
        match self.hold() {
            Ok(held) => match held.inspect() {
                State::Missing => Ok(None),
                // Somebody else has repaired it, and has told it.
                State::Good(good) => Ok(Some(good.into_loaded_document(None))),
                State::Refused(error) => Err(error),
                State::Damaged(damaged) => {
                    Ok(Some(match held.recover(&damaged, Decision::AsPolicy)? {
                        Recovered::Document(good, recovery) => {
                            good.into_loaded_document(Some(recovery))
                        }
                        Recovered::Value(loaded) => loaded,
                    }))
                }
            },
            // Nothing can be repaired, but what can be read can be given.
            Err(error) => {
                let place = self.place()?;
                let (value, recovery) = self.settle(&place, &seen, Decision::AsPolicy)?;
                let not_done = unrepaired(recovery, &error);
                self.tell(&not_done);
                Ok(Some(value.into_loaded(not_done)))
            }
        }
    }

    /// Repairs the document, if it is damaged; `None` if it is not.
    pub(crate) fn recover_from(&self, decision: Decision) -> Result<Option<Recovery>> {
        let held = self.hold()?;
        match held.inspect() {
            State::Missing => Err(self.missing("there is nothing to recover")),
            State::Good(_) => Ok(None),
            State::Refused(error) => Err(error),
            State::Damaged(damaged) => match held.recover(&damaged, decision)? {
                Recovered::Document(_, recovery) => Ok(Some(recovery)),
                Recovered::Value(loaded) => Ok(loaded.recovery),
            },
        }
    }

    /// What still parses in the document, if it is damaged.
    pub(crate) fn salvaged(&self) -> Result<Option<Salvaged<T>>> {
        match self.inspect(self.place()?.document()) {
            State::Missing | State::Good(_) => Ok(None),
            State::Refused(error) => Err(error),
            State::Damaged(damaged) => {
                let left = self.settings().form.salvage(&damaged.bytes);
                Ok(Some(Salvaged {
                    value: left.content.map(|content| content.value),
                    text: left.text,
                    lost: left.lost,
                    damage: damaged.damage,
                }))
            }
        }
    }

    /// Whether it is clear without a look that nothing is tried.
    fn never_recovers(&self) -> bool {
        let settings = self.settings();
        settings.recovery == RecoveryPolicy::Fail && settings.on_damage.is_none()
    }

    fn tell(&self, recovery: &Recovery) {
        events::recovered(recovery);
        for hook in &self.settings().on_recovery {
            hook(recovery);
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
    /// Recovers. The error is that of a document for which there is no value.
    pub(crate) fn recover(&self, damaged: &Damaged, from: Decision) -> Result<Recovered<T>> {
        let document = self.document;
        let (found, recovery) = document.settle(&self.place, damaged, from)?;
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
        if self.document.never_recovers() {
            return Err(damaged.into_error(path, NOT_TRIED));
        }
        match self.recover(&damaged, Decision::AsPolicy)? {
            Recovered::Document(good, _) => Ok(good),
            Recovered::Value(loaded) => {
                let error = Error::damaged(
                    path,
                    damaged.damage,
                    "it could not be repaired and was left as it is",
                );
                let recovery = loaded.recovery.into_iter();
                Err(recovery.fold(error, Error::with_recovery))
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
            Found::Salvaged(content) => {
                let header = &content.header;
                let revision = damaged.revision.or(header.revision).unwrap_or(0);
                let shape = Shape {
                    layout: options.form.layout_after(Some(&content.layout)),
                    codec: options.form.codec_after(Some(content.codec)),
                    version: options.form.version_after(header.version.as_ref()),
                    revision: revision.saturating_add(1),
                    updated: instant::after(header.updated, (disk.clock)()),
                };
                let before = options.form.before(content);
                let before = before.map_err(|reason| reason.into_error(path))?;
                let encoded = self.encode(&content.value, &shape, before.as_ref())?;
                disk.replace(path, &encoded.bytes)?;
            }
            Found::Default(value) => {
                let shape = Shape {
                    layout: options.form.layout.clone(),
                    codec: options.form.codec_after(None),
                    version: options.form.version_after(None),
                    revision: damaged.revision.unwrap_or(0).saturating_add(1),
                    updated: instant::after(None, (disk.clock)()),
                };
                let encoded = self.encode(value, &shape, None)?;
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
