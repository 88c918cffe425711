//! Every crash point of every protocol of the log.
//!
//! The promise: **after power loss at any point a log holds what was acknowledged, perhaps some of what was begun, and nothing
//! else: byte for byte, in order, batches whole or not at all; what was cut stays cut; and the log goes on from there.**

mod append;
mod canary;
mod full;
mod records;
mod recover;
mod repair;
mod restart;
mod rotate;
mod sequences;
mod story;
mod truncate;

use crash_sim::{Coverage, Device, Explore, Failure, Ledger, SimFs};
use records::Number;
use restart::Restart;
use story::{Promise, Story};
use wal::Options;

/// An exploration of the size that can be waited for: crashes inside recovery are most of the work, and a build for debugging leaves
/// them to `cargo xtask crash-test`.
fn explorer<'s>(device: Device) -> Explore<'s> {
    if cfg!(debug_assertions) {
        Explore::new(device).fates(2).depth(1)
    } else {
        Explore::new(device).fates(8)
    }
}

/// A log that is there before a story begins, and its records.
type Before<'a> = (&'a dyn Fn(&SimFs), &'a [Number]);

/// Explores a story of a log that is new, on disks with and without power-safe overwrite.
fn explore(options: &Options, tell: impl Fn(&mut Story<'_>)) {
    explore_from((&|_| {}, &[]), options, tell);
}

/// The same of a log that is there before.
fn explore_from(before: Before<'_>, options: &Options, tell: impl Fn(&mut Story<'_>)) {
    for device in [
        Device::default(),
        Device::default().no_power_safe_overwrite(),
    ] {
        explore_on(device, before, options, &tell).unwrap_or_else(|failure| panic!("{failure}"));
    }
}

fn explore_on(
    device: Device,
    (setup, records): Before<'_>,
    options: &Options,
    tell: impl Fn(&mut Story<'_>),
) -> Result<Coverage, Failure> {
    let restart = Restart::new(options, records);
    explorer(device).setup(setup).run(
        |fs: &SimFs, ledger: &mut Ledger<Promise>| {
            tell(&mut Story::new(fs, ledger, options.clone(), records));
        },
        |fs, ledger| restart.check(fs, ledger),
    )
}
