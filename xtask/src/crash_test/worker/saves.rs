//! Saving one number after the other.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::Ordering;

use persist::{Backups, Codec, Document, FlatNames, Layout};
use serde::{Deserialize, Serialize};

use super::{enough, say};

/// What is saved, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    mode: Mode,
    #[arg(long)]
    dir: PathBuf,
    /// Which of the counters of a shared document this process counts up
    writer: usize,
}

/// How the number is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::crash_test) enum Mode {
    /// `atomic_io::replace`
    Replace,
    /// `AtomicFile`, written in pieces
    Stream,
    /// A document with a folder of backups
    Document,
    /// A compressed, flat document with one backup
    Single,
    /// A document that two processes count up, of which one is killed
    Shared,
}

impl Mode {
    pub(in crate::crash_test) const ALL: [Self; 5] = [
        Self::Replace,
        Self::Stream,
        Self::Document,
        Self::Single,
        Self::Shared,
    ];

    /// How many processes save at once.
    pub(in crate::crash_test) fn writers(self) -> usize {
        if self == Self::Shared { 2 } else { 1 }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Replace => "replace",
            Self::Stream => "stream",
            Self::Document => "document",
            Self::Single => "single",
            Self::Shared => "shared",
        })
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mode = Self::ALL.into_iter().find(|mode| mode.to_string() == text);
        mode.ok_or_else(|| format!("there is no mode {text}"))
    }
}

/// What is saved: the numbers, and bytes that only these numbers have, so that a mixture shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::crash_test) struct State {
    pub(in crate::crash_test) counts: Vec<u64>,
    filler: String,
}

impl Default for State {
    fn default() -> Self {
        Self::of(vec![0, 0])
    }
}

impl State {
    fn of(counts: Vec<u64>) -> Self {
        // Up to some 30 KB, never the same length twice running.
        let total: u64 = counts.iter().sum();
        let filler =
            format!("{total:x}.").repeat(usize::try_from(total * 7919 % 6007).unwrap_or(0));
        Self { counts, filler }
    }

    fn count_up(&mut self, writer: usize) -> u64 {
        let mut counts = std::mem::take(&mut self.counts);
        counts[writer] += 1;
        let count = counts[writer];
        *self = Self::of(counts);
        count
    }

    /// Whether these are the bytes of one state and not of two.
    pub(in crate::crash_test) fn is_whole(&self) -> bool {
        *self == Self::of(self.counts.clone())
    }
}

/// Where a mode keeps its file.
pub(in crate::crash_test) fn path(mode: Mode, dir: &Path) -> PathBuf {
    dir.join(mode.to_string()).join("state.json")
}

/// The document of a mode that has one.
pub(in crate::crash_test) fn document(mode: Mode, dir: &Path) -> Document<State> {
    let options = Document::options();
    let options = match mode {
        Mode::Single => options
            .layout(Layout::Flat(FlatNames::default()))
            .compression(Codec::Gzip)
            .backups(Backups::Single),
        _ => options,
    };
    options.at(path(mode, dir))
}

/// What the file of a mode holds now.
pub(in crate::crash_test) fn read(
    mode: Mode,
    dir: &Path,
) -> Result<State, Box<dyn std::error::Error>> {
    match mode {
        Mode::Replace | Mode::Stream => match std::fs::read(path(mode, dir)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(State::default()),
            Err(error) => Err(error.into()),
        },
        Mode::Document | Mode::Single | Mode::Shared => match document(mode, dir).load()? {
            None => Ok(State::default()),
            Some(loaded) if loaded.recovery.is_some() => {
                Err(format!("recovered: {:?}", loaded.recovery).into())
            }
            Some(loaded) => Ok(loaded.into_value()),
        },
    }
}

impl Args {
    /// Counts up. Each number is said once it is promised.
    pub(super) fn run(&self) -> Result<(), Box<dyn std::error::Error>> {
        let enough = enough();
        let mut state = read(self.mode, &self.dir)?;
        while !enough.load(Ordering::Relaxed) && say(&save(self, &mut state)?.to_string()) {}
        Ok(())
    }
}

fn save(args: &Args, state: &mut State) -> Result<u64, Box<dyn std::error::Error>> {
    let path = path(args.mode, &args.dir);
    match args.mode {
        Mode::Replace => {
            let count = state.count_up(args.writer);
            atomic_io::replace(path, serde_json::to_vec(state)?)?;
            Ok(count)
        }
        Mode::Stream => {
            let count = state.count_up(args.writer);
            let mut file = atomic_io::Options::new().create(path)?;
            serde_json::to_writer(&mut file, state)?;
            file.commit()?;
            Ok(count)
        }
        Mode::Document | Mode::Single | Mode::Shared => {
            Ok(document(args.mode, &args.dir).update(|state| state.count_up(args.writer))?)
        }
    }
}
