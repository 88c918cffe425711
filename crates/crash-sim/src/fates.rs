//! Which fates of the pending operations are tried at a crash point.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::device::{BLOCK, SECTOR};
use crate::fate::{Exact, Gap, Keep};
use crate::fingerprint::Random;
use crate::op::{FAMILIES, Op, OpKind};
use crate::survive::CrashPoint;

/// The most pending calls of which all subsets are ever tried.
const CALLS_MAX: usize = 16;

/// What is done with each fate; breaking ends the enumeration.
pub(crate) type Visit<'v, B> = dyn FnMut(Exact) -> ControlFlow<B> + 'v;

/// Every subset of the pending operations, each kept whole or lost.
pub(crate) fn subsets<B>(count: usize, visit: &mut Visit<'_, B>) -> ControlFlow<B> {
    for mask in 0..1_u64 << count {
        let keep = |at: usize| {
            if mask >> at & 1 == 1 {
                Keep::All
            } else {
                Keep::Drop
            }
        };
        visit(Exact {
            keeps: (0..count).map(keep).collect(),
            gap: Gap::Zeros,
        })?;
    }
    ControlFlow::Continue(())
}

/// The pending operations lost from some point in the order of the program on.
pub(crate) fn prefixes<B>(count: usize, visit: &mut Visit<'_, B>) -> ControlFlow<B> {
    for kept in 0..=count {
        let keep = |at: usize| if at < kept { Keep::All } else { Keep::Drop };
        visit(Exact {
            keeps: (0..count).map(keep).collect(),
            gap: Gap::Zeros,
        })?;
    }
    ControlFlow::Continue(())
}

/// The fates with a plan where the subsets are too many to try: all subsets of up to `calls_max` whole calls, prefixes, all but one,
/// only one, per object, per kind.
pub(crate) fn planned<B>(
    crash: &CrashPoint<'_>,
    calls_max: usize,
    visit: &mut Visit<'_, B>,
) -> ControlFlow<B> {
    let pending: Vec<&Op> = crash.pending().collect();
    let mut choose = |keep: &dyn Fn(usize) -> bool| {
        let keep = |at: usize| if keep(at) { Keep::All } else { Keep::Drop };
        visit(Exact {
            keeps: (0..pending.len()).map(keep).collect(),
            gap: Gap::Zeros,
        })
    };
    for chosen in 0..=pending.len() {
        choose(&|at| at < chosen)?;
        choose(&|at| at == chosen)?;
        choose(&|at| at != chosen)?;
    }
    let objects: BTreeSet<_> = pending.iter().map(|op| op.object).collect();
    for &object in &objects {
        choose(&|at| pending[at].object == object)?;
        choose(&|at| pending[at].object != object)?;
    }
    for family in 0..FAMILIES {
        choose(&|at| pending[at].kind.family() == family)?;
        choose(&|at| pending[at].kind.family() != family)?;
    }
    let calls: Vec<u64> = pending
        .iter()
        .map(|op| op.call)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if calls.len() <= calls_max.min(CALLS_MAX) {
        let call_of: Vec<usize> = pending
            .iter()
            .map(|op| calls.partition_point(|&call| call < op.call))
            .collect();
        for mask in 0..1_u32 << calls.len() {
            choose(&|at| mask >> call_of[at] & 1 == 1)?;
        }
    }
    ControlFlow::Continue(())
}

/// Torn, aged and missing parts, one at a time: each pending write torn at each of its sectors and at some bytes, against
/// all else kept and against all later lost; and every gap filled in each way.
pub(crate) fn torn<B>(crash: &CrashPoint<'_>, visit: &mut Visit<'_, B>) -> ControlFlow<B> {
    let pending: Vec<&Op> = crash.pending().collect();
    let noise = !crash.power_safe_overwrite;
    for (at, op) in pending.iter().enumerate() {
        let OpKind::Data { offset, bytes } = &op.kind else {
            continue;
        };
        for part in parts(*offset, bytes.len(), noise) {
            for later in [Keep::All, Keep::Drop] {
                let mut keeps = vec![Keep::All; pending.len()];
                keeps[at + 1..].fill(later);
                keeps[at] = part;
                visit(Exact {
                    keeps,
                    gap: Gap::Zeros,
                })?;
            }
        }
    }
    for gap in [Gap::Zeros, Gap::Noise, Gap::Stale] {
        let lost = |op: &&Op| {
            if matches!(op.kind, OpKind::Data { .. }) {
                Keep::Drop
            } else {
                Keep::All
            }
        };
        visit(Exact {
            keeps: pending.iter().map(lost).collect(),
            gap,
        })?;
        for at in 0..pending.len() {
            let mut keeps = vec![Keep::All; pending.len()];
            keeps[at] = Keep::Drop;
            visit(Exact { keeps, gap })?;
        }
    }
    ControlFlow::Continue(())
}

fn parts(offset: usize, len: usize, noise: bool) -> Vec<Keep> {
    let first = offset % BLOCK / SECTOR;
    let last = (offset % BLOCK + len.max(1) - 1) / SECTOR;
    let mut parts = Vec::new();
    for sector in first..=last {
        parts.push(Keep::Sectors(1 << sector));
        parts.push(Keep::Sectors(!(1 << sector)));
    }
    for at in [1, len / 3, len / 2, len.saturating_sub(1)] {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        parts.push(Keep::Prefix(at));
        parts.push(Keep::Suffix(at));
    }
    if noise {
        parts.push(Keep::Noise);
    }
    parts
}

/// One fate by chance: a density between .05 and .95, kept writes torn never, sometimes or mostly, every gap filled in any
/// way. In every second fate names, sizes and attributes survive for the most part: where a name is lost, what happened
/// to the content behind it makes no difference.
pub(crate) fn random(crash: &CrashPoint<'_>, random: &mut Random) -> Exact {
    let density = 5 + random.below(91);
    let tear = [0, 33, 80][random.below(3)];
    let gap = [Gap::Zeros, Gap::Noise, Gap::Stale][random.below(3)];
    let of_others = if random.chance(50) { density } else { 95 };
    let keeps = crash.pending().map(|op| {
        let is_data = matches!(op.kind, OpKind::Data { .. });
        if !random.chance(if is_data { density } else { of_others }) {
            return Keep::Drop;
        }
        match &op.kind {
            OpKind::Data { bytes, .. } if random.chance(tear) => {
                let at = u16::try_from(random.below(bytes.len())).unwrap_or(u16::MAX);
                match random.below(if crash.power_safe_overwrite { 4 } else { 5 }) {
                    0 => Keep::Prefix(at),
                    1 => Keep::Suffix(at),
                    4 => Keep::Noise,
                    _ => Keep::Sectors(random.next().to_le_bytes()[0]),
                }
            }
            _ => Keep::All,
        }
    });
    Exact {
        keeps: keeps.collect(),
        gap,
    }
}
