//! The example `assistant`, on files that a Python program has left and on its own.
//!
//! Its modules are compiled into this binary, so that they run on a simulated disk.

#[path = "../../examples/assistant"]
mod program {
    pub(crate) mod autosave;
    pub(crate) mod base_dir;
    pub(crate) mod book;
    pub(crate) mod cli;
    pub(crate) mod config;
    pub(crate) mod contact;
    pub(crate) mod desk;
    pub(crate) mod error;
    pub(crate) mod kept;
    pub(crate) mod log;
    pub(crate) mod moment;
    pub(crate) mod note;
    pub(crate) mod pattern;
    pub(crate) mod record;
    pub(crate) mod run;
    pub(crate) mod shell;
    pub(crate) mod storage;
}

mod adoption;
mod autosave;
mod backups;
mod configuration;
mod crash;
mod damage;
mod exports;
mod logging;
mod records;
mod times;
mod usage;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::Parser;
use crash_sim::{Device, SimFs};
use persist::RecoveryPolicy;
use vfs::Fs;

use super::scratch::{contents, noon, scribble};
use program::cli::Cli;
use program::error::Error;
use program::run::{Console, run};
use program::shell::words;
use program::storage::{Storage, World};

const DIR: &str = "/home/ada/.personal_assistant";

thread_local! {
    static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static IDS: Cell<u32> = const { Cell::new(0) };
    static SECONDS: Cell<u64> = const { Cell::new(0) };
}

/// What was said to people by this thread since the last time.
fn said() -> Vec<String> {
    SAID.take()
}

/// Lets time pass for this thread.
fn later(seconds: u64) {
    SECONDS.set(SECONDS.get() + seconds);
}

fn now() -> SystemTime {
    noon() + Duration::from_secs(SECONDS.get())
}

fn next_id() -> String {
    IDS.set(IDS.get() + 1);
    format!("{:08}-0000-4000-8000-000000000000", IDS.get())
}

/// The same calls with the same names on each run.
fn world(fs: &SimFs) -> World {
    World {
        fs: fs.shared(),
        clock: now,
        temp_seed: Some(1),
        new_id: next_id,
    }
}

/// The directory of the files on a simulated disk.
struct State {
    fs: SimFs,
}

impl State {
    fn new() -> Self {
        IDS.set(0);
        SECONDS.set(0);
        let fs = SimFs::new(Device::default());
        Self { fs }
    }

    /// With files in it.
    fn with(files: &[(&str, &str)]) -> Self {
        let state = Self::new();
        state.storage();
        for (name, text) in files {
            state.write(name, text);
        }
        state
    }

    fn storage(&self) -> Storage {
        Storage::open(DIR, world(&self.fs), RecoveryPolicy::Recover).unwrap()
    }

    /// Whether all is well, and what is printed.
    fn run(&self, line: &str) -> Result<(bool, String), Error> {
        self.run_with(line, "")
    }

    /// The same, with what somebody types.
    fn run_with(&self, line: &str, typed: &str) -> Result<(bool, String), Error> {
        let words = words(line)?;
        let cli = Cli::try_parse_from(["assistant".to_owned()].into_iter().chain(words));
        let cli = cli.map_err(|error| Error::Usage(error.to_string()))?;
        let mut storage = Storage::open(DIR, world(&self.fs), cli.recovery())?;
        let mut out = Vec::new();
        let mut console = Console {
            input: &mut typed.as_bytes(),
            is_asked: false,
            out: &mut out,
            say: |text| SAID.with_borrow_mut(|said| said.push(text.to_owned())),
        };
        let is_well = run(cli.command, &mut storage, &mut console)?;
        let printed = String::from_utf8(out).unwrap();
        Ok((is_well, printed.trim_end().to_owned()))
    }

    /// What is printed where all is well.
    fn ran(&self, line: &str) -> String {
        let (is_well, printed) = self.run(line).unwrap();
        assert!(is_well, "{line}: {printed}");
        printed
    }

    /// What is said of a command that is not done.
    fn refused(&self, line: &str) -> String {
        self.run(line).unwrap_err().to_string()
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(contents(&self.fs, path(name))).unwrap()
    }

    /// As a careless program writes.
    fn write(&self, name: &str, text: &str) {
        scribble(&self.fs, path(name), text.as_bytes());
    }

    /// Every file but the locks, by its name or that in `backups/`, with its bytes.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        for folder in ["", "backups/"] {
            for name in self.fs.read_dir(&path(folder)).unwrap() {
                let name = format!("{folder}{}", name.to_str().unwrap());
                let path = path(&name);
                let is_file = self.fs.metadata(&path).unwrap().is_file();
                if is_file && path.extension() != Some("lock".as_ref()) {
                    files.insert(name, contents(&self.fs, path));
                }
            }
        }
        files
    }

    fn names(&self) -> Vec<String> {
        self.files().into_keys().collect()
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}
