//! What is on the disk after a crash: the durable operations and a chosen part of the others, folded per
//! object in program order.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::disk::{Content, Disk, Inode, InodeId, Names, Node, ROOT};
use crate::fate::{Exact, Fate, FateKind, Gap, Keep};
use crate::fates;
use crate::fingerprint::{Fingerprint, Random};
use crate::folding::Folding;
use crate::machine::Machine;
use crate::op::{Op, OpKind};

/// Folded objects kept for later states of the same crash point.
const CACHE_MAX: usize = 256;

/// A machine whose power fails after a number of completed calls.
#[derive(Debug)]
pub(crate) struct CrashPoint<'a> {
    /// What is known to be left, and of the rest what [`survivor`](Self::survivor) was asked for last.
    disk: Disk,
    base: &'a Disk,
    /// The operations that had begun, in program order.
    ops: &'a [Op],
    /// Those of them that were not durable, as indices into `ops`.
    pending: Vec<usize>,
    /// What a crash can leave in more than one way.
    open: Vec<Object>,
    stale: Vec<u8>,
    pub(crate) power_safe_overwrite: bool,
}

/// One inode that something happened to.
#[derive(Debug)]
struct Object {
    id: InodeId,
    /// Index into `ops`, and into `pending` if it is pending.
    ops: Vec<(usize, Option<usize>)>,
    /// By the fingerprint of the fates that lead to it.
    folded: HashMap<u64, Inode, BuildHasherDefault<Identity>>,
}

impl<'a> CrashPoint<'a> {
    pub(crate) fn new(machine: &'a Machine, point: u64) -> Self {
        let begun = machine.ops.partition_point(|op| op.call < point);
        let ops = &machine.ops[..begun];
        let mut pending = Vec::new();
        let mut objects: BTreeMap<InodeId, Vec<(usize, Option<usize>)>> = BTreeMap::new();
        for (index, op) in ops.iter().enumerate() {
            let as_pending = (!op.durable_at(point)).then(|| {
                pending.push(index);
                pending.len() - 1
            });
            objects
                .entry(op.object)
                .or_default()
                .push((index, as_pending));
        }
        let stale = match machine.base.longest() {
            // Nothing was there before: then bytes that were written since.
            [] => longest_write(ops).to_vec(),
            before => before.to_vec(),
        };
        let mut disk = machine.base.clone();
        let mut open = Vec::new();
        for (id, of_object) in objects {
            let undecided = |&(index, as_pending): &(usize, Option<usize>)| {
                as_pending.is_some() || hangs_on(&ops[index], &pending).is_some()
            };
            let durable = || {
                of_object
                    .iter()
                    .map(|&(index, _)| (&ops[index].kind, Keep::All))
            };
            let known = (!of_object.iter().any(undecided))
                .then(|| fold(machine.base.inode(id), durable(), Gap::Zeros, &stale))
                .filter(|folded| !folded.has_gap);
            match known {
                Some(folded) => *disk.inode_mut(id) = folded.inode,
                None => open.push(Object {
                    id,
                    ops: of_object,
                    folded: HashMap::default(),
                }),
            }
        }
        let power_safe_overwrite = machine.device.power_safe_overwrite;
        Self {
            disk,
            base: &machine.base,
            ops,
            pending,
            open,
            stale,
            power_safe_overwrite,
        }
    }

    /// The operations whose fate is open, in program order.
    pub(crate) fn pending(&self) -> impl ExactSizeIterator<Item = &'a Op> + use<'_, 'a> {
        self.pending.iter().map(|&index| &self.ops[index])
    }

    /// Equal for two crash points from which the same states can come.
    pub(crate) fn fingerprint(&mut self) -> u64 {
        let nothing = Exact {
            keeps: vec![Keep::Drop; self.pending.len()],
            gap: Gap::Zeros,
        };
        let mut roots = vec![ROOT];
        let mut state = Fingerprint::new();
        for object in &self.open {
            roots.push(object.id);
            // What lies beyond may be a gap.
            state.number(self.base.content(object.id).len() as u64);
            for &(index, as_pending) in &object.ops {
                let op = &self.ops[index];
                let text = format!("{op} {} {}", op.call, as_pending.is_some());
                state.bytes(text.as_bytes());
                state.number(u64::from(op.kind.family()));
                match &op.kind {
                    OpKind::Data { bytes, .. } => state.bytes(bytes),
                    OpKind::Attributes(change) => state.bytes(format!("{change:?}").as_bytes()),
                    OpKind::Set { child, .. } | OpKind::Move { child, .. } => roots.push(*child),
                    OpKind::Size(_) | OpKind::Truncate(_) | OpKind::Delete { .. } => {}
                }
            }
        }
        // What has no name yet may get one from a pending operation.
        state.number(self.survivor(&nothing).fingerprint_from(roots));
        state.finish()
    }

    /// Whether a crash leaves the same whatever it takes.
    pub(crate) fn is_settled(&self) -> bool {
        self.open.is_empty()
    }

    /// One decision per pending operation, or why the fate does not fit them.
    pub(crate) fn exact(&self, fate: &Fate) -> Result<Exact, String> {
        let count = self.pending.len();
        match &fate.0 {
            FateKind::Uniform(keep) => Ok(Exact {
                keeps: vec![*keep; count],
                gap: Gap::Zeros,
            }),
            FateKind::Seeded(seed) => Ok(fates::random(self, &mut Random::new(*seed))),
            FateKind::Exact(exact) if exact.keeps.len() == count => Ok(exact.clone()),
            FateKind::Exact(exact) => Err(format!(
                "the fate is of {} pending operations, but there are {count}",
                exact.keeps.len()
            )),
        }
    }

    /// The disk that is left. Lent, since most of them have been seen before.
    pub(crate) fn survivor(&mut self, exact: &Exact) -> &Disk {
        for object in &mut self.open {
            let kept = object.ops.iter().map(|&(index, pending)| {
                (
                    &self.ops[index].kind,
                    keep_of(self.ops, &self.pending, exact, index, pending),
                )
            });
            let mut key = Fingerprint::new();
            key.number(exact.gap as u64);
            kept.clone().for_each(|(_, keep)| key.number(keep.code()));
            // Most states share their objects with an earlier one.
            if object.folded.len() >= CACHE_MAX {
                object.folded.clear();
            }
            let folded = object.folded.entry(key.finish());
            let folded = folded.or_insert_with(|| {
                fold(self.base.inode(object.id), kept, exact.gap, &self.stale).inode
            });
            *self.disk.inode_mut(object.id) = folded.clone();
        }
        &self.disk
    }
}

/// The keys are fingerprints: they need no further hashing.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = Fingerprint::of(bytes);
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }
}

fn keep_of(
    ops: &[Op],
    pending: &[usize],
    exact: &Exact,
    index: usize,
    as_pending: Option<usize>,
) -> Keep {
    let keep = as_pending.map_or(Keep::All, |at| exact.keeps[at]);
    match hangs_on(&ops[index], pending) {
        Some(partner) if exact.keeps[partner] == Keep::Drop => Keep::Drop,
        _ => keep,
    }
}

/// The first half of a rename across directories, if it is pending: the second is never kept without it.
fn hangs_on(op: &Op, pending: &[usize]) -> Option<usize> {
    match &op.kind {
        OpKind::Delete { with, .. } => pending.binary_search(with.as_ref()?).ok(),
        _ => None,
    }
}

/// The most bytes that were written at once.
fn longest_write(ops: &[Op]) -> &[u8] {
    let writes = ops.iter().filter_map(|op| match &op.kind {
        OpKind::Data { bytes, .. } => Some(&**bytes),
        _ => None,
    });
    writes.max_by_key(|bytes| bytes.len()).unwrap_or_default()
}

/// What operations leave of an inode.
struct Folded {
    inode: Inode,
    /// Whether it is a file with bytes that none of them wrote.
    has_gap: bool,
}

fn fold<'a>(
    base: &Inode,
    ops: impl Iterator<Item = (&'a OpKind, Keep)> + Clone,
    gap: Gap,
    stale: &[u8],
) -> Folded {
    let mut inode = base.clone();
    let mut has_gap = false;
    match &base.node {
        Node::Symlink(_) => {}
        Node::Directory(names) => {
            let mut names = Names::clone(names);
            for (op, _) in ops.filter(|(_, keep)| *keep != Keep::Drop) {
                fold_name(&mut names, op);
            }
            inode.node = Node::Directory(Arc::new(names));
        }
        Node::File(content) => {
            let kept = ops.filter(|(_, keep)| *keep != Keep::Drop);
            let end = kept.clone().map(|(op, _)| end_of(op)).max().unwrap_or(0);
            let mut folding = Folding::new(content.bytes(), end);
            for (op, keep) in kept {
                if let OpKind::Attributes(change) = op {
                    Arc::make_mut(&mut inode.attributes).apply(change);
                }
                fold_data(&mut folding, op, keep);
            }
            has_gap = folding.has_gap();
            inode.node = Node::File(Arc::new(Content::new(folding.finish(gap, stale))));
        }
    }
    Folded { inode, has_gap }
}

/// The least size of a file that this has been done to.
fn end_of(op: &OpKind) -> usize {
    match op {
        OpKind::Data { offset, bytes } => offset + bytes.len(),
        OpKind::Size(size) | OpKind::Truncate(size) => *size,
        _ => 0,
    }
}

fn fold_data(folding: &mut Folding, op: &OpKind, keep: Keep) {
    match op {
        OpKind::Data { offset, bytes } => folding.data(*offset, bytes, keep),
        OpKind::Size(size) => folding.grow(*size),
        OpKind::Truncate(size) => folding.truncate(*size),
        OpKind::Attributes(_)
        | OpKind::Set { .. }
        | OpKind::Delete { .. }
        | OpKind::Move { .. } => {}
    }
}

fn fold_name(names: &mut Names, op: &OpKind) {
    match op {
        OpKind::Set { name, child } => {
            names.insert(name.clone(), *child);
        }
        OpKind::Delete { name, .. } => {
            names.remove(name);
        }
        OpKind::Move { from, to, child } => {
            names.remove(from);
            names.insert(to.clone(), *child);
        }
        OpKind::Data { .. } | OpKind::Size(_) | OpKind::Truncate(_) | OpKind::Attributes(_) => {}
    }
}
