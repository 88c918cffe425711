//! The exit codes: what a script may rely on.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Fine,
    Damage,
    Usage,
    InUse,
    Missing,
    Refused,
    System,
    Different,
}

impl Exit {
    pub(crate) const ALL: [Self; 8] = [
        Self::Fine,
        Self::Damage,
        Self::Usage,
        Self::InUse,
        Self::Missing,
        Self::Refused,
        Self::System,
        Self::Different,
    ];

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Damage => 1,
            Self::Usage => 2,
            Self::InUse => 3,
            Self::Missing => 4,
            Self::Refused => 5,
            Self::System => 6,
            Self::Different => 7,
        }
    }

    /// The word for it in JSON reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Damage => "damage",
            Self::Usage => "usage",
            Self::InUse => "in_use",
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::System => "system",
            Self::Different => "different",
        }
    }

    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Fine => "done, or nothing is wrong",
            Self::Damage => "damage was found, or stopped the command",
            Self::Usage => "the command line, a pointer or a value can't be understood",
            Self::InUse => "somebody else holds the lock, or saved in between",
            Self::Missing => "there is no such document, log, backup, member or record",
            Self::Refused => {
                "what is there can't be used: newer, too large, in the way, not what the command needs"
            }
            Self::System => "the operating system said no: permission, space, read-only, I/O",
            Self::Different => "`diff` found a difference",
        }
    }

    /// All of them, a line each.
    pub(crate) fn table() -> String {
        let lines = Self::ALL
            .map(|exit| format!("  {}  {:<10} {}", exit.code(), exit.name(), exit.meaning()));
        lines.join("\n")
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
