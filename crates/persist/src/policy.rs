//! The choices a program has, as data.

mod backups;
mod text;

use std::fmt;

pub use backups::{Backups, Naming, Retention};
pub use text::{Keys, TextForm, Unchanged, Untouched};

/// How a new document looks on the disk. A file that is there keeps the layout it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// The value in a member `data`, between format, version, revision, time and checksum.
    #[default]
    Wrapped,
    /// The value's own members, with ours beside them.
    Flat(FlatNames),
    /// The value alone: no checksum, no revision, no version. Damage that leaves JSON which fits the
    /// type can't be seen.
    Bare,
}

/// `wrapped`, `flat` or `bare`.
impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wrapped => "wrapped",
            Self::Flat(_) => "flat",
            Self::Bare => "bare",
        })
    }
}

/// The members that stand beside the program's own in a flat file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Member {
    /// The version of the value, a label of the chain.
    Version,
    /// The save counter.
    Revision,
    /// When it was saved.
    Updated,
    /// The seal. Without it, damage that leaves JSON which fits the type can't be seen.
    Checksum,
}

/// Which members of ours a flat file has, and how they are called.
///
/// The default is all four: `version`, `revision`, `updated`, `checksum`. What is said here is what a
/// save writes: a file that came without a checksum has one after the first save, unless it is left
/// out here.
///
/// ```
/// use persist::{FlatNames, Member};
///
/// let names = FlatNames::default()
///     .called(Member::Version, "dataModelVersion")
///     .without(Member::Revision);
/// # let _ = names;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatNames {
    pub(crate) version: Option<String>,
    pub(crate) revision: Option<String>,
    pub(crate) updated: Option<String>,
    pub(crate) checksum: Option<String>,
}

impl FlatNames {
    /// The name of a member.
    pub fn called(mut self, member: Member, name: impl Into<String>) -> Self {
        *self.name_mut(member) = Some(name.into());
        self
    }

    /// A member that is not written, and is the program's own where it stands in a file.
    pub fn without(mut self, member: Member) -> Self {
        *self.name_mut(member) = None;
        self
    }

    fn name_mut(&mut self, member: Member) -> &mut Option<String> {
        match member {
            Member::Version => &mut self.version,
            Member::Revision => &mut self.revision,
            Member::Updated => &mut self.updated,
            Member::Checksum => &mut self.checksum,
        }
    }
}

impl Default for FlatNames {
    fn default() -> Self {
        Self {
            version: Some("version".into()),
            revision: Some("revision".into()),
            updated: Some("updated".into()),
            checksum: Some("checksum".into()),
        }
    }
}

/// What happens if the document is damaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecoveryPolicy {
    /// [`Damaged`](crate::ErrorKind::Damaged), and nothing is touched.
    Fail,
    /// The newest good backup, or else what still parses in the file, or else `Damaged`.
    #[default]
    Recover,
    /// The same, and if nothing parses the default value. The damaged file is set aside first.
    RecoverOrDefault,
}

/// Where the value of a damaged document is to come from: the answer of
/// [`Options::on_damage`](crate::Options::on_damage), and what
/// [`recover`](crate::Document::recover) is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// As [`Options::recovery`](crate::Options::recovery) says.
    #[default]
    AsPolicy,
    /// From nowhere: [`Damaged`](crate::ErrorKind::Damaged), and nothing is touched.
    Fail,
    /// From the newest good backup, or else `Damaged`.
    Backup,
    /// From what still parses in the file, or else `Damaged`.
    Salvage,
    /// The default value, or else `Damaged`. The damaged file is set aside first.
    Default,
}

/// What a checksum that does not match means, on a text that is whole otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HandEdits {
    /// Damage.
    #[default]
    Reject,
    /// Somebody edited the file: it is taken, [`Loaded::hand_edited`](crate::Loaded::hand_edited)
    /// says so, and the next save seals it. **Damage that leaves JSON which fits the type is taken
    /// too.**
    Accept,
}
