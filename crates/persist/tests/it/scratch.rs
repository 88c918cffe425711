//! A folder with a document in it, on the real file system or on a simulated one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crash_sim::{Device, SimFs};
use persist::{Document, Options};
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Subscriber};
use vfs::{Fs, OpenOptions};

/// Calls with a subscriber of its own.
///
/// While there is no more than one in a process, `tracing` asks the thread that meets an event first whether anybody
/// wants it, and that may be another test's: then it would be off for good. So there is always another one.
pub(crate) fn told_to(subscriber: impl Subscriber + Send + Sync + 'static, call: impl FnOnce()) {
    static OTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));
    LazyLock::force(&OTHER);
    tracing::subscriber::with_default(subscriber, call);
}

/// A temporary folder with a path for a document in it.
pub(crate) struct Scratch {
    dir: tempfile::TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir().join("notes.json")
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.at(name), bytes).unwrap();
    }

    /// Every file below the folder but lock files, by path, with its bytes.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut dirs = vec![self.dir().to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    dirs.push(path);
                } else if path.extension() != Some("lock".as_ref()) {
                    let name = path.strip_prefix(self.dir()).unwrap().to_str().unwrap();
                    files.insert(name.replace('\\', "/"), fs::read(&path).unwrap());
                }
            }
        }
        files
    }

    /// The names of those files.
    pub(crate) fn names(&self) -> Vec<String> {
        self.files().into_keys().collect()
    }

    /// Those names that begin so.
    pub(crate) fn named(&self, start: &str) -> Vec<String> {
        self.names()
            .into_iter()
            .filter(|name| name.starts_with(start))
            .collect()
    }
}

/// 2026-11-20T03:10:32Z, for ever.
pub(crate) fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_144_232)
}

/// Where documents on simulated disks are.
pub(crate) const SIM_PATH: &str = "/state/notes.json";

/// A simulated disk with an empty folder `/state`.
pub(crate) fn sim() -> SimFs {
    sim_on(Device::default())
}

pub(crate) fn sim_on(device: Device) -> SimFs {
    let fs = SimFs::new(device);
    fs.shared().create_dir_all(Path::new("/state")).unwrap();
    fs.settle();
    fs
}

/// Does the same calls with the same names on each run.
pub(crate) fn on<T>(fs: &SimFs, options: Options<T>) -> Document<T> {
    options
        .fs(fs.shared())
        .clock(noon)
        .temp_seed(1)
        .at(SIM_PATH)
}

/// Writes into a file as a careless program does.
pub(crate) fn scribble(fs: &SimFs, path: impl AsRef<Path>, bytes: &[u8]) {
    let file = fs
        .open(path.as_ref(), &OpenOptions::read_write().or_create())
        .unwrap();
    file.set_size(0).unwrap();
    (*file).write_all_at(bytes, 0).unwrap();
}

pub(crate) fn contents(fs: &SimFs, path: impl AsRef<Path>) -> Vec<u8> {
    fs.shared().read(path.as_ref(), 1 << 30).unwrap()
}
