//! One run of the scenario, ready to be crashed.

use std::collections::HashMap;
use std::fmt::Debug;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::case::Run;
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::sim_fs::SimFs;
use crate::trace::Call;

/// A machine on which a run has ended, and the moments at which its power may fail.
pub(super) struct Source<P> {
    pub(super) run: Run,
    pub(super) machine: Machine,
    pub(super) ledger: Ledger<P>,
    /// Numbers of completed calls, ascending.
    pub(super) points: Vec<u64>,
}

impl<P: Clone + Debug + PartialEq> Source<P> {
    /// Crash points from `from` on: before each sync returns, after each acknowledgement, at the end.
    pub(super) fn new(run: Run, fs: &SimFs, ledger: Ledger<P>, from: u64) -> Self {
        let machine = fs.machine().clone();
        let mut points = sync_points(&machine, 0..machine.now());
        points.extend(ledger.acknowledgement_times());
        points.push(machine.now());
        points.retain(|&point| point >= from.max(machine.crashable_from));
        points.sort_unstable();
        points.dedup();
        Self {
            run,
            machine,
            ledger,
            points,
        }
    }
}

/// The indices of the syncs among these calls: the power fails while they run.
pub(super) fn sync_points(machine: &Machine, calls: Range<u64>) -> Vec<u64> {
    let is_sync = |(index, call): (u64, &Call)| {
        (calls.contains(&index) && call.name.starts_with("sync")).then_some(index)
    };
    (0..).zip(&machine.calls).filter_map(is_sync).collect()
}

/// The program dies, if it has not, and is started again on the machine that is still up.
pub(super) fn restarted(fs: &SimFs) -> SimFs {
    fs.kill();
    fs.machine().disarm();
    fs.process()
}

/// Runs the check as a user's restart would; a panic is a broken promise too.
pub(super) fn recover<P, V, C>(fs: &SimFs, ledger: &Ledger<P>, check: &C) -> Result<V, String>
where
    C: Fn(&SimFs, &Ledger<P>) -> Result<V, String>,
{
    let answer = catch_unwind(AssertUnwindSafe(|| check(fs, ledger))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(format!("recovery panicked: {}", text.unwrap_or_default()))
    })?;
    if fs.machine().runaway {
        return Err("recovery never ends".to_owned());
    }
    Ok(answer)
}

/// What recoveries have answered from the machines that earlier ones have left, by the machine and the ledger.
pub(super) type Answers<V> = HashMap<u64, V>;

/// Recovers, and if that changed anything recovers again, which must answer the same. Returns how many calls the first
/// recovery took, or 0 if it changed nothing.
///
/// Many crashes end in few recovered machines: where another recovery has left the same one, its answer is known.
pub(super) fn recover_twice<P, V, C>(
    fs: &SimFs,
    ledger: &Ledger<P>,
    check: &C,
    known: &mut Answers<V>,
) -> Result<u64, String>
where
    P: Clone + Debug + PartialEq,
    V: PartialEq + Debug,
    C: Fn(&SimFs, &Ledger<P>) -> Result<V, String>,
{
    let ops_before = fs.machine().ops.len();
    let first = recover(fs, ledger, check)?;
    let (calls, ops) = {
        let machine = fs.machine();
        (machine.now(), machine.ops.len())
    };
    if ops == ops_before {
        return Ok(0);
    }
    let left = fs.fingerprint().map(|left| ledger.with(left));
    if left.is_some_and(|left| known.get(&left) == Some(&first)) {
        return Ok(calls);
    }
    let second =
        recover(&fs.process(), ledger, check).map_err(|why| format!("recovering again: {why}"))?;
    if first != second {
        return Err(format!(
            "recovering again answers {second:?}, the first time it was {first:?}"
        ));
    }
    known.extend(left.map(|left| (left, second)));
    Ok(calls)
}
