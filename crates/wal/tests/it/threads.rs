//! What threads do at the same time does not get into each other's way.

use std::ffi::OsString;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use vfs::{File, Fs, Metadata, OpenOptions, OsFs};

use crate::scratch::{log_dir, opened, small, texts};

/// Stops just before the first segment gets its name: at one barrier, and at a second until it may go on.
#[derive(Debug)]
struct Stopping {
    has_stopped: AtomicBool,
    stop: Barrier,
    go_on: Barrier,
}

impl Fs for Stopping {
    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let is_segment = to.extension().is_some_and(|extension| extension == "log");
        if is_segment && !self.has_stopped.swap(true, Ordering::SeqCst) {
            self.stop.wait();
            self.go_on.wait();
        }
        OsFs.rename(from, to)
    }

    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        OsFs.open(path, options)
    }

    fn rename_no_replace(&self, from: &Path, to: &Path) -> Result<()> {
        OsFs.rename_no_replace(from, to)
    }

    fn hard_link(&self, original: &Path, link: &Path) -> Result<()> {
        OsFs.hard_link(original, link)
    }

    fn symlink(&self, target: &Path, link: &Path) -> Result<()> {
        OsFs.symlink(target, link)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf> {
        OsFs.read_link(path)
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        OsFs.remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> Result<()> {
        OsFs.create_dir(path)
    }

    fn remove_dir(&self, path: &Path) -> Result<()> {
        OsFs.remove_dir(path)
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<OsString>> {
        OsFs.read_dir(path)
    }

    fn metadata(&self, path: &Path) -> Result<Metadata> {
        OsFs.metadata(path)
    }

    fn sync_dir(&self, path: &Path) -> Result<()> {
        OsFs.sync_dir(path)
    }
}

#[test]
fn a_segment_is_prepared_while_another_one_begins() {
    let (_keep, dir) = log_dir();
    let fs = Arc::new(Stopping {
        has_stopped: AtomicBool::new(false),
        stop: Barrier::new(2),
        go_on: Barrier::new(2),
    });
    let (_, log, _) = opened(&small().fs(Arc::clone(&fs) as Arc<dyn Fs>), &dir).unwrap();
    // A segment takes one of them.
    let records = ["1", "2"].map(|text| text.repeat(6000));
    thread::scope(|scope| {
        let first = scope.spawn(|| log.append_durable(records[0].as_bytes()));
        fs.stop.wait();
        let second = log.append(records[1].as_bytes());
        fs.go_on.wait();
        assert_eq!(first.join().unwrap().unwrap().get(), 1);
        assert_eq!(second.unwrap().get(), 2);
    });
    log.sync().unwrap();
    drop(log);
    assert_eq!(texts(&small(), &dir), records);
}

#[test]
fn a_log_that_is_being_written_never_looks_damaged() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..300_usize {
                let payload = vec![b'x'; number * 53 % 7000];
                let lsn = log.append_durable(&payload).unwrap();
                if number % 10 == 0 {
                    log.truncate_before(lsn).unwrap();
                }
            }
            is_done.store(true, Ordering::SeqCst);
        });
        while !is_done.load(Ordering::SeqCst) {
            small().survey(&dir).unwrap();
        }
    });
    assert_eq!(small().survey(&dir).unwrap().next.get(), 301);
}
