//! The state of one simulated machine: disk, cache, processes, and everything that was called.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::io;
use std::sync::Arc;

use vfs::LockKind;

use crate::device::{BLOCK, Device, FILE_MAX};
use crate::disk::{Attributes, Disk, Inode, InodeId};
use crate::errno;
use crate::fault::Fault;
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
    faults: BTreeMap<u64, Fault>,
    /// Whether each process is alive.
    processes: Vec<bool>,
    locks: HashMap<InodeId, Vec<Holder>>,
    next_handle: HandleId,
}

#[derive(Clone, Copy, Debug)]
struct Holder {
    handle: HandleId,
    process: ProcessId,
    kind: LockKind,
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
            faults: BTreeMap::new(),
            processes: vec![true],
            locks: HashMap::new(),
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
        for holders in self.locks.values_mut() {
            holders.retain(|holder| holder.process != process);
        }
    }

    /// Everything done so far is durable.
    pub(crate) fn settle(&mut self) {
        self.base = self.live.clone();
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
        let fault = self.faults.remove(&self.now());
        let first_op = self.ops.len();
        let result = match fault {
            Some(Fault::Kill) => {
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

    pub(crate) fn set_attributes(&mut self, inode: InodeId, change: impl FnOnce(&mut Attributes)) {
        let attributes = &mut self.live.inode_mut(inode).attributes;
        change(Arc::make_mut(attributes));
        let attributes = Arc::clone(attributes);
        self.push(inode, OpKind::Attributes(attributes));
    }

    /// Writes as much as there is room for; `ENOSPC` if that is nothing.
    pub(crate) fn write(&mut self, inode: InodeId, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let size_before = self.live.content(inode).len();
        let bytes = match self.device.capacity {
            None => bytes,
            Some(capacity) => {
                let end_max = size_before as u64 + capacity.saturating_sub(self.live.used());
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

    /// Preallocation that changes the size and nothing else.
    pub(crate) fn extend(&mut self, inode: InodeId, size: u64) -> io::Result<()> {
        let length = length(size)?;
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
        // The old name of a file is never gone for good before the new one is there for good.
        for partner in partners {
            self.ops[partner].durable.get_or_insert(done);
        }
        fault.map_or(Ok(()), |fault| Err(fault.error()))
    }

    /// What the cache shows of this file is on the disk too, whatever was or was not synced.
    pub(crate) fn engrave(&mut self, inode: InodeId) {
        let node = self.live.inode(inode).node.clone();
        self.base.inode_mut(inode).node = node;
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

    pub(crate) fn try_lock(
        &mut self,
        inode: InodeId,
        process: ProcessId,
        handle: HandleId,
        kind: LockKind,
    ) -> bool {
        let holders = self.locks.entry(inode).or_default();
        let mut others = holders.iter().filter(|holder| holder.handle != handle);
        let free = match kind {
            LockKind::Exclusive => others.next().is_none(),
            LockKind::Shared => others.all(|holder| holder.kind == LockKind::Shared),
        };
        // A handle that asks for another kind gives up its own first, and gets neither if that is not free.
        holders.retain(|holder| holder.handle != handle);
        if free {
            holders.push(Holder {
                handle,
                process,
                kind,
            });
        }
        free
    }

    pub(crate) fn unlock(&mut self, inode: InodeId, handle: HandleId) {
        if let Some(holders) = self.locks.get_mut(&inode) {
            holders.retain(|holder| holder.handle != handle);
        }
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
