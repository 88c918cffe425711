//! Where records are kept: what the services need of it.

use std::fmt;

use super::error::Error;

/// Records as they are kept, and what is kept beside them.
#[derive(Debug)]
pub(crate) struct Shelved<R> {
    /// In their order; each with its place among all.
    pub(crate) records: Vec<(usize, R)>,
    /// Those that could not be read, by place, and why. They stay where they are.
    pub(crate) unread: Vec<(usize, String)>,
}

/// A change of all records at once. If it fails nothing has changed.
pub(crate) type Change<'c, R> = Box<dyn FnOnce(&mut Vec<R>) -> Result<(), Error> + 'c>;

/// A place where records of one kind are kept.
pub(crate) trait Shelf<R>: fmt::Debug {
    /// What is there; `None` if nothing ever was.
    fn load(&self) -> Result<Option<Shelved<R>>, Error>;

    /// Changes what is there now, whoever has changed it since the last load. After `Ok` it is kept.
    fn update(&self, change: Change<'_, R>) -> Result<(), Error>;
}
