//! Everything a change must pass, in order.

mod steps;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::{tidy, tree};
use steps::{STEPS, Step, Work};

/// Which steps to run.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Run only these steps [default: all]
    #[arg(value_name = "STEP")]
    only: Vec<String>,
    /// Leave these steps out
    #[arg(long, value_name = "STEP")]
    skip: Vec<String>,
    /// Print the steps and run none
    #[arg(long)]
    list: bool,
}

/// Runs the steps in order, each with its time, and stops at the first failure.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let chosen = choose(args)?;
    if args.list {
        for step in chosen {
            println!("{:<10} {}", step.name, step.by_hand());
        }
        return Ok(());
    }

    let root = tree::root();
    let has_cc = has_c_compiler();
    let mut times = Vec::new();
    let mut outcome = Ok(());
    for (at, step) in chosen.iter().enumerate() {
        println!(
            "── ci {}/{} {}: {}",
            at + 1,
            chosen.len(),
            step.name,
            step.by_hand()
        );
        if step.needs_cc && !has_cc {
            println!("   left out: no C compiler (`cc`) here, and zstd is written in C");
            continue;
        }
        let started = Instant::now();
        outcome = perform(&root, step, has_cc);
        times.push((step.name, started.elapsed()));
        if outcome.is_err() {
            break;
        }
    }
    summarise(&times, chosen.len(), outcome.is_ok());
    outcome
}

fn choose(args: &Args) -> Result<Vec<&'static Step>, Error> {
    for name in args.only.iter().chain(&args.skip) {
        if !STEPS.iter().any(|step| step.name == name) {
            return Err(Error::Unknown {
                what: "step",
                name: name.clone(),
                known: STEPS.iter().map(|step| step.name.to_owned()).collect(),
            });
        }
    }
    let named = |names: &[String], step: &Step| names.iter().any(|name| name == step.name);
    let chosen = STEPS.iter().filter(|step| {
        (args.only.is_empty() || named(&args.only, step)) && !named(&args.skip, step)
    });
    Ok(chosen.collect())
}

fn perform(root: &Path, step: &Step, has_cc: bool) -> Result<(), Error> {
    let Work::Cargo(template) = step.work else {
        return tidy::run(&tidy::Args::default());
    };
    let line = steps::with_features(root, template, has_cc)?;
    let mut command = Command::new("cargo");
    command
        .args(line.split(' '))
        .envs(step.env)
        .current_dir(root);
    let line = format!("cargo {line}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::Failed { line, status }),
        Err(source) => Err(Error::Start { line, source }),
    }
}

pub(crate) fn has_c_compiler() -> bool {
    // `CC` is what the build scripts of C libraries ask first.
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    Command::new(compiler)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn summarise(times: &[(&str, Duration)], chosen: usize, passed: bool) {
    println!("── ci summary");
    for (at, (name, time)) in times.iter().enumerate() {
        let outcome = if passed || at + 1 < times.len() {
            "ok"
        } else {
            "FAILED"
        };
        println!("   {name:<10} {:>7.1} s  {outcome}", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    let verdict = if passed { "passed" } else { "stopped" };
    println!(
        "   {verdict}: {} of {chosen} steps run in {:.1} s",
        times.len(),
        total.as_secs_f64()
    );
}
