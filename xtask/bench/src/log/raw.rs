//! The bare calls: what no log can undercut.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use super::{Contender, Kind, Log, Reading, Threads, ours};
use crate::scenario::Result;

/// The name of the only file.
const FILE: &str = "raw.log";

/// Bytes of a file that is prepared: as many as a segment of ours has.
const PREPARED: u64 = 64 << 20;

/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

pub fn contenders() -> Vec<Contender> {
    vec![
        Contender {
            name: "write, fdatasync; prepared file",
            kind: Kind::Floor {
                threads: Threads::One,
            },
            open: |dir| Ok(Box::new(Mutex::new(Tail::of(prepared(dir)?)))),
        },
        Contender {
            name: "write, fdatasync; growing file",
            kind: Kind::Floor {
                threads: Threads::One,
            },
            open: |dir| {
                Ok(Box::new(Mutex::new(Tail::of(File::create(
                    dir.join(FILE),
                )?))))
            },
        },
        Contender {
            name: "write, fdatasync in groups; prepared file",
            kind: Kind::Floor {
                threads: Threads::Many,
            },
            open: |dir| Ok(Box::new(Grouped::of(prepared(dir)?))),
        },
    ]
}

pub fn reading() -> Reading {
    Reading {
        name: "read the files of `wal`, CRC-32C",
        at_least: None,
        write: ours::write,
        read: |dir| {
            let mut block = vec![0; BLOCK];
            for path in ours::segments(dir)? {
                let mut file = File::open(path)?;
                let mut sum = 0;
                loop {
                    let read = file.read(&mut block)?;
                    if read == 0 {
                        break;
                    }
                    sum = crc32c::crc32c_append(sum, &block[..read]);
                }
                std::hint::black_box(sum);
            }
            Ok(None)
        },
    }
}

/// Bytes that are written at once where a file is prepared: a larger piece is one folio of the page cache, and slower to write into.
const PIECE: usize = 64 << 10;

/// A file full of zeros, durable: to write into it changes neither its size nor its place.
fn prepared(dir: &Path) -> Result<File> {
    let mut file = File::create(dir.join(FILE))?;
    let zeros = vec![0; PIECE];
    for _ in 0..PREPARED / PIECE as u64 {
        file.write_all(&zeros)?;
    }
    file.sync_all()?;
    Ok(file)
}

/// A file that is written from its start to [`PREPARED`], and then from its start again.
struct Tail {
    file: File,
    at: u64,
}

impl Tail {
    fn of(file: File) -> Self {
        Self { file, at: 0 }
    }

    fn append(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let end = self.at + bytes.len() as u64;
        let at = if end > PREPARED { 0 } else { self.at };
        self.file.write_all_at(bytes, at)?;
        self.file.sync_data()?;
        self.at = at + bytes.len() as u64;
        Ok(())
    }
}

impl Log for Mutex<Tail> {
    fn append(&self, record: &[u8]) -> Result<()> {
        let mut tail = self.lock().map_err(|_| "a writer has panicked")?;
        Ok(tail.append(record)?)
    }
}

/// The least of a group commit: who finds no leader leads, and takes all that is pending; one of those who came
/// meanwhile leads next.
struct Grouped {
    state: Mutex<Gathering>,
    tail: Mutex<Tail>,
}

struct Gathering {
    pending: Vec<u8>,
    idle: Vec<u8>,
    group: Arc<Group>,
    is_led: bool,
}

#[derive(Default)]
struct Group {
    phase: Mutex<Phase>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Pending,
    /// Whoever sees this first leads.
    Leaderless,
    Written,
    Failed,
}

impl Grouped {
    fn of(file: File) -> Self {
        Self {
            state: Mutex::new(Gathering {
                pending: Vec::new(),
                idle: Vec::new(),
                group: Arc::default(),
                is_led: false,
            }),
            tail: Mutex::new(Tail::of(file)),
        }
    }

    fn lead(&self) -> Result<()> {
        let mut state = self.state.lock().map_err(|_| "a writer has panicked")?;
        let next = std::mem::take(&mut state.idle);
        let mut bytes = std::mem::replace(&mut state.pending, next);
        let group = std::mem::take(&mut state.group);
        drop(state);

        let mut tail = self.tail.lock().map_err(|_| "a leader has panicked")?;
        let written = tail.append(&bytes);
        drop(tail);

        bytes.clear();
        let mut state = self.state.lock().map_err(|_| "a writer has panicked")?;
        state.idle = bytes;
        state.is_led = !state.pending.is_empty();
        let next = state.is_led.then(|| Arc::clone(&state.group));
        drop(state);
        if let Some(next) = next {
            next.set(Phase::Leaderless)?;
            next.changed.notify_one();
        }
        group.set(match written {
            Ok(()) => Phase::Written,
            Err(_) => Phase::Failed,
        })?;
        group.changed.notify_all();
        Ok(written?)
    }
}

impl Group {
    fn set(&self, phase: Phase) -> Result<()> {
        *self.phase.lock().map_err(|_| "a follower has panicked")? = phase;
        Ok(())
    }
}

impl Log for Grouped {
    fn append(&self, record: &[u8]) -> Result<()> {
        let mut state = self.state.lock().map_err(|_| "a writer has panicked")?;
        state.pending.extend_from_slice(record);
        if !std::mem::replace(&mut state.is_led, true) {
            drop(state);
            return self.lead();
        }
        let group = Arc::clone(&state.group);
        drop(state);
        let phase = group.phase.lock().map_err(|_| "a follower has panicked")?;
        let mut phase = group
            .changed
            .wait_while(phase, |phase| *phase == Phase::Pending)
            .map_err(|_| "a follower has panicked")?;
        match *phase {
            Phase::Leaderless => {
                *phase = Phase::Pending;
                drop(phase);
                self.lead()
            }
            Phase::Failed => Err("the group was not written".into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FILE, contenders};

    #[test]
    fn a_group_is_written_once_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let grouped = contenders().pop().unwrap();
        let log = (grouped.open)(dir.path()).unwrap();
        std::thread::scope(|scope| {
            for name in b"abcd" {
                let log = &log;
                scope.spawn(move || (0..50).try_for_each(|_| log.append(&[*name; 3])).unwrap());
            }
        });
        let text = std::fs::read(dir.path().join(FILE)).unwrap();
        for name in b"abcd" {
            assert_eq!(text.split(|byte| byte == name).count(), 151);
        }
        assert_eq!(text.iter().position(|byte| *byte == 0), Some(600));
    }
}
