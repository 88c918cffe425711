//! Where the value of a damaged document comes from.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::NOT_TRIED;
use crate::backup::{self, Backup};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::events;
use crate::form::{Content, Left};
use crate::layout::Place;
use crate::policy::{Decision, RecoveryPolicy};
use crate::prospects::Prospects;
use crate::read::{Damaged, Good, State};
use crate::report::{Loaded, Recovery, Repair, Skipped, Source};

/// What a search for the value of a damaged document has found.
struct Search<T> {
    found: Option<(Backup, Box<Good<T>>)>,
    skipped: Vec<Skipped>,
    /// Why there may be a newer value than the one found, which only can't be read now.
    unread: Option<String>,
}

/// Where a value may come from.
#[derive(Clone, Copy)]
struct Allowed {
    backup: bool,
    salvage: bool,
    default: bool,
}

/// A value to go on with.
pub(super) enum Found<T> {
    Backup(Box<Good<T>>),
    Salvaged(Box<Content<T>>),
    Default(T),
}

impl<T> Found<T> {
    pub(super) fn into_loaded(self, recovery: Recovery) -> Loaded<T> {
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

impl<T: Serialize + DeserializeOwned> Document<T> {
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
    pub(super) fn settle(
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
}
