//! The micro-operations that calls are split into, and when each is durable.

use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;

use crate::disk::{AttributeChange, InodeId};

/// One micro-operation on one object. Which of them a crash keeps is decided one by one.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    /// Index of the call that it belongs to.
    pub(crate) call: u64,
    /// The file, or the directory whose names change.
    pub(crate) object: InodeId,
    pub(crate) kind: OpKind,
    /// How many calls had been completed when it was durable for certain.
    pub(crate) durable: Option<u64>,
    /// A sync that should have made it durable failed: no later one will.
    pub(crate) poisoned: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum OpKind {
    /// Bytes within one block; never crosses a multiple of the block size.
    Data { offset: usize, bytes: Arc<[u8]> },
    /// The file is at least this long.
    Size(usize),
    /// The file is exactly this long; what was beyond is gone, what is new reads as zeros.
    Truncate(usize),
    /// One attribute is changed.
    Attributes(Arc<AttributeChange>),
    /// `name` points to `child`.
    Set { name: OsString, child: InodeId },
    /// `name` is gone. If it is the second half of a rename across directories, `with` is the index of the
    /// first half, and this is never kept without that.
    Delete { name: OsString, with: Option<usize> },
    /// Within one directory, in one step: `from` is gone and `to` points to `child`.
    Move {
        from: OsString,
        to: OsString,
        child: InodeId,
    },
}

/// What a sync covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Covers {
    Data,
    DataAndAttributes,
    Names,
}

impl OpKind {
    pub(crate) fn covered_by(&self, covers: Covers) -> bool {
        match self {
            Self::Data { .. } | Self::Size(_) | Self::Truncate(_) => covers != Covers::Names,
            Self::Attributes(_) => covers == Covers::DataAndAttributes,
            Self::Set { .. } | Self::Delete { .. } | Self::Move { .. } => covers == Covers::Names,
        }
    }

    /// A small number per kind of operation, for dropping all of one kind.
    pub(crate) fn family(&self) -> u8 {
        match self {
            Self::Data { .. } => 0,
            Self::Size(_) | Self::Truncate(_) => 1,
            Self::Attributes(_) => 2,
            Self::Set { .. } => 3,
            Self::Delete { .. } => 4,
            Self::Move { .. } => 5,
        }
    }
}

/// How many families [`OpKind::family`] knows.
pub(crate) const FAMILIES: u8 = 6;

impl Op {
    pub(crate) fn durable_at(&self, point: u64) -> bool {
        self.durable.is_some_and(|time| time <= point)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = self.object;
        match &self.kind {
            OpKind::Data { offset, bytes } => {
                write!(f, "data of #{object} at {offset}+{}", bytes.len())
            }
            OpKind::Size(size) => write!(f, "size of #{object} at least {size}"),
            OpKind::Truncate(size) => write!(f, "size of #{object} cut or extended to {size}"),
            OpKind::Attributes(_) => write!(f, "attributes of #{object}"),
            OpKind::Set { name, child } => {
                write!(f, "name {} in #{object} -> #{child}", name.display())
            }
            OpKind::Delete { name, .. } => write!(f, "name {} in #{object} gone", name.display()),
            OpKind::Move { from, to, child } => {
                write!(
                    f,
                    "name {} in #{object} moved to {} -> #{child}",
                    from.display(),
                    to.display()
                )
            }
        }?;
        if self.poisoned {
            write!(f, " (its sync failed)")?;
        }
        Ok(())
    }
}
