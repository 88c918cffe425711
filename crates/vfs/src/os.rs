//! The real operating system.

/// The real file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFs;
