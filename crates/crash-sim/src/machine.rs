//! The state of one simulated machine: disk, cache, processes, and everything that was called.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::sync::Arc;

use crate::device::{Allocation, BLOCK, Device, FILE_MAX};
use crate::disk::{AttributeChange, Disk, Inode, InodeId};
use crate::errno;
use crate::fault::Fault;
use crate::locks::Locks;
use crate::op::{Covers, Op, OpKind};
use crate::trace::{Call, Outcome, Subject};

/// More calls than this between two boots, and a program is taken to be in an endless loop.
const CALLS_MAX: usize = 200_000;

pub(crate) type ProcessId = u32;
pub(crate) type HandleId = u64;

#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) device: Device,
    /// What was on the disk at the boot, plus the (still empty, unreachable) inodes made since.
    pub(crate) base: Disk,
    /// What processes see.
    pub(crate) live: Disk,
    /// Everything done since the boot, in program order.
    pub(crate) ops: Vec<Op>,
    pub(crate) calls: Vec<Call>,
    pub(crate) runaway: bool,
    /// The first moment at which the power may fail: what was on the disk earlier is not known any more.
    pub(crate) crashable_from: u64,
    faults: BTreeMap<u64, Fault>,
    /// Whether each process is alive.
    processes: Vec<bool>,
    pub(crate) locks: Locks,
    next_handle: HandleId,
}

impl Machine {
    /// A machine that has just been switched on with this on its disk.
    pub(crate) fn boot(device: Device, disk: Disk) -> Self {
        Self {
            device,
            live: disk.clone(),
            base: disk,
            ops: Vec::new(),
            calls: Vec::new(),
            runaway: false,
            crashable_from: 0,
            faults: BTreeMap::new(),
            processes: vec![true],
            locks: Locks::default(),
            next_handle: 0,
        }
    }

    /// How many calls have been completed: the clock of this machine.
    pub(crate) fn now(&self) -> u64 {
        self.calls.len() as u64
    }

    pub(crate) fn inject(&mut self, index: u64, fault: Fault) {
        self.faults.insert(index, fault);
    }

    /// No fault that has not been met yet will be.
    pub(crate) fn disarm(&mut self) {
        self.faults.clear();
    }

    /// Whether somebody holds a lock, or a fault has not been met yet.
    pub(crate) fn is_awaiting(&self) -> bool {
        !self.faults.is_empty() || !self.locks.is_empty()
    }

    pub(crate) fn start_process(&mut self) -> ProcessId {
        self.processes.push(true);
        ProcessId::try_from(self.processes.len() - 1)
            .expect("fewer than 2^32 processes in one simulation")
    }

    pub(crate) fn any_alive(&self) -> bool {
        self.processes.contains(&true)
    }

    pub(crate) fn kill_process(&mut self, process: ProcessId) {
        self.processes[process as usize] = false;
        self.locks.release_all(process);
    }

    /// Everything done so far is durable.
    pub(crate) fn settle(&mut self) {
        self.base = self.live.clone();
        self.crashable_from = self.now();
        self.ops.clear();
        for call in &mut self.calls {
            call.ops = 0..0;
        }
    }

    /// Runs one call of `process`: refuses it, lets an injected fault answer, or runs `body`, which gets the
    /// faults that need its help (short transfers and failing syncs).
    pub(crate) fn call<T>(
        &mut self,
        process: ProcessId,
        name: &'static str,
        subject: Subject,
        body: impl FnOnce(&mut Self, Option<Fault>) -> io::Result<T>,
    ) -> io::Result<T> {
        if !self.processes[process as usize] {
            return Err(Fault::Kill.error());
        }
        if self.calls.len() >= CALLS_MAX {
            self.runaway = true;
            self.kill_process(process);
            return Err(Fault::Kill.error());
        }
        let transfer = matches!(name, "read_at" | "write_at" | "write_direct_at");
        let fault = self.faults.remove(&self.now());
        let fault = fault.filter(|&fault| fault != Fault::Short || transfer);
        let first_op = self.ops.len();
        let result = match fault {
            Some(Fault::Kill) => {
                self.kill_process(process);
                Err(Fault::Kill.error())
            }
            Some(Fault::KillInside) => {
                drop(body(self, fault.filter(|_| transfer)));
                self.kill_process(process);
                Err(Fault::Kill.error())
            }
            Some(fault) if fault != Fault::Short && !name.starts_with("sync") => Err(fault.error()),
            fault => body(self, fault),
        };
        let outcome = match (&result, fault) {
            (Ok(_), None) => Outcome::Ok,
            (Ok(_), Some(fault)) => Outcome::Short(fault),
            (Err(_), Some(fault)) => Outcome::Injected(fault),
            (Err(error), None) => Outcome::Error(error.kind()),
        };
        self.calls.push(Call {
            process,
            name,
            subject,
            outcome,
            ops: first_op..self.ops.len(),
        });
        result
    }

    /// Refuses a change on a read-only device.
    pub(crate) fn writable(&self) -> io::Result<()> {
        if self.device.read_only {
            Err(errno::read_only())
        } else {
            Ok(())
        }
    }

    fn push(&mut self, object: InodeId, kind: OpKind) {
        let call = self.now();
        self.ops.push(Op {
            call,
            object,
            kind,
            durable: None,
            poisoned: false,
        });
    }

    /// A new inode: on the disk too, but with nothing in it and no name to reach it by.
    pub(crate) fn add_inode(&mut self, inode: Inode) -> InodeId {
        self.base.add(inode.clone());
        self.live.add(inode)
    }

    pub(crate) fn set_name(&mut self, dir: InodeId, name: &OsStr, child: InodeId) {
        self.live.names_mut(dir).insert(name.to_owned(), child);
        self.push(
            dir,
            OpKind::Set {
                name: name.to_owned(),
                child,
            },
        );
    }

    pub(crate) fn delete_name(&mut self, dir: InodeId, name: &OsStr) {
        self.live.names_mut(dir).remove(name);
        self.push(
            dir,
            OpKind::Delete {
                name: name.to_owned(),
                with: None,
            },
        );
    }

    pub(crate) fn move_name(
        &mut self,
        from: (InodeId, &OsStr),
        to: (InodeId, &OsStr),
        child: InodeId,
    ) {
        self.live.names_mut(from.0).remove(from.1);
        self.live.names_mut(to.0).insert(to.1.to_owned(), child);
        if from.0 == to.0 {
            self.push(
                to.0,
                OpKind::Move {
                    from: from.1.to_owned(),
                    to: to.1.to_owned(),
                    child,
                },
            );
        } else {
            let with = Some(self.ops.len());
            self.push(
                to.0,
                OpKind::Set {
                    name: to.1.to_owned(),
                    child,
                },
            );
            self.push(
                from.0,
                OpKind::Delete {
                    name: from.1.to_owned(),
                    with,
                },
            );
        }
    }

    pub(crate) fn set_attribute(&mut self, inode: InodeId, change: AttributeChange) {
        Arc::make_mut(&mut self.live.inode_mut(inode).attributes).apply(&change);
        self.push(inode, OpKind::Attributes(Arc::new(change)));
    }

    /// Writes as much as there is room for; `ENOSPC` if that is nothing.
    pub(crate) fn write(&mut self, inode: InodeId, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let size_before = self.live.content(inode).len();
        let bytes = match self.device.capacity {
            None => bytes,
            Some(capacity) => {
                let free = capacity.saturating_sub(self.live.used());
                let end_max = free.saturating_add(size_before as u64);
                let fits = end_max.saturating_sub(offset).min(bytes.len() as u64);
                if fits == 0 && !bytes.is_empty() {
                    return Err(errno::no_space());
                }
                &bytes[..usize::try_from(fits).unwrap_or(bytes.len())]
            }
        };
        let start = length(offset)?;
        let end = length(offset + bytes.len() as u64)?;
        if bytes.is_empty() {
            return Ok(0);
        }
        let content = self.live.content_mut(inode);
        if content.len() < end {
            content.resize(end, 0);
        }
        content[start..end].copy_from_slice(bytes);
        let mut at = start;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (block, tail) = rest.split_at(rest.len().min(BLOCK - at % BLOCK));
            self.push(
                inode,
                OpKind::Data {
                    offset: at,
                    bytes: block.into(),
                },
            );
            at += block.len();
            rest = tail;
            if at > size_before {
                self.push(inode, OpKind::Size(at));
            }
        }
        Ok(bytes.len())
    }

    pub(crate) fn truncate(&mut self, inode: InodeId, size: u64) -> io::Result<()> {
        let length = length(size)?;
        self.live.content_mut(inode).resize(length, 0);
        self.push(inode, OpKind::Truncate(length));
        Ok(())
    }

    /// Preallocation: the size grows, or zeros are written, or there is no room for them.
    pub(crate) fn allocate(&mut self, inode: InodeId, size: u64) -> io::Result<()> {
        let length = length(size)?;
        let before = self.live.content(inode).len();
        if length <= before {
            return Ok(());
        }
        let grown = length - before;
        if let Some(capacity) = self.device.capacity
            && self.live.used().saturating_add(grown as u64) > capacity
        {
            return Err(errno::no_space());
        }
        if self.device.allocation == Allocation::WritesZeros {
            return self.write(inode, &vec![0; grown], before as u64).map(drop);
        }
        self.live.content_mut(inode).resize(length, 0);
        self.push(inode, OpKind::Size(length));
        Ok(())
    }

    /// Makes what the sync of `object` covers durable, or, if it fails, poisons it.
    pub(crate) fn sync(
        &mut self,
        object: InodeId,
        covers: Covers,
        fault: Option<Fault>,
    ) -> io::Result<()> {
        let done = self.now() + 1;
        let fails = fault.is_some_and(|fault| fault != Fault::SyncedButFailed);
        let mut partners = Vec::new();
        for op in &mut self.ops {
            if op.object != object
                || op.durable.is_some()
                || op.poisoned
                || !op.kind.covered_by(covers)
            {
                continue;
            }
            if fails {
                op.poisoned = true;
            } else {
                op.durable = Some(done);
                if let OpKind::Delete {
                    with: Some(partner),
                    ..
                } = op.kind
                {
                    partners.push(partner);
                }
            }
        }
        // The old name of a file is never gone for good before the new one is there for good. If the new one was lost
        // to a failed sync, the old one's end hangs on it for ever.
        for partner in partners {
            let partner = &mut self.ops[partner];
            if !partner.poisoned {
                partner.durable.get_or_insert(done);
            }
        }
        fault.map_or(Ok(()), |fault| Err(fault.error()))
    }

    /// What the cache shows of this file is on the disk too, whatever was or was not synced.
    pub(crate) fn engrave(&mut self, inode: InodeId) {
        let node = self.live.inode(inode).node.clone();
        self.base.inode_mut(inode).node = node;
        self.crashable_from = self.now();
        // Earlier operations on it are part of that now; to drop them would renumber the others.
        for op in self
            .ops
            .iter_mut()
            .filter(|op| op.object == inode && op.kind.covered_by(Covers::Data))
        {
            op.kind = OpKind::Size(0);
        }
    }

    pub(crate) fn new_handle(&mut self) -> HandleId {
        self.next_handle += 1;
        self.next_handle
    }
}

/// A size or an end of a file, if a file can be so long.
fn length(size: u64) -> io::Result<usize> {
    match usize::try_from(size) {
        Ok(length) if size <= FILE_MAX => Ok(length),
        _ if i64::try_from(size).is_err() => Err(errno::invalid()),
        _ => Err(errno::file_too_large()),
    }
}
