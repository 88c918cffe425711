//! The exploration itself: runs, crash points, fates, states.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::convert::Infallible;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::ops::ControlFlow;

use super::source::{Answers, Source, recover_twice, restarted, sync_points};
use super::{Explore, replay};
use crate::case::{Case, Run};
use crate::coverage::Coverage;
use crate::failure::Failure;
use crate::fate::Exact;
use crate::fates;
use crate::fault::Fault;
use crate::fingerprint::Random;
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::sim_fs::SimFs;
use crate::survive::CrashPoint;
use crate::trace::Call;

/// Up to so many pending operations, all subsets are tried, whatever that costs.
const EXHAUSTIVE_ALWAYS: usize = 12;
/// Up to so many, they are tried by explorations that wish for as many states.
const EXHAUSTIVE_MAX: usize = 18;
/// The same inside recovery, where crash points are as many as states.
const EXHAUSTIVE_NESTED_MAX: usize = 6;
/// A crash point is drawn from more often if more than one in so many draws was new.
const RICH: u64 = 20;
/// It is not drawn from again unless more than one in so many draws was new.
const POOR: u64 = 200;
/// Random fates at one crash point in one round.
const DRAWS_MAX: u64 = 1 << 16;
/// Random fates, torn ones among them, at a crash point inside recovery.
const FATES_NESTED: u64 = 4;

pub(super) struct Search<'e, P, V, C> {
    explore: &'e Explore<'e>,
    check: &'e C,
    types: PhantomData<fn(P)>,
    /// Fingerprints of the states that have been checked, with the ledger they were checked against, and how many more
    /// crashes were tried from each.
    states: HashMap<u64, usize>,
    /// Fingerprints of the crash points that have been explored.
    points: HashSet<u64>,
    answers: Answers<V>,
    coverage: Coverage,
}

/// Which counter a state belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Exhaustive,
    Sampled,
    Nested,
}

/// A crash point, and how it was come to.
struct At<'a, P> {
    ledger: &'a Ledger<P>,
    run: Run,
    /// The crashes before this one: it is inside the recovery from the last of them.
    earlier: &'a [(u64, Exact)],
    point: u64,
}

/// A case that breaks a promise.
type Broken = Box<Case>;

impl<'e, P, V, C> Search<'e, P, V, C>
where
    P: Clone + Debug + PartialEq,
    V: PartialEq + Debug,
    C: Fn(&SimFs, &Ledger<P>) -> Result<V, String>,
{
    pub(super) fn new(explore: &'e Explore<'e>, check: &'e C) -> Self {
        Self {
            explore,
            check,
            types: PhantomData,
            states: HashMap::new(),
            points: HashSet::new(),
            answers: Answers::new(),
            coverage: Coverage::default(),
        }
    }

    pub(super) fn run<S>(mut self, scenario: &S) -> Result<Coverage, Failure>
    where
        S: Fn(&SimFs, &mut Ledger<P>),
    {
        match self.all_runs(scenario) {
            ControlFlow::Break(case) => Err(replay::counterexample(
                self.explore,
                *case,
                scenario,
                self.check,
            )),
            ControlFlow::Continue(()) => {
                let coverage = self.coverage;
                let points = coverage.points_exhaustive + coverage.points_sampled;
                if coverage.calls == 0 || coverage.acknowledged == 0 || coverage.states() == 0 {
                    let acknowledged = coverage.acknowledged;
                    return Err(Failure::NothingMeasured {
                        points,
                        acknowledged,
                    });
                }
                Ok(coverage)
            }
        }
    }

    fn all_runs<S>(&mut self, scenario: &S) -> ControlFlow<Broken>
    where
        S: Fn(&SimFs, &mut Ledger<P>),
    {
        let run = Run { fault: None };
        let (fs, ledger) = self.explore.ran(run, scenario);
        self.coverage.acknowledged = ledger.acknowledged().len() as u64;
        self.coverage.calls = fs.now();
        let faults = self.faults(&fs.machine().calls);
        let mut sources = vec![self.source(run, &fs, ledger)?];
        for fault in faults {
            let run = Run { fault: Some(fault) };
            let (fs, ledger) = self.explore.ran(run, scenario);
            sources.push(self.source(run, &fs, ledger)?);
        }
        for source in &mut sources {
            self.first_pass(source)?;
        }
        self.random_rounds(&sources)
    }

    /// A fault per run: each way in which each of these calls is interrupted, and the kill after the last one.
    fn faults(&self, calls: &[Call]) -> Vec<(u64, Fault)> {
        let mut faults = Vec::new();
        for (index, call) in (0..).zip(calls) {
            if self.explore.kills {
                faults.push((index, Fault::Kill));
            }
            if self.explore.kills && call.writes_blocks() {
                faults.push((index, Fault::KillInside));
            }
            if self.explore.faults {
                faults.extend(
                    Fault::for_call(call.name)
                        .iter()
                        .map(|&fault| (index, fault)),
                );
            }
        }
        if self.explore.kills {
            faults.push((calls.len() as u64, Fault::Kill));
        }
        faults
    }

    /// The run as it ended, with a recovery by a new process on the machine that is still up. What that does joins what
    /// was pending before.
    fn source(
        &mut self,
        run: Run,
        fs: &SimFs,
        ledger: Ledger<P>,
    ) -> ControlFlow<Broken, Source<P>> {
        self.coverage.runs += 1;
        let from = run.fault.map_or(0, |(index, _)| index);
        if run.fault.is_some() {
            let recovered = recover_twice(
                &restarted(fs),
                &ledger.at(u64::MAX),
                self.check,
                &mut self.answers,
            );
            if recovered.is_err() {
                return ControlFlow::Break(Box::new(Case {
                    run,
                    crashes: Vec::new(),
                }));
            }
        }
        ControlFlow::Continue(Source::new(run, fs, ledger, from))
    }

    /// Every crash point of a run with the fates that have a plan. Points that earlier runs have had are dropped.
    fn first_pass(&mut self, source: &mut Source<P>) -> ControlFlow<Broken> {
        let exhaustive = exhaustive_max(self.explore.states);
        let mut fresh = Vec::new();
        for point in source.points.clone() {
            let ledger = source.ledger.at(point);
            let mut crash = CrashPoint::new(&source.machine, point);
            if !self.points.insert(ledger.with(crash.fingerprint())) {
                continue;
            }
            fresh.push(point);
            let at = At {
                ledger: &ledger,
                run: source.run,
                earlier: &[],
                point,
            };
            let count = crash.pending().len();
            if count <= exhaustive {
                self.coverage.points_exhaustive += 1;
                fates::subsets(count, &mut |exact| {
                    self.fate(&at, &mut crash, exact, Kind::Exhaustive)
                })?;
            } else {
                self.coverage.points_sampled += 1;
            }
            let planned = collected(|visit| {
                if count > exhaustive {
                    fates::planned(&crash, exhaustive, visit)?;
                }
                fates::torn(&crash, visit)
            });
            for exact in planned {
                self.fate(&at, &mut crash, exact, Kind::Sampled)?;
            }
        }
        source.points = fresh;
        ControlFlow::Continue(())
    }

    /// Random fates at every crash point of every run: one round, or more of them until there are states enough. A point
    /// that turns up much that is new is drawn from more often, one that turns up next to nothing is left alone.
    fn random_rounds(&mut self, sources: &[Source<P>]) -> ControlFlow<Broken> {
        let mut random = Random::new(self.explore.seed);
        let points = sources
            .iter()
            .flat_map(|source| source.points.iter().map(move |&point| (source, point)));
        let mut open: Vec<_> = points
            .map(|(source, point)| (source, point, self.explore.fates))
            .collect();
        loop {
            let mut fruitful = Vec::new();
            for (source, point, draws) in open {
                let before = self.coverage.states();
                let ledger = source.ledger.at(point);
                let mut crash = CrashPoint::new(&source.machine, point);
                let at = At {
                    ledger: &ledger,
                    run: source.run,
                    earlier: &[],
                    point,
                };
                for _ in 0..draws {
                    let exact = fates::random(&crash, &mut random);
                    self.fate(&at, &mut crash, exact, Kind::Sampled)?;
                }
                if self.explore.states > 0 && self.coverage.states() >= self.explore.states {
                    return ControlFlow::Continue(());
                }
                let new = self.coverage.states() - before;
                if new * RICH > draws {
                    fruitful.push((source, point, (draws * 2).min(DRAWS_MAX.max(draws))));
                } else if new * POOR > draws {
                    fruitful.push((source, point, draws));
                }
            }
            self.coverage.saturated = fruitful.is_empty();
            if self.coverage.saturated || self.explore.states == 0 {
                return ControlFlow::Continue(());
            }
            open = fruitful;
        }
    }

    /// Recovers from what one fate leaves, unless that has been seen, and crashes inside that recovery.
    fn fate(
        &mut self,
        at: &At<'_, P>,
        crash: &mut CrashPoint<'_>,
        exact: Exact,
        kind: Kind,
    ) -> ControlFlow<Broken> {
        let disk = crash.survivor(&exact);
        let more = self.explore.depth.saturating_sub(at.earlier.len() + 1);
        let key = at.ledger.with(disk.fingerprint());
        match self.states.entry(key) {
            Entry::Occupied(tried) if *tried.get() >= more => return ControlFlow::Continue(()),
            // Met inside another recovery before, too deep for its own recovery to be crashed.
            Entry::Occupied(mut tried) => drop(tried.insert(more)),
            Entry::Vacant(new) => {
                new.insert(more);
                match kind {
                    Kind::Exhaustive => self.coverage.states_exhaustive += 1,
                    Kind::Sampled => self.coverage.states_sampled += 1,
                    Kind::Nested => self.coverage.states_nested += 1,
                }
            }
        }
        let fs = SimFs::boot(Machine::boot(self.explore.device.clone(), disk.clone()));
        let recovered = recover_twice(&fs, at.ledger, self.check, &mut self.answers);
        if matches!(recovered, Ok(0)) || recovered.is_ok() && more == 0 {
            return ControlFlow::Continue(());
        }
        let crashes = [at.earlier, &[(at.point, exact)]].concat();
        match recovered {
            Err(_) => ControlFlow::Break(Box::new(Case {
                run: at.run,
                crashes,
            })),
            Ok(calls) => {
                let machine = fs.machine().clone();
                self.nested(&machine, calls, at, &crashes)
            }
        }
    }

    /// Crashes within the first `calls` calls of a recovery.
    fn nested(
        &mut self,
        machine: &Machine,
        calls: u64,
        outer: &At<'_, P>,
        crashes: &[(u64, Exact)],
    ) -> ControlFlow<Broken> {
        let mut points = sync_points(machine, 0..calls);
        points.push(calls);
        for point in points {
            self.coverage.points_nested += 1;
            let mut crash = CrashPoint::new(machine, point);
            let count = crash.pending().len();
            let mut random = Random::new(self.explore.seed ^ self.coverage.states());
            let mut chosen = collected(|visit| {
                if count <= EXHAUSTIVE_NESTED_MAX {
                    fates::subsets(count, visit)
                } else {
                    fates::prefixes(count, visit)
                }
            });
            if count > 0 {
                chosen.extend((0..FATES_NESTED).map(|_| fates::random(&crash, &mut random)));
            }
            let at = At {
                earlier: crashes,
                point,
                ..*outer
            };
            for exact in chosen {
                self.fate(&at, &mut crash, exact, Kind::Nested)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// How many pending operations are few enough to try all subsets of, by who wishes for so many states.
fn exhaustive_max(states: u64) -> usize {
    (EXHAUSTIVE_ALWAYS..EXHAUSTIVE_MAX)
        .find(|&count| states < 1 << (count + 1))
        .unwrap_or(EXHAUSTIVE_MAX)
}

/// The fates that an enumeration visits, as a list: for where the visitor needs what the enumeration borrows.
fn collected(
    enumerate: impl FnOnce(&mut fates::Visit<'_, Infallible>) -> ControlFlow<Infallible>,
) -> Vec<Exact> {
    let mut all = Vec::new();
    let ControlFlow::Continue(()) = enumerate(&mut |exact| {
        all.push(exact);
        ControlFlow::Continue(())
    });
    all
}
