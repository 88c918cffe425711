//! Settings of an exploration, and its two ways in: explore everything, or replay one case.

use std::fmt::Debug;

use crate::case::{Case, Run};
use crate::coverage::Coverage;
use crate::device::Device;
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::sim_fs::SimFs;

mod replay;
mod search;
mod source;

type Setup<'s> = Box<dyn Fn(&SimFs) + 's>;

/// Runs a scenario against every crash that the model allows, and checks what each leaves behind.
///
/// ```text
/// setup ─ settled ─> scenario ─ crash ─> check (recovers) ─ crash ─> check …
/// ```
///
/// The scenario is run once without faults, once per call with the process killed before it (also after the last one, and between
/// the blocks of a long write), and once per call and error that this call may answer with. Each run that met a fault is recovered
/// from by a new process while the machine is up. Each run is then crashed before every sync returns, after every
/// acknowledgement and at its end; of the operations that were not durable then, every subset survives in turn where
/// they are at most 12 (18 if as many states as that makes are wished for), and planned and random ones where they are
/// more, torn at sectors and bytes. The check recovers
/// from each distinct outcome and says whether the ledger's promises hold; crashes inside that recovery are explored
/// in the same way but more coarsely, and recovering twice must answer the same as recovering once (tried once for all
/// recoveries that leave [the same machine](SimFs::fingerprint)).
///
/// Everything is deterministic: the same program and seed meet the same crashes.
///
/// # Environment
///
/// * `CRASH_SIM_STATES=n`: go on with random fates until `n` distinct states have been checked.
/// * `CRASH_SIM_REPLAY=case`: check that one case, as a failure has printed it, and nothing else.
/// * `CRASH_SIM_REPORT=1`: print one line with the coverage, under the thread's name, which in a test is the test's.
pub struct Explore<'s> {
    pub(crate) device: Device,
    pub(crate) fates: u64,
    pub(crate) seed: u64,
    pub(crate) states: u64,
    pub(crate) depth: usize,
    pub(crate) kills: bool,
    pub(crate) faults: bool,
    pub(crate) setup: Option<Setup<'s>>,
}

impl Debug for Explore<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explore")
            .field("device", &self.device)
            .field("fates", &self.fates)
            .field("seed", &self.seed)
            .field("states", &self.states)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}

impl<'s> Explore<'s> {
    /// An exploration on this device, with 64 random fates per crash point, seed 1, crashes up to two deep, kills and
    /// faults.
    pub fn new(device: Device) -> Self {
        let states = std::env::var("CRASH_SIM_STATES")
            .ok()
            .and_then(|text| text.parse().ok());
        Self {
            device,
            fates: 64,
            seed: 1,
            states: states.unwrap_or(0),
            depth: 2,
            kills: true,
            faults: true,
            setup: None,
        }
    }

    /// How many random fates are drawn at each crash point per round.
    pub fn fates(mut self, fates: u64) -> Self {
        self.fates = fates;
        self
    }

    /// Where the random fates begin.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Goes on drawing rounds of random fates until so many distinct states have been checked, or no new ones turn up.
    /// Default: the first round only, or `CRASH_SIM_STATES`.
    pub fn states(mut self, states: u64) -> Self {
        self.states = states;
        self
    }

    /// How many crashes follow one another: 1 is none inside recovery.
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// Whether the process is also killed, without power loss, before each call and after the last one.
    pub fn kills(mut self, kills: bool) -> Self {
        self.kills = kills;
        self
    }

    /// Whether each call also fails in each way it can.
    pub fn faults(mut self, faults: bool) -> Self {
        self.faults = faults;
        self
    }

    /// What is on the disk before the scenario begins. It is durable, and there are no crashes in it.
    pub fn setup(mut self, setup: impl Fn(&SimFs) + 's) -> Self {
        self.setup = Some(Box::new(setup));
        self
    }

    /// Explores the scenario.
    ///
    /// `scenario` does its work on the file system it is given and writes down in the ledger what it was promised. It
    /// may be cut off anywhere by errors, which it should treat as any program would, and it must do the same
    /// calls on each run. Promises are told apart by their `Debug` text.
    ///
    /// `check` is the restart: it recovers as a user would, compares with the ledger as it stood at the crash, and
    /// returns what it has seen (compared between a first and a second recovery) or, as text, the promise that is broken.
    /// A panic in it counts as a broken promise. Its answer may hang on nothing but the machine and the ledger: where it is known
    /// what comes of a machine, it is not asked again.
    pub fn run<P, V, S, C>(&self, scenario: S, check: C) -> Result<Coverage, Failure>
    where
        P: Clone + Debug + PartialEq,
        V: PartialEq + Debug,
        S: Fn(&SimFs, &mut Ledger<P>),
        C: Fn(&SimFs, &Ledger<P>) -> Result<V, String>,
    {
        if let Ok(case) = std::env::var("CRASH_SIM_REPLAY") {
            let case: Case = case.parse().map_err(Failure::BadCase)?;
            return self
                .replay(&case, scenario, check)
                .map(|()| Coverage::default());
        }
        let coverage = search::Search::new(self, &check).run(&scenario)?;
        if std::env::var_os("CRASH_SIM_REPORT").is_some() {
            report(&coverage);
        }
        Ok(coverage)
    }

    /// Brings one case about again: `Ok` if no promise is broken by it (any more).
    pub fn replay<P, V, S, C>(&self, case: &Case, scenario: S, check: C) -> Result<(), Failure>
    where
        P: Clone + Debug + PartialEq,
        V: PartialEq + Debug,
        S: Fn(&SimFs, &mut Ledger<P>),
        C: Fn(&SimFs, &Ledger<P>) -> Result<V, String>,
    {
        replay::replay(self, case, &scenario, &check)
    }

    /// A machine as the setup leaves it.
    fn booted(&self) -> SimFs {
        let device = Device {
            read_only: false,
            ..self.device.clone()
        };
        let fs = SimFs::new(device);
        if let Some(setup) = &self.setup {
            setup(&fs);
            fs.settle();
        }
        let disk = fs.machine().live.clone();
        SimFs::boot(Machine::boot(self.device.clone(), disk))
    }

    /// Runs the scenario once. Returns the machine's first process and what the scenario was told.
    fn ran<P, S>(&self, run: Run, scenario: &S) -> (SimFs, Ledger<P>)
    where
        P: Clone + Debug + PartialEq,
        S: Fn(&SimFs, &mut Ledger<P>),
    {
        let fs = self.booted();
        if let Some((index, fault)) = run.fault {
            fs.inject(index, fault);
        }
        let mut ledger = Ledger::new(fs.clone());
        scenario(&fs, &mut ledger);
        (fs, ledger)
    }
}

#[expect(
    clippy::print_stdout,
    reason = "somebody has asked for it, through a test runner that has no other way"
)]
fn report(coverage: &Coverage) {
    let thread = std::thread::current();
    println!(
        "crash-sim: {} {coverage}",
        thread.name().unwrap_or("unnamed")
    );
}
