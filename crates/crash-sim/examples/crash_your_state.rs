//! Two ways to replace a file, crash-tested: `cargo run --release -p crash-sim --example crash_your_state [STATES]`.
//!
//! The first is what most programs do, and the explorer shows what it loses. The second holds.
#![allow(clippy::print_stdout, reason = "an example talks")]

use std::io;
use std::path::Path;

use crash_sim::{Device, Explore, Ledger, SimFs};
use vfs::{Fs, OpenOptions};

const STATE: &str = "/settings.json";
const TEMP: &str = "/settings.json.new";

/// `open(path, "w").write(text)`, as it stands in a million programs.
fn overwrite(fs: &dyn Fs, text: &str) -> io::Result<()> {
    let file = fs.open(Path::new(STATE), &OpenOptions::read_write().or_create())?;
    file.set_size(0)?;
    file.write_all_at(text.as_bytes(), 0)
}

/// Written beside, synced, renamed, and the directory synced.
fn replace(fs: &dyn Fs, text: &str) -> io::Result<()> {
    let file = fs.open(Path::new(TEMP), &OpenOptions::read_write().or_create())?;
    file.set_size(0)?;
    file.write_all_at(text.as_bytes(), 0)?;
    file.sync_all()?;
    fs.rename(Path::new(TEMP), Path::new(STATE))?;
    fs.sync_dir(Path::new("/"))
}

fn explore(states: u64, save: fn(&dyn Fs, &str) -> io::Result<()>) -> String {
    let texts: Vec<String> = (1..=4)
        .map(|n| format!("{{\"theme\": \"{}\"}}\n", "dark ".repeat(n * 200)))
        .collect();
    let scenario = |fs: &SimFs, ledger: &mut Ledger<String>| {
        for text in &texts {
            ledger.promise(text.clone(), || save(fs, text));
        }
    };
    let check = |fs: &SimFs, ledger: &Ledger<String>| {
        let found = (fs as &dyn Fs).read(Path::new(STATE), 1 << 20).ok();
        let found = found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if ledger.allowed().contains(&found) {
            Ok(())
        } else {
            Err(format!(
                "{} bytes that nobody saved, or that were replaced",
                found.map_or(0, |text| text.len())
            ))
        }
    };
    match Explore::new(Device::default())
        .states(states)
        .run(scenario, check)
    {
        Ok(coverage) => format!("holds: {coverage}"),
        Err(failure) => failure.to_string(),
    }
}

fn main() {
    let states = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    println!("overwriting in place:\n{}", explore(states, overwrite));
    println!("replacing durably:\n{}", explore(states, replace));
}
