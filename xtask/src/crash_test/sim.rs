//! Every protocol in the simulator: the crates' own crash tests, asked for more states.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::protocols::PROTOCOLS;
use super::report::{HEADINGS, Tally};
use super::tests::{self, PACKAGES, Test};
use crate::error::Error;
use crate::tree;

/// How often scenarios that have more to find are asked again where a protocol is short of states.
const ROUNDS: u32 = 5;

/// One scenario of one protocol, and what it has been asked for and has answered last.
struct Scenario {
    test: Test,
    protocol: usize,
    wish: u64,
    tally: Tally,
    /// States per second in the last run.
    rate: u64,
    asked: bool,
}

/// Explores the protocols of one crate, or of all.
pub(super) fn run(states: u64, package: Option<&str>) -> Result<(), Error> {
    let started = Instant::now();
    let packages: Vec<&str> = PACKAGES
        .into_iter()
        .filter(|known| package.is_none_or(|package| package == *known))
        .collect();
    let (canaries, crash_tests): (Vec<Test>, Vec<Test>) =
        tests::build_and_list(&tree::root(), &packages)?
            .into_iter()
            .partition(Test::is_canary);
    let mut scenarios = assign(crash_tests)?;
    for (protocol, known) in PROTOCOLS.iter().enumerate() {
        let is_asked_for = packages.contains(&known.package);
        if is_asked_for
            && !scenarios
                .iter()
                .any(|scenario| scenario.protocol == protocol)
        {
            let what = format!("no crash test explores {}", known.name);
            return Err(Error::CrashTest(what));
        }
    }
    let wished = |protocol: usize| states * PROTOCOLS[protocol].weight();
    // The first round is what `cargo test` runs; it shows which scenarios have more to find.
    for round in 1..=ROUNDS {
        explore(&mut scenarios, round)?;
        if !ask_again(&mut scenarios, wished) {
            break;
        }
    }
    let caught = run_canaries(&canaries)?;
    summarise(&scenarios, wished, &caught, started.elapsed())
}

fn assign(crash_tests: Vec<Test>) -> Result<Vec<Scenario>, Error> {
    let mut scenarios = Vec::new();
    for test in crash_tests {
        let below = |modules: &str| {
            test.name
                .strip_prefix(modules)
                .is_some_and(|rest| rest.starts_with("::"))
        };
        let protocol = PROTOCOLS
            .iter()
            .position(|it| it.package == test.package && below(it.modules));
        let Some(protocol) = protocol else {
            return Err(Error::CrashTest(format!(
                "{} of {} belongs to no protocol",
                test.name, test.package
            )));
        };
        scenarios.push(Scenario {
            test,
            protocol,
            wish: 0,
            tally: Tally::default(),
            rate: 1,
            asked: true,
        });
    }
    Ok(scenarios)
}

/// Runs the scenarios that are asked for, as many at once as there are cores.
fn explore(scenarios: &mut [Scenario], round: u32) -> Result<(), Error> {
    let mut open: Vec<&mut Scenario> = scenarios
        .iter_mut()
        .filter(|scenario| scenario.asked)
        .collect();
    // The longest first, so that no core waits for the last one.
    open.sort_by_key(|scenario| std::cmp::Reverse(scenario.wish));
    let bar = progress(open.len(), &format!("round {round}"));
    let slots: Vec<Mutex<&mut Scenario>> = open.into_iter().map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let work = || {
        while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut scenario = slot
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            bar.set_message(scenario.test.name.clone());
            let started = Instant::now();
            if let Err(error) = scenario.explore() {
                failure
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .get_or_insert(error);
                return;
            }
            let line = format!(
                "{:<18} {:>9} states {:>5.1} s  {}",
                PROTOCOLS[scenario.protocol].name,
                scenario.tally.states(),
                started.elapsed().as_secs_f64(),
                scenario.test.name
            );
            bar.suspend(|| println!("{line}"));
            bar.inc(1);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    failure
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .map_or(Ok(()), Err)
}

impl Scenario {
    /// Whether it would find more states if it were asked; a test that explores nothing would not.
    fn has_more(&self) -> bool {
        self.tally.open > 0
    }

    fn explore(&mut self) -> Result<(), Error> {
        let started = Instant::now();
        let answer = self.test.run(self.wish)?;
        if !answer.passed {
            let by_hand = self.test.by_hand(self.wish);
            return Err(Error::CrashTest(format!(
                "{}\nrun it again: {by_hand}",
                answer.output
            )));
        }
        self.tally = Tally::default();
        for coverage in answer.coverages() {
            self.tally.add(&Tally::of(&coverage));
        }
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.rate = (self.tally.states() * 1000 / milliseconds.max(1)).max(1);
        Ok(())
    }
}

/// Raises the wishes of scenarios with more to find, where a protocol is short; says whether there are any. Who finds
/// them faster is asked for more.
fn ask_again(scenarios: &mut [Scenario], wished: impl Fn(usize) -> u64) -> bool {
    let mut any = false;
    for (protocol, tally) in totals(scenarios) {
        let short = wished(protocol).saturating_sub(tally.states());
        let mut open: Vec<&mut Scenario> = Vec::new();
        for scenario in scenarios
            .iter_mut()
            .filter(|scenario| scenario.protocol == protocol)
        {
            scenario.asked = short > 0 && scenario.has_more();
            if scenario.asked {
                open.push(scenario);
            }
        }
        let rates: u64 = open.iter().map(|scenario| scenario.rate).sum();
        for scenario in open {
            // A test may explore more than once; each exploration with more to find is asked for its part.
            let part = scenario.tally.open_states + (short * scenario.rate).div_ceil(rates.max(1));
            scenario.wish = part.div_ceil(scenario.tally.open);
            any = true;
        }
    }
    any
}

fn totals(scenarios: &[Scenario]) -> BTreeMap<usize, Tally> {
    let mut totals: BTreeMap<usize, Tally> = BTreeMap::new();
    for scenario in scenarios {
        totals
            .entry(scenario.protocol)
            .or_default()
            .add(&scenario.tally);
    }
    totals
}

/// Runs the tests that plant a bug and pass if it is found. Returns the names of the bugs.
fn run_canaries(canaries: &[Test]) -> Result<Vec<String>, Error> {
    let bar = progress(canaries.len(), "canaries");
    let mut caught = Vec::new();
    for canary in canaries {
        bar.set_message(canary.name.clone());
        let answer = canary.run(0)?;
        if !answer.passed {
            let what = format!(
                "{}\nthe planted bug {} was not caught",
                answer.output, canary.name
            );
            return Err(Error::CrashTest(what));
        }
        if canary.is_control() {
            bar.inc(1);
            continue;
        }
        caught.push(format!(
            "{} ({})",
            canary.short_name().replace('_', " "),
            canary.package
        ));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(caught)
}

fn summarise(
    scenarios: &[Scenario],
    wished: impl Fn(usize) -> u64,
    caught: &[String],
    time: Duration,
) -> Result<(), Error> {
    println!("{HEADINGS}");
    let (mut all, mut protocols) = (Tally::default(), 0);
    let mut short = Vec::new();
    for (protocol, tally) in totals(scenarios) {
        let name = PROTOCOLS[protocol].name;
        if tally.states() == 0 {
            return Err(Error::CrashTest(format!("nothing was measured of {name}")));
        }
        let note = match (tally.states() >= wished(protocol), tally.open == 0) {
            (true, _) => "",
            (false, true) => "  (no more to be found: the whole space of this scenario)",
            (false, false) => {
                short.push(name);
                "  (short)"
            }
        };
        println!("{name:<19} {tally}{note}");
        all.add(&tally);
        protocols += 1;
    }
    println!("canaries caught: {}", caught.join(", "));
    println!(
        "crash-test --sim: {} distinct crash states of {} protocols, no violation, {} canaries caught, {:.0} s",
        all.states(),
        protocols,
        caught.len(),
        time.as_secs_f64()
    );
    if short.is_empty() {
        Ok(())
    } else {
        Err(Error::CrashTest(format!(
            "fewer states than were wished for of: {}",
            short.join(", ")
        )))
    }
}

fn progress(length: usize, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {pos}/{len} [{elapsed}] {wide_msg}");
    let bar = ProgressBar::new(length as u64).with_prefix(what.to_owned());
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
