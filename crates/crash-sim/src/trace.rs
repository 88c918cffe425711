//! What was called, in order, printable.

use std::fmt;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::PathBuf;

use crate::device::BLOCK;
use crate::disk::InodeId;
use crate::fault::Fault;
use crate::machine::{Machine, ProcessId};
use crate::op::Op;

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) process: ProcessId,
    pub(crate) name: &'static str,
    pub(crate) subject: Subject,
    pub(crate) outcome: Outcome,
    /// Which micro-operations it became.
    pub(crate) ops: Range<usize>,
}

impl Call {
    /// Whether it is a write of more than one block, which can be interrupted in between.
    pub(crate) fn writes_blocks(&self) -> bool {
        match self.subject {
            Subject::Bytes { offset, len, .. }
                if matches!(self.name, "write_at" | "write_direct_at") =>
            {
                offset % BLOCK as u64 + len > BLOCK as u64
            }
            _ => false,
        }
    }
}

/// What a call was about.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Path(PathBuf),
    Paths(PathBuf, PathBuf),
    Inode(InodeId),
    Bytes {
        inode: InodeId,
        offset: u64,
        len: u64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    Ok,
    Short(Fault),
    Injected(Fault),
    Error(ErrorKind),
}

/// Everything a machine was asked to do since it was switched on: one line per call, with the
/// micro-operations it became and when each was durable.
#[derive(Clone, Debug)]
pub struct Trace {
    calls: Vec<Call>,
    ops: Vec<Op>,
}

impl Trace {
    pub(crate) fn of(machine: &Machine) -> Self {
        Self {
            calls: machine.calls.clone(),
            ops: machine.ops.clone(),
        }
    }

    /// How many calls there were.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// The names of the calls, in order: `open`, `write_at` (`write_direct_at` by a direct handle), `sync_all`, `rename`, …
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.calls.iter().map(|call| call.name)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Paths(from, to) => write!(f, "{} -> {}", from.display(), to.display()),
            Self::Inode(inode) => write!(f, "#{inode}"),
            Self::Bytes { inode, offset, len } => write!(f, "#{inode} {offset}+{len}"),
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, call) in self.calls.iter().enumerate() {
            write!(
                f,
                "{index:4} p{} {} {}",
                call.process, call.name, call.subject
            )?;
            match call.outcome {
                Outcome::Ok => writeln!(f)?,
                Outcome::Short(fault) | Outcome::Injected(fault) => writeln!(f, " !! {fault}")?,
                Outcome::Error(kind) => writeln!(f, " = {kind}")?,
            }
            // Operations before a `settle` are gone.
            for op in self.ops.get(call.ops.clone()).unwrap_or_default() {
                write!(f, "          {op}")?;
                match op.durable {
                    Some(time) => writeln!(f, ", durable after call {}", time - 1)?,
                    None => writeln!(f, ", never durable")?,
                }
            }
        }
        Ok(())
    }
}
