//! Advisory locks of whole files.

use std::collections::BTreeMap;

use vfs::LockKind;

use crate::disk::InodeId;
use crate::machine::{HandleId, ProcessId};

/// Who holds a lock on what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    holders: BTreeMap<InodeId, Vec<Holder>>,
}

#[derive(Clone, Copy, Debug)]
struct Holder {
    handle: HandleId,
    process: ProcessId,
    kind: LockKind,
}

impl Locks {
    /// Whether the handle has the lock now.
    pub(crate) fn take(
        &mut self,
        inode: InodeId,
        process: ProcessId,
        handle: HandleId,
        kind: LockKind,
    ) -> bool {
        let holders = self.holders.entry(inode).or_default();
        // A handle that asks for another kind gives up its own first, and gets neither if that is not free.
        holders.retain(|holder| holder.handle != handle);
        let free = match kind {
            LockKind::Exclusive => holders.is_empty(),
            LockKind::Shared => holders.iter().all(|holder| holder.kind == LockKind::Shared),
        };
        if free {
            holders.push(Holder {
                handle,
                process,
                kind,
            });
        }
        free
    }

    pub(crate) fn release(&mut self, inode: InodeId, handle: HandleId) {
        if let Some(holders) = self.holders.get_mut(&inode) {
            holders.retain(|holder| holder.handle != handle);
        }
    }

    /// Whether nobody holds any.
    pub(crate) fn is_empty(&self) -> bool {
        self.holders.values().all(Vec::is_empty)
    }

    /// The process is dead.
    pub(crate) fn release_all(&mut self, process: ProcessId) {
        for holders in self.holders.values_mut() {
            holders.retain(|holder| holder.process != process);
        }
    }
}
