//! What happens to a damaged document: `docs/formats/document.md`, "Recovery".

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backup::{self, Backup};
use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::events;
use crate::form::{Content, Left, Shape};
use crate::held::Held;
use crate::instant;
use crate::layout::Place;
use crate::policy::{Decision, RecoveryPolicy};
use crate::prospects::{Prospects, Salvaged};
use crate::quarantine::quarantine;
use crate::read::{Damaged, Good, State};
use crate::report::{Loaded, Recovery, Repair, Skipped, Source};

/// What to do where nothing was tried.
const NOT_TRIED: &str = "restore a backup, recover it, or overwrite it, which sets it aside";

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

    /// Decides where the value comes from.
    fn settle(
        &self,
        place: &Place,
        damaged: &Damaged,
        asked: Decision,
    ) -> Result<(Found<T>, Recovery)> {
        let search = self.search(place);
        let left = self.settings().form.salvage(&damaged.bytes);
        let mut recovery = Recovery {
            path: place.document().to_owned(),
            damage: damaged.damage.clone(),
            damaged_revision: damaged.revision,
            source: Source::Nothing,
            lost: Vec::new(),
            quarantined: None,
            skipped: search.skipped,
            repair: Repair::Done,
        };
        let backup = search.found.as_ref().map(|(backup, _)| backup);
        let decision = self.decision(asked, &recovery, backup, &left);
        let allowed = self.allowed(decision);
        let is_left = match left.content {
            Ok(content)
                if allowed.salvage && (left.is_all || !allowed.backup || backup.is_none()) =>
            {
                recovery.source = Source::Salvage;
                recovery.lost = left.lost;
                if left.is_all || !allowed.backup {
                    return Ok((Found::Salvaged(Box::new(content)), recovery));
                }
                Some(content)
            }
            Err(reason) if allowed.salvage && backup.is_none() => {
                recovery.skipped.push(Skipped {
                    path: recovery.path.clone(),
                    reason: format!("what is left of it is of no use: {reason}"),
                });
                None
            }
            _ => None,
        };
        if let Some(reason) = search.unread.filter(|_| allowed.backup) {
            let reason = format!("a newer backup could not be read ({reason})");
            recovery.repair = Repair::NotDone(reason);
        }
        if let Some((backup, good)) = search.found.filter(|_| allowed.backup) {
            recovery.source = Source::Backup(backup);
            return Ok((Found::Backup(good), recovery));
        }
        if let Some(content) = is_left {
            return Ok((Found::Salvaged(Box::new(content)), recovery));
        }
        match (&self.settings().default, &recovery.repair) {
            (Some(default), Repair::Done) if allowed.default => {
                recovery.source = Source::Default;
                Ok((Found::Default(default()), recovery))
            }
            _ => Err(self.unrecovered(damaged, recovery, decision)),
        }
    }

    /// What is to be done, be it that the caller says it, the program's own rule, or the policy.
    fn decision(
        &self,
        asked: Decision,
        recovery: &Recovery,
        backup: Option<&Backup>,
        left: &Left<T>,
    ) -> Decision {
        let Some(hook) = self
            .settings()
            .on_damage
            .as_ref()
            .filter(|_| asked == Decision::AsPolicy)
        else {
            return asked;
        };
        hook(&Prospects {
            path: recovery.path.clone(),
            damage: recovery.damage.clone(),
            damaged_revision: recovery.damaged_revision,
            backup: backup.cloned(),
            salvage: left.content.as_ref().ok().map(|_| left.lost.clone()),
            skipped: recovery.skipped.clone(),
        })
    }

    fn allowed(&self, decision: Decision) -> Allowed {
        let policy = self.settings().recovery;
        let by_policy = decision == Decision::AsPolicy && policy != RecoveryPolicy::Fail;
        Allowed {
            backup: by_policy || decision == Decision::Backup,
            salvage: by_policy || decision == Decision::Salvage,
            default: decision == Decision::Default
                || (by_policy && policy == RecoveryPolicy::RecoverOrDefault),
        }
    }

    fn unrecovered(&self, damaged: &Damaged, recovery: Recovery, decision: Decision) -> Error {
        let allowed = self.allowed(decision);
        let way_out = match &recovery.repair {
            Repair::NotDone(_) => {
                "its backups can't be read now, and it was left as it is; try again"
            }
            Repair::Done if allowed.backup => {
                "no backup is usable, nor what is left of it, and it was left as it is; overwrite it, which sets it aside"
            }
            Repair::Done if allowed.salvage => {
                "what is left of it is of no use, and it was left as it is; recover it from a backup, or overwrite it, which sets it aside"
            }
            Repair::Done if allowed.default => {
                "it has no default value, and was left as it is; overwrite it, which sets it aside"
            }
            Repair::Done => NOT_TRIED,
        };
        events::recovered(&recovery);
        let error = Error::damaged(&recovery.path, damaged.damage.clone(), way_out);
        error.with_recovery(recovery)
    }

    fn tell(&self, recovery: &Recovery) {
        events::recovered(recovery);
        for hook in &self.settings().on_recovery {
            hook(recovery);
        }
    }
}

/// Where a value may come from.
#[derive(Clone, Copy)]
struct Allowed {
    backup: bool,
    salvage: bool,
    default: bool,
}

/// A value to go on with.
enum Found<T> {
    Backup(Box<Good<T>>),
    Salvaged(Box<Content<T>>),
    Default(T),
}

impl<T> Found<T> {
    fn into_loaded(self, recovery: Recovery) -> Loaded<T> {
        match self {
            Self::Backup(good) => good.into_loaded(None, Some(recovery)),
            Self::Salvaged(content) => Loaded {
                value: content.value,
                revision: None,
                updated: content.header.updated,
                migrated_from: content.migrated_from,
                hand_edited: false,
                unread: content.unread,
                recovery: Some(recovery),
            },
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
