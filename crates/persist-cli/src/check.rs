//! A document and its copies, looked at: what `show`, `verify` and `doctor` tell.

use std::path::{Path, PathBuf};

use persist::{Backup, BackupKind, DamageKind, Health, Position};
use serde::Serialize;

use crate::exit::Exit;
use crate::instant;
use crate::output::{Page, Paint};
use crate::session::Session;
use crate::shell::{command, name, short};

/// A document and its copies.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Checked {
    #[serde(serialize_with = "as_text")]
    pub(crate) path: PathBuf,
    #[serde(flatten)]
    pub(crate) state: State,
    /// Newest first, as recovery would use them.
    pub(crate) backups: Vec<Copy>,
}

/// A copy of a document.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Copy {
    #[serde(flatten)]
    pub(crate) entry: Entry,
    #[serde(flatten)]
    pub(crate) state: State,
}

/// A copy, as its name describes it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    #[serde(serialize_with = "as_text")]
    pub(crate) path: PathBuf,
    pub(crate) kind: BackupKind,
    pub(crate) taken: Option<String>,
    /// Kept for good.
    pub(crate) pinned: bool,
}

/// In which state a file is: `state` says which, and which other members there are.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum State {
    Missing,
    Good(Good),
    Damaged {
        kind: DamageKind,
        reason: String,
        position: Option<Position>,
    },
    Refused {
        reason: String,
    },
}

/// What a file says about itself.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Good {
    pub(crate) sealed: bool,
    pub(crate) layout: String,
    pub(crate) version: Option<persist::Label>,
    pub(crate) revision: Option<u64>,
    pub(crate) updated: Option<String>,
    pub(crate) compression: String,
    pub(crate) size: u64,
}

pub(crate) fn as_text<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

impl Checked {
    pub(crate) fn look(session: &Session, path: &Path) -> persist::Result<Self> {
        let verification = session.document(path).verify()?;
        let copies = verification.backups.into_iter();
        Ok(Self {
            path: path.to_owned(),
            state: State::of(verification.document),
            backups: copies
                .map(|(backup, health)| Copy::of(&backup, health))
                .collect(),
        })
    }

    /// The newest copy that recovery can use.
    pub(crate) fn newest_good(&self) -> Option<&Copy> {
        self.backups
            .iter()
            .find(|copy| copy.is_for_recovery() && copy.state.is_good())
    }

    pub(crate) fn damaged_backups(&self) -> usize {
        let is_bad = |copy: &&Copy| !copy.state.is_good();
        self.backups.iter().filter(is_bad).count()
    }

    /// What a script is told.
    pub(crate) fn exit(&self) -> Exit {
        match &self.state {
            State::Damaged { .. } => Exit::Damage,
            State::Refused { .. } => Exit::Refused,
            State::Missing => Exit::Missing,
            State::Good(_) if self.damaged_backups() > 0 => Exit::Damage,
            State::Good(_) => Exit::Fine,
        }
    }

    /// The command that leads on.
    pub(crate) fn next(&self) -> Option<String> {
        match &self.state {
            State::Damaged { .. } => Some(command("recover", &self.path)),
            State::Missing => {
                self.newest_good()?;
                Some(command("restore", &self.path))
            }
            State::Good(_) if self.damaged_backups() > 0 => Some(command("backups", &self.path)),
            State::Good(_) | State::Refused { .. } => None,
        }
    }

    /// The command that leads on from several: damage first.
    pub(crate) fn next_of(documents: &[Self]) -> Option<String> {
        let is_damaged = |document: &&Self| matches!(document.state, State::Damaged { .. });
        let damaged = documents.iter().find(is_damaged);
        damaged
            .and_then(Self::next)
            .or_else(|| documents.iter().find_map(Self::next))
    }

    /// A line for the document, and one for each thing that is wrong with its copies.
    pub(crate) fn text(&self, page: &mut Page) {
        page.line(format_args!(
            "{}  {}  {}",
            self.state.mark(page),
            self.path.display(),
            self.state.details()
        ));
        for copy in self.backups.iter().filter(|copy| !copy.state.is_good()) {
            page.line(format_args!(
                "  {}  {}  {}",
                copy.state.mark(page),
                copy.entry.path.display(),
                copy.state.details()
            ));
        }
        if matches!(self.state, State::Damaged { .. }) {
            match self.newest_good() {
                Some(copy) => page.line(format_args!("  newest good backup: {}", copy.summary())),
                None => page.line("  there is no good backup"),
            }
        }
        if let State::Damaged {
            kind: DamageKind::Checksum,
            ..
        } = self.state
        {
            page.line(format_args!(
                "  if you edited it by hand: `{}` shows how, `{}` accepts it",
                command("diff", &self.path),
                command("seal", &self.path)
            ));
        }
    }
}

impl Entry {
    pub(crate) fn of(backup: &Backup) -> Self {
        let taken = |time| humantime::format_rfc3339_seconds(time).to_string();
        Self {
            path: short(backup.path().to_owned()),
            kind: backup.kind(),
            taken: backup.taken().map(taken),
            pinned: backup.is_pinned(),
        }
    }
}

impl Copy {
    fn of(backup: &Backup, health: Health) -> Self {
        Self {
            entry: Entry::of(backup),
            state: State::of(health),
        }
    }

    /// Whether recovery looks at it.
    pub(crate) fn is_for_recovery(&self) -> bool {
        matches!(self.entry.kind, BackupKind::Dated | BackupKind::Single)
    }

    /// Its name, and what it says about itself.
    pub(crate) fn summary(&self) -> String {
        let mut said = vec![name(&self.entry.path)];
        if let State::Good(good) = &self.state {
            said.extend(good.revision.map(|revision| format!("revision {revision}")));
            said.extend(good.updated.clone());
        }
        said.join(", ")
    }
}

impl State {
    fn of(health: Health) -> Self {
        match health {
            Health::Missing => Self::Missing,
            Health::Good {
                sealed,
                revision,
                version,
                updated,
                layout,
                codec,
                size,
                ..
            } => Self::Good(Good {
                sealed,
                layout: layout.to_string(),
                version,
                revision,
                updated: updated.map(instant::show),
                compression: codec.to_string(),
                size,
            }),
            Health::Damaged(damage) => Self::Damaged {
                kind: damage.kind,
                position: damage.position,
                reason: damage.reason,
            },
            // The library's message begins with the path, which stands before it here.
            Health::Refused(message) => Self::Refused {
                reason: message
                    .split_once(" is left alone: ")
                    .map_or(message.clone(), |(_, reason)| reason.to_owned()),
            },
            other => Self::Refused {
                reason: format!("{other:?}"),
            },
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        matches!(self, Self::Good(_))
    }

    /// The word for it, in its colour and of one width.
    pub(crate) fn mark(&self, page: &Page) -> String {
        let (paint, word) = match self {
            Self::Good(_) => (Paint::Good, "good   "),
            Self::Damaged { .. } => (Paint::Bad, "damaged"),
            Self::Refused { .. } => (Paint::Warn, "refused"),
            Self::Missing => (Paint::Warn, "missing"),
        };
        page.paint(paint, word).to_string()
    }

    /// What there is to say beside the word.
    pub(crate) fn details(&self) -> String {
        match self {
            Self::Missing => "no such file".to_owned(),
            Self::Damaged {
                reason,
                position: Some(position),
                ..
            } => format!("{reason} at {position}"),
            Self::Damaged {
                reason,
                position: None,
                ..
            }
            | Self::Refused { reason } => reason.clone(),
            Self::Good(good) => good.details(),
        }
    }
}

impl Good {
    fn details(&self) -> String {
        let seal = if self.sealed {
            "sealed"
        } else {
            "not sealed: damage inside its values can't be seen"
        };
        let mut said = vec![seal.to_owned()];
        said.extend(
            self.version
                .as_ref()
                .map(|version| format!("version {version}")),
        );
        said.extend(self.revision.map(|revision| format!("revision {revision}")));
        said.extend(self.updated.clone());
        said.join(", ")
    }
}
