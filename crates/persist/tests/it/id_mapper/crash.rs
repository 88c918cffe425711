//! Kills, failing calls and power loss, at every call.

use std::collections::BTreeSet;
use std::path::Path;

use crash_sim::{Coverage, Device, Explore, Fate, Fault, Ledger, SimFs};
use vfs::Fs;

use super::program::mapper::Mapper;
use super::program::persistence::Persistence;
use super::program::series::Tool;
use super::setting;

/// What a process was told, and has perhaps told others.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    /// This task has this number.
    Mapped(&'static str, u64),
    /// This number is yours.
    Given(u64),
}

/// What a process asks for.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Map(&'static str),
    Next,
}

impl Ask {
    fn of(self, fs: &SimFs) -> Result<Told, String> {
        let mapper = Mapper::new(Persistence::new("/state", setting(fs)));
        match self {
            Self::Next => mapper
                .increment_counter(Tool::Github, None)
                .map(Told::Given),
            Self::Map(task) => {
                let id = mapper.map_to_external(task, Tool::Github, "PROJ");
                id.map(|id| Told::Mapped(task, id.parse().unwrap()))
            }
        }
        .map_err(|error| error.to_string())
    }
}

/// The files as they are after a few ids: with backups, and in agreement.
fn used(fs: &SimFs) {
    fresh(fs);
    for ask in [Ask::Map("a"), Ask::Next, Ask::Map("aa")] {
        ask.of(fs).unwrap();
    }
}

/// A directory without anything.
fn fresh(fs: &SimFs) {
    fs.create_dir(Path::new("/state")).unwrap();
}

/// "A mapping that somebody was told is there with its number, and no number is given twice", after a
/// restart that goes on with its work.
fn promises_hold(fs: &SimFs, told: &[Told]) -> Result<(), String> {
    let new = Ask::Map("z").of(fs)?;
    let given = Ask::Next.of(fs)?;
    let mappings = Persistence::new("/state", setting(fs)).load_mappings();
    let mappings = mappings.map_err(|error| error.to_string())?;

    let mut numbers = Vec::new();
    for (task, ids) in &mappings {
        let number: u64 = ids["github"].parse().unwrap();
        numbers.push((number, task.as_str()));
    }
    for told in told.iter().chain([&new, &given]) {
        match told {
            Told::Given(number) => numbers.push((*number, "")),
            Told::Mapped(task, number) if numbers.contains(&(*number, task)) => {}
            Told::Mapped(..) => return Err(format!("{told:?} is gone: {mappings:?}")),
        }
    }
    let distinct: BTreeSet<_> = numbers.iter().map(|(number, _)| number).collect();
    if distinct.len() == numbers.len() {
        Ok(())
    } else {
        Err(format!("given twice: {numbers:?}"))
    }
}

/// Asks one process after the other, whatever becomes of each.
fn explored(explore: Explore<'_>, asks: &[Ask]) -> Coverage {
    let explored = explore.fates(1).run(
        |fs: &SimFs, ledger: &mut Ledger<Told>| {
            for ask in asks {
                if let Ok(told) = ask.of(&fs.process()) {
                    ledger.acknowledge(told);
                }
            }
        },
        |fs, ledger| promises_hold(fs, ledger.acknowledged()),
    );
    match explored {
        Ok(coverage) => coverage,
        Err(failure) => panic!("{failure}"),
    }
}

const ASKS: &[Ask] = &[Ask::Map("b"), Ask::Map("b"), Ask::Next];

#[test]
fn s1_54_d20_mapping_and_counter_survive_every_power_cut_together() {
    for setup in [fresh, used] {
        let explore = Explore::new(Device::default()).setup(setup);
        let coverage = explored(explore.kills(false).faults(false).depth(1), ASKS);
        assert_eq!(coverage.acknowledged, 3);
    }
}

#[test]
#[ignore = "takes a minute: --release -- --ignored every_kill"]
fn every_kill_and_failing_call_and_then_every_power_cut() {
    let explore = Explore::new(Device::default()).setup(used);
    let coverage = explored(explore.depth(1), &ASKS[..2]);
    println!("crash-sim: protocol=id-mapper {coverage}");
}

/// More calls than any of them makes.
const CALLS_MAX: u64 = 1000;

/// Lets a process meet `fault` at its `index`th call, another go on after it, and then the power fail.
/// `false` if it has fewer calls.
fn one_is_cut_off(ask: Ask, index: u64, fault: Fault) -> bool {
    let fs = SimFs::new(Device::default());
    used(&fs);
    fs.settle();
    let first_call = fs.now();
    fs.inject(first_call + index, fault);
    let mut told: Vec<_> = ask.of(&fs.process()).into_iter().collect();
    if fs.now() <= first_call + index {
        return false;
    }
    // The next one finds what the first has left, and is told what it says.
    told.push(ask.of(&fs.process()).unwrap());
    for fate in [Fate::nothing(), Fate::everything()] {
        if let Err(broken) = promises_hold(&fs.power_loss(&fate), &told) {
            panic!(
                "{fault:?} at call {index} of {ask:?}, {fate}: {broken}\n{}",
                fs.trace()
            );
        }
    }
    true
}

/// "Whoever goes on after a process that was cut off anywhere is told what lasts": what it finds half
/// done is made durable before it is told.
#[test]
fn s1_54_who_comes_after_a_process_that_was_cut_off_is_told_what_lasts() {
    for fault in [
        Fault::Kill,
        Fault::Io,
        Fault::NoSpace,
        Fault::SyncedButFailed,
    ] {
        for ask in [Ask::Map("b"), Ask::Next] {
            let calls = (0..CALLS_MAX)
                .take_while(|&index| one_is_cut_off(ask, index, fault))
                .count();
            assert!(calls > 50, "{calls} calls");
        }
    }
}
