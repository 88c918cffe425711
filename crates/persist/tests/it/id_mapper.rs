//! The example `id_mapper`, on files that a Python program has left and on its own.
//!
//! Its modules are compiled into this binary, so that they run on a simulated disk, and as processes
//! of their own without anybody looking for another program.

#[path = "../../examples/id_mapper"]
mod program {
    pub(crate) mod command;
    pub(crate) mod error;
    pub(crate) mod files;
    pub(crate) mod held;
    pub(crate) mod mapper;
    pub(crate) mod numbers;
    pub(crate) mod persistence;
    pub(crate) mod series;
}

mod adoption;
mod commands;
mod crash;
mod damage;
mod ids;
mod processes;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use clap::Parser;
use crash_sim::{Device, SimFs};
use vfs::Fs;

use crate::scratch::{contents, scribble};
use program::command::Cli;
use program::error::Error;
use program::mapper::Mapper;
use program::persistence::{Persistence, Setting};

const MAPPING: &str = "external_id_mapping.json";
const COUNTERS: &str = "external_id_counters.json";
const HIGH_WATER: &str = "external_id_high_water.json";

thread_local! {
    static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What this thread's mappers have said about damage since the last time.
fn told() -> Vec<String> {
    TOLD.take()
}

/// The same calls with the same names on each run.
fn setting(fs: &SimFs) -> Setting {
    Setting {
        fs: fs.shared(),
        clock: || UNIX_EPOCH,
        temp_seed: Some(1),
        tell: |text| TOLD.with_borrow_mut(|told| told.push(text.to_owned())),
    }
}

/// A state directory on a simulated disk.
struct State {
    fs: SimFs,
}

impl State {
    fn new() -> Self {
        let fs = SimFs::new(Device::default());
        fs.create_dir(Path::new("/state")).unwrap();
        Self { fs }
    }

    /// With files in it.
    fn with(files: &[(&str, &str)]) -> Self {
        let state = Self::new();
        for (name, text) in files {
            state.write(name, text);
        }
        state
    }

    /// As another run of the program has it.
    fn mapper(&self) -> Mapper {
        Mapper::new(Persistence::new("/state", setting(&self.fs)))
    }

    /// What the command prints.
    fn run(&self, line: &str) -> Result<String, Error> {
        let words = ["id_mapper"].into_iter().chain(line.split_whitespace());
        let cli = Cli::try_parse_from(words).map_err(|error| Error::Usage(error.to_string()))?;
        let mut out = Vec::new();
        cli.command.run(&self.mapper(), &mut out)?;
        Ok(String::from_utf8(out).unwrap().trim_end().to_owned())
    }

    fn ran(&self, line: &str) -> String {
        self.run(line).unwrap()
    }

    fn path(name: &str) -> PathBuf {
        Path::new("/state").join(name)
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(contents(&self.fs, Self::path(name))).unwrap()
    }

    /// As a careless program writes.
    fn write(&self, name: &str, text: &str) {
        scribble(&self.fs, Self::path(name), text.as_bytes());
    }

    fn remove(&self, name: &str) {
        self.fs.remove_file(&Self::path(name)).unwrap();
    }

    /// Every file but the locks.
    fn names(&self) -> Vec<String> {
        let names = self.fs.read_dir(Path::new("/state")).unwrap();
        let names = names.into_iter().map(PathBuf::from);
        let names = names.filter(|name| name.extension() != Some("lock".as_ref()));
        names
            .map(|name| name.into_os_string().into_string().unwrap())
            .collect()
    }
}
