//! Crash tests at length: every protocol in the simulator, and real processes under `SIGKILL`.

mod kill;
mod protocols;
mod random;
mod report;
mod sim;
mod tests;
mod worker;

use std::path::PathBuf;

use crate::error::Error;

pub(crate) use worker::Args as WorkerArgs;
pub(crate) use worker::run as run_worker;

/// What to run and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Explore every protocol in the simulator
    #[arg(long)]
    sim: bool,
    /// Kill real processes in the middle of saves and appends
    #[arg(long)]
    kill: bool,
    /// A short run of either, as in CI
    #[arg(long)]
    quick: bool,
    /// Distinct crash states for each protocol in the simulator, 15 times as many for the log's [default: 1000000; quick: 20000]
    #[arg(long, value_name = "N")]
    states: Option<u64>,
    /// Processes to kill [default: 2400; quick: 48]
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// The only crate whose protocols the simulator explores [default: that which does what `--layer` names, or all]
    #[arg(long = "crate", value_name = "NAME", value_parser = tests::PACKAGES)]
    package: Option<String>,
    /// What the killed processes do: replace, stream, document, single, shared, wal [default: each in turn]
    #[arg(long, value_name = "NAME")]
    layer: Option<kill::Layer>,
    /// Where the choice of moments to kill begins
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Where the killed processes keep their files, and where they stay after a failure [default: a folder in target/]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Runs what was asked for; both, if neither was named.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let both = args.sim == args.kill;
    let or = |given: Option<u64>, long: u64, quick: u64| {
        given.unwrap_or(if args.quick { quick } else { long })
    };
    if args.sim || both {
        let named = args.package.as_deref();
        let package = named.or(args.layer.map(kill::Layer::package));
        sim::run(or(args.states, 1_000_000, 20_000), package)?;
    }
    if args.kill || both {
        kill::run(
            or(args.count, 2400, 48),
            args.layer,
            args.seed,
            args.dir.as_deref(),
        )?;
    }
    Ok(())
}
