//! One case again, and from the first case found to the smallest one.

use std::fmt::Debug;

use super::Explore;
use super::source::{Answers, recover_twice, restarted};
use crate::case::Case;
use crate::failure::{Counterexample, Failure};
use crate::fate::{Fate, FateKind, Gap, Keep};
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::sim_fs::SimFs;
use crate::survive::CrashPoint;
use crate::trace::Trace;

/// `Ok` if the case breaks no promise.
pub(super) fn replay<P, V, S, C>(
    explore: &Explore<'_>,
    case: &Case,
    scenario: &S,
    check: &C,
) -> Result<(), Failure>
where
    P: Clone + Debug + PartialEq,
    V: PartialEq + Debug,
    S: Fn(&SimFs, &mut Ledger<P>),
    C: Fn(&SimFs, &Ledger<P>) -> Result<V, String>,
{
    let (mut fs, full) = explore.ran(case.run, scenario);
    let mut ledger = full.at(u64::MAX);
    let mut traces = Vec::new();
    let mut lost = Vec::new();
    let mut answer = Ok(0);
    if case.run.fault.is_some() {
        answer = recover_twice(&restarted(&fs), &ledger, check, &mut Answers::new());
    }
    for (depth, (point, exact)) in case.crashes.iter().enumerate() {
        if depth == 0 {
            ledger = full.at(*point);
        } else {
            // The recovery that is crashed may itself be the one that fails; what counts is the last.
            drop(recover_twice(&fs, &ledger, check, &mut Answers::new()));
        }
        traces.push(Trace::of(&fs.machine()));
        let disk = {
            let machine = fs.machine();
            let mut crash = CrashPoint::new(&machine, *point);
            let exact = crash
                .exact(&Fate(FateKind::Exact(exact.clone())))
                .map_err(Failure::BadCase)?;
            let fates = crash.pending().zip(&exact.keeps);
            lost.push(
                fates
                    .filter(|(_, keep)| **keep != Keep::All)
                    .map(|(op, keep)| format!("{keep} {op} (call {})", op.call))
                    .collect(),
            );
            crash.survivor(&exact).clone()
        };
        fs = SimFs::boot(Machine::boot(explore.device.clone(), disk));
        answer = if depth + 1 == case.crashes.len() {
            recover_twice(&fs, &ledger, check, &mut Answers::new())
        } else {
            Ok(0)
        };
    }
    let Err(promise) = answer else { return Ok(()) };
    traces.push(Trace::of(&fs.machine()));
    Err(Failure::Broken(Box::new(Counterexample {
        promise,
        seed: explore.seed,
        case: case.clone(),
        ledger: format!(
            "begun {:?}, acknowledged {:?}",
            ledger.begun(),
            ledger.acknowledged()
        ),
        lost,
        traces,
    })))
}

/// The smallest failing case that keeping more of the last crash's operations leads to.
pub(super) fn counterexample<P, V, S, C>(
    explore: &Explore<'_>,
    mut case: Case,
    scenario: &S,
    check: &C,
) -> Failure
where
    P: Clone + Debug + PartialEq,
    V: PartialEq + Debug,
    S: Fn(&SimFs, &mut Ledger<P>),
    C: Fn(&SimFs, &Ledger<P>) -> Result<V, String>,
{
    let fails = |case: &Case| replay(explore, case, scenario, check).err();
    let Some(mut failure) = fails(&case) else {
        return Failure::BadCase(format!(
            "{case} failed once and not again: the scenario or the check is not deterministic"
        ));
    };
    let mut smaller = true;
    while std::mem::take(&mut smaller) {
        let count = case
            .crashes
            .last()
            .map_or(0, |(_, exact)| exact.keeps.len());
        for at in 0..=count {
            let mut candidate = case.clone();
            let Some((_, exact)) = candidate.crashes.last_mut() else {
                break;
            };
            match exact.keeps.get_mut(at) {
                Some(keep) => *keep = Keep::All,
                None => exact.gap = Gap::Zeros,
            }
            if candidate == case {
                continue;
            }
            if let Some(smallest @ Failure::Broken(_)) = fails(&candidate) {
                (case, failure, smaller) = (candidate, smallest, true);
            }
        }
    }
    failure
}
