//! Which copies a document has.

/// Which copies of the old file a save keeps. Copies made before a migration, a restore or a
/// recovery are kept whatever this says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backups {
    /// None.
    Off,
    /// The one before, as `<name>.bak`.
    Single,
    /// One before each save, with its time in its name.
    Dated {
        /// Which of them stay.
        retention: Retention,
    },
}

impl Backups {
    /// The newest `count` copies, in the folder `backups`.
    pub fn newest(count: usize) -> Self {
        Self::Dated {
            retention: Retention::newest(count),
        }
    }
}

impl Default for Backups {
    fn default() -> Self {
        Self::newest(10)
    }
}

/// Which of the dated copies stay. One that can be loaded always does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Retention {
    pub(crate) newest: usize,
}

impl Retention {
    /// The newest `count` that can be loaded, but at least one.
    pub fn newest(count: usize) -> Self {
        Self { newest: count }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self::newest(10)
    }
}
