//! The example `feature_library`, on files that a Python program has left and on its own.
//!
//! Its modules are compiled into this binary, so that they run on a simulated disk.

#[path = "../../examples/feature_library"]
mod program {
    pub(crate) mod app;
    pub(crate) mod command;
    pub(crate) mod csv_import;
    pub(crate) mod domain;
    pub(crate) mod error;
    pub(crate) mod files;
    pub(crate) mod persistence;
    pub(crate) mod shelf;
}

mod adoption;
mod backups;
mod changes;
mod commands;
mod crash;
mod failing_loads;
mod layers;
mod migration;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Parser;
use crash_sim::{Device, SimFs};
use persist::Codec;
use vfs::Fs;

use crate::scratch::{contents, scribble};
use program::app::App;
use program::command::Cli;
use program::domain::feature::Feature;
use program::error::Error;
use program::files::Setting;

const FEATURES: &str = "features.json";
const TIME: &str = "tracked_time.json";
const GOLDEN_FEATURES: &str = include_str!("feature_library/golden/features.json");
const GOLDEN_TIME: &str = include_str!("feature_library/golden/tracked_time.json");

/// 2025-03-01T12:00:00Z, for ever.
fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_740_830_400)
}

/// The same calls with the same names on each run.
fn setting(fs: &SimFs) -> Setting {
    Setting {
        fs: fs.shared(),
        clock: noon,
        temp_seed: Some(1),
        codec: Codec::Plain,
        tell: |_| {},
    }
}

fn feature(id: &str, name: &str) -> Feature {
    Feature {
        id: id.to_owned(),
        name: name.to_owned(),
        team: "backend".to_owned(),
        process: "Data Operations".to_owned(),
        seed_time_hours: 4.0,
        synonyms: vec!["crud".to_owned(), "rest-api".to_owned()],
        notes: String::new(),
        created_at: "2025-01-01".parse().unwrap(),
    }
}

/// A folder `/data` on a simulated disk.
struct Data {
    fs: SimFs,
}

impl Data {
    fn new() -> Self {
        let fs = SimFs::new(Device::default());
        fs.create_dir(Path::new("/data")).unwrap();
        Self { fs }
    }

    /// As the Python program left it.
    fn golden() -> Self {
        let data = Self::new();
        data.write(FEATURES, GOLDEN_FEATURES);
        data.write(TIME, GOLDEN_TIME);
        data
    }

    /// As another run of the program has it before it loads.
    fn app(&self) -> App {
        App::new(Path::new("/data"), setting(&self.fs))
    }

    /// As another run of the program has it after its start, with what it has told.
    fn started(&self) -> (App, Vec<String>) {
        let (mut app, mut told) = (self.app(), Vec::new());
        app.init_data(&mut |text| told.push(text.to_owned()));
        (app, told)
    }

    /// What a run of the program prints, and whether it did all that it was asked for.
    fn run(&self, words: &[&str]) -> Result<(bool, String), Error> {
        let cli = Cli::try_parse_from(["feature_library"].iter().chain(words)).unwrap();
        let (mut app, _) = self.started();
        let mut out = Vec::new();
        let done = cli.run(&mut app, &mut out)?;
        Ok((done, String::from_utf8(out).unwrap().trim_end().to_owned()))
    }

    fn ran(&self, words: &[&str]) -> String {
        self.run(words).unwrap().1
    }

    fn path(name: &str) -> PathBuf {
        Path::new("/data").join(name)
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(contents(&self.fs, Self::path(name))).unwrap()
    }

    /// As a careless program writes.
    fn write(&self, name: &str, text: &str) {
        scribble(&self.fs, Self::path(name), text.as_bytes());
    }

    /// Every file but the locks.
    fn names(&self) -> Vec<String> {
        let names = self.fs.read_dir(Path::new("/data")).unwrap();
        let names = names.into_iter().map(|name| name.into_string().unwrap());
        names
            .filter(|name| Path::new(name).extension() != Some("lock".as_ref()))
            .collect()
    }

    fn named(&self, part: &str) -> Vec<String> {
        let names = self.names().into_iter();
        names.filter(|name| name.contains(part)).collect()
    }
}
