//! Which copies a document has, how they are called and which of them stay.

use std::time::Duration;

/// Which copies of the old file a save makes. Copies made before a migration, a restore or a
/// recovery are made whatever this says.
///
/// Reading knows every scheme, whichever is set: the setting may have been another when the copies
/// were made, or another program may have made them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backups {
    /// None.
    Off,
    /// The one before, as `<name>.bak`.
    Single,
    /// One before each save, with its time in its name.
    Dated {
        /// Where they are and how they are called.
        naming: Naming,
        /// Which of them stay.
        retention: Retention,
    },
}

impl Backups {
    /// The newest `count` copies, in the folder `backups`.
    pub fn newest(count: usize) -> Self {
        Retention::newest(count).into()
    }

    /// How dated copies are called that are made now.
    pub(crate) fn naming(self) -> Naming {
        match self {
            Self::Off | Self::Single => Naming::default(),
            Self::Dated { naming, .. } => naming,
        }
    }
}

impl Default for Backups {
    fn default() -> Self {
        Retention::default().into()
    }
}

/// Dated copies in the folder `backups`.
impl From<Retention> for Backups {
    fn from(retention: Retention) -> Self {
        Self::Dated {
            naming: Naming::default(),
            retention,
        }
    }
}

/// Where dated copies are and how they are called.
///
/// Times are UTC. The number is the revision, or a count within one second where the layout stores no
/// revision; names without one, as other programs give them, are read. A pinned copy has `_pinned`
/// after its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Naming {
    /// `backups/<stem>_<YYYYMMDD>_<HHMMSS>_<number>.<extension>`.
    #[default]
    Folder,
    /// `<stem>.<YYYYMMDD>_<HHMMSS>_<number>.backup.<extension>`, beside the document.
    Beside,
}

/// Which of the dated copies stay after a save or a [`prune`](crate::Document::prune).
///
/// The copies are gone through from the newest to the oldest. One **stays if a rule keeps it and no
/// limit forbids it**:
///
/// * the rules: it is among the [`newest`](Self::newest), or the newest of one of the last
///   [`daily`](Self::daily) days, [`weekly`](Self::weekly) weeks or [`monthly`](Self::monthly) months
///   that have a copy. Each rule counts for itself, and one copy may serve several;
/// * the limits: [`max_age`](Self::max_age) and [`max_total_size`](Self::max_total_size), for
///   everything that the rules keep.
///
/// Whatever is set:
///
/// * Only copies that can be loaded count. One that can't takes no place, and goes when it would go if
///   it could.
/// * The newest one that can be loaded always stays, over every limit.
/// * A pinned copy stays, and counts nowhere: [`pin`](crate::Document::pin).
/// * All times are those in the names, so the same names give the same answer at any time. Nothing
///   grows old by the clock alone: age is counted back from the newest copy. The clock is asked only
///   so that a name from the future makes nothing older. A day begins at midnight UTC, a week on
///   Monday (ISO 8601).
///
/// ```
/// use persist::{Document, Retention};
/// use std::time::Duration;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("contacts.json");
/// const DAY: Duration = Duration::from_secs(24 * 60 * 60);
///
/// let contacts = Document::<Vec<String>>::options()
///     .backups(
///         Retention::newest(10)
///             .daily(7)
///             .weekly(4)
///             .monthly(12)
///             .max_age(400 * DAY)
///             .max_total_size(50 << 20),
///     )
///     .at(path);
/// # contacts.update(|all| all.push("Ada".into()))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Retention {
    pub(crate) newest: usize,
    pub(crate) daily: usize,
    pub(crate) weekly: usize,
    pub(crate) monthly: usize,
    pub(crate) max_age: Option<Duration>,
    pub(crate) max_total_size: Option<u64>,
}

impl Retention {
    /// The newest `count`; at least one.
    pub fn newest(count: usize) -> Self {
        Self {
            newest: count.max(1),
            daily: 0,
            weekly: 0,
            monthly: 0,
            max_age: None,
            max_total_size: None,
        }
    }

    /// All, as far as the limits allow that are set then.
    pub fn all() -> Self {
        Self::newest(usize::MAX)
    }

    /// Also the newest of each of the last `days` that have a copy.
    pub fn daily(mut self, days: usize) -> Self {
        self.daily = days;
        self
    }

    /// Also the newest of each of the last `weeks` that have a copy.
    pub fn weekly(mut self, weeks: usize) -> Self {
        self.weekly = weeks;
        self
    }

    /// Also the newest of each of the last `months` that have a copy.
    pub fn monthly(mut self, months: usize) -> Self {
        self.monthly = months;
        self
    }

    /// None that was made longer than this before the newest.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// No more than `bytes` together: one that does not fit beside the newer ones goes.
    pub fn max_total_size(mut self, bytes: u64) -> Self {
        self.max_total_size = Some(bytes);
        self
    }

    /// Whether nothing can go as long as there are no more than `newest`.
    pub(crate) fn has_no_limits(&self) -> bool {
        self.max_age.is_none() && self.max_total_size.is_none()
    }
}

/// The newest 10.
impl Default for Retention {
    fn default() -> Self {
        Self::newest(10)
    }
}
