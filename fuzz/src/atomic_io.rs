//! Any order of saves, streams, sweeps, kills, faults and power cuts; and any name in a directory that is swept.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use atomic_io::{AtomicFile, Error, Existing, Identical, Metadata, OnDisk, Options, Retry};
use crash_sim::{Device, Fate, Fault, SimFs};
use vfs::{Fs, OpenOptions};

const STATE: &str = "/state";
const NOTES: &str = "/state/notes.json";
const LEFTOVER_ATTEMPTS: usize = 300;

fn options(fs: &SimFs) -> Options {
    Options::new()
        .fs(fs.shared())
        .temp_seed(1)
        .retry(Retry::Never)
}

/// What a file shows, what a power cut may leave of it, and the machine that must agree.
struct Notes {
    fs: SimFs,
    visible: Option<Vec<u8>>,
    possible: BTreeSet<Option<Vec<u8>>>,
    /// A sync of the directory has failed: what looks identical may not be durable.
    suspect: bool,
}

/// Each three bytes are one turn: what is done, what goes wrong, and when. After every turn readers see what
/// the answers said, and after every power cut the file holds something that was not yet replaced durably.
pub fn atomic_io_saves(data: &[u8]) {
    let fs = SimFs::new(Device::default());
    fs.create_dir(Path::new(STATE)).expect("a new disk");
    fs.settle();
    let mut notes = Notes {
        fs,
        visible: None,
        possible: BTreeSet::from([None]),
        suspect: false,
    };
    for turn in data.chunks_exact(3).take(32) {
        let (act, fault, when) = (turn[0], turn[1], u64::from(turn[2]));
        let fault = match fault % 12 {
            0 => Some(Fault::Kill),
            1 => Some(Fault::Io),
            2 => Some(Fault::NoSpace),
            3 => Some(Fault::Short),
            4 => Some(Fault::SyncedButFailed),
            5 => Some(Fault::Denied),
            6 => Some(Fault::Interrupted),
            7 => Some(Fault::Busy),
            _ => None,
        };
        if let Some(fault) = fault {
            notes.fs.inject(notes.fs.now() + when % 48, fault);
        }
        notes.act(act, when);
        assert!(notes.read() == notes.visible, "{}", notes.fs.trace());
    }
    notes.lose_power(u64::from(data.last().copied().unwrap_or(0)));
    notes.start_again();
}

impl Notes {
    fn act(&mut self, act: u8, when: u64) {
        let process = self.fs.process();
        let letter = b'a' + act / 8 % 4;
        let content = vec![letter; usize::from(act) * 40];
        let save = options(&process);
        match act % 8 {
            0 => self.told(&content, save.replace(NOTES, &content).map(drop)),
            1 => {
                let save = save.metadata(Metadata::Mode(0o600));
                self.told(&content, save.replace(NOTES, &content).map(drop));
            }
            2 => {
                let skip = if self.suspect {
                    Identical::Write
                } else {
                    Identical::Skip
                };
                let save = save.identical(skip);
                self.told(&content, save.replace(NOTES, &content).map(drop));
            }
            3 => {
                let save = save.existing(Existing::NoClobber);
                self.told(&content, save.replace(NOTES, &content).map(drop));
            }
            4 => {
                let saved = save.create(NOTES).and_then(|file| {
                    let mut file = written(file, &content);
                    let other = vec![b'z'; 5000];
                    self.told(
                        &other,
                        options(&self.fs.process()).replace(NOTES, &other).map(drop),
                    );
                    self.sweep();
                    let _ = file.flush();
                    file.commit()
                });
                self.told(&content, saved);
            }
            5 => {
                let _ = save
                    .create(NOTES)
                    .map(|file| written(file, &content).discard());
            }
            6 => self.sweep(),
            _ => self.lose_power(when),
        }
    }

    /// Believes the answer to a save.
    fn told(&mut self, content: &[u8], saved: Result<(), Error>) {
        let content = Some(content.to_vec());
        match saved.map_err(|error| error.on_disk()) {
            Ok(()) => {
                self.possible = BTreeSet::from([content.clone()]);
                self.visible = content;
                self.suspect = false;
            }
            Err(OnDisk::Unchanged) => {}
            Err(_) => {
                self.possible.insert(content.clone());
                self.suspect = true;
                let found = self.read();
                assert!(
                    found == content || found == self.visible,
                    "{}",
                    self.fs.trace()
                );
                self.visible = found;
            }
        }
    }

    fn sweep(&mut self) {
        if let Err(error) = options(&self.fs.process()).sweep(STATE) {
            self.suspect |= error.on_disk() == OnDisk::InDoubt;
        }
    }

    fn lose_power(&mut self, seed: u64) {
        let left = self.fs.power_loss(&Fate::seeded(seed));
        let trace = std::mem::replace(&mut self.fs, left).trace();
        self.visible = self.read();
        assert!(self.possible.contains(&self.visible), "{trace}");
        self.possible = BTreeSet::from([self.visible.clone()]);
        self.suspect = false;
    }

    /// The first start after it all: nothing is left over, and saving works.
    fn start_again(&self) {
        let swept = options(&self.fs).sweep(STATE).expect("no faults are left");
        assert!(
            swept.alive.is_empty() && swept.failed.is_empty(),
            "{swept:?}"
        );
        options(&self.fs)
            .replace(NOTES, "next")
            .expect("no faults are left");
        let names = self.fs.read_dir(Path::new(STATE)).expect("it is there");
        assert_eq!(names, ["notes.json"]);
    }

    /// What a reader sees, who tries again when he meets a fault that was meant for others.
    fn read(&self) -> Option<Vec<u8>> {
        for _ in 0..LEFTOVER_ATTEMPTS {
            let reader = self.fs.process().shared();
            match reader.read(Path::new(NOTES), 1 << 20) {
                Ok(content) => return Some(content),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
                Err(_) => {}
            }
        }
        panic!("the file can't be read\n{}", self.fs.trace());
    }
}

/// The file with `content` in it, or with a failed write that its commit will refuse.
fn written(mut file: AtomicFile, content: &[u8]) -> AtomicFile {
    for piece in content.chunks(3000) {
        if file.write_all(piece).and_then(|()| file.flush()).is_err() {
            break;
        }
    }
    file
}

/// Any names, one to a line, in a directory that is swept: only regular files of the exact form go.
pub fn atomic_io_sweep(data: &[u8]) {
    let fs = SimFs::new(Device::default());
    let text = String::from_utf8_lossy(data);
    let mut names = BTreeSet::new();
    for (index, name) in text.lines().take(16).enumerate() {
        let path = Path::new("/").join(name.replace('/', "_"));
        let made = match index % 4 {
            3 => fs.create_dir(&path).is_ok(),
            2 => fs.symlink(Path::new("target"), &path).is_ok(),
            _ => fs.open(&path, &OpenOptions::create_new()).is_ok(),
        };
        if made {
            names.insert((path, index % 4 < 2));
        }
    }
    let swept = options(&fs).sweep("/").expect("no faults");
    assert!(swept.alive.is_empty() && swept.failed.is_empty());
    let expected: Vec<PathBuf> = names
        .iter()
        .filter(|(path, is_file)| *is_file && looks_temporary(path))
        .map(|(path, _)| path.clone())
        .collect();
    assert_eq!(swept.removed, expected);
    let left = fs.read_dir(Path::new("/")).expect("the root");
    assert_eq!(left.len(), names.len() - expected.len());
}

/// `.<name>.<16 lowercase hex digits>.tmp`, read from the right.
fn looks_temporary(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut parts = name.rsplitn(3, '.');
    let is_tmp = parts.next() == Some("tmp");
    let id = parts.next().unwrap_or_default();
    let is_id = id.len() == 16
        && id
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let rest = parts.next().unwrap_or_default();
    is_tmp && is_id && rest.len() > 1 && rest.starts_with('.')
}
