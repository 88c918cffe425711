//! A sync of a directory on another thread, while this one waits for another sync.
//!
//! A save that keeps a dated copy has two syncs that may go on at the same time: that of the new content, and that of the copy's
//! directory. A device answers both in little more than the time of one. One thread of the process does the second; whoever finds it
//! busy does its own.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use vfs::Fs;

/// How long the thread waits for more to do. Starting one takes a good part of what it saves.
const IDLE_MAX: Duration = Duration::from_secs(1);

struct Job {
    fs: Arc<dyn Fs>,
    dir: PathBuf,
    answer: SyncSender<io::Result<()>>,
}

/// The thread that syncs, if it is still there.
struct Helper {
    /// The process that it is a thread of: one that was forked has this and not the thread.
    process: u32,
    /// Takes a job only while the thread waits for one.
    jobs: SyncSender<Job>,
}

static HELPER: Mutex<Option<Helper>> = Mutex::new(None);

/// A sync of a directory that has begun.
#[derive(Debug)]
#[must_use = "nothing is durable before `wait` says so"]
pub(crate) struct Begun(Receiver<io::Result<()>>);

impl Begun {
    /// Returns when the sync is done, with what became of it.
    pub(crate) fn wait(&self) -> io::Result<()> {
        let lost = |_| Err(io::Error::other("the thread that was to sync has panicked"));
        self.0.recv().unwrap_or_else(lost)
    }
}

/// Begins a sync of a directory, unless nobody is free to do it.
pub(crate) fn begin(fs: &Arc<dyn Fs>, dir: &Path) -> Option<Begun> {
    let (answer, answered) = sync_channel(1);
    let mut job = Job {
        fs: Arc::clone(fs),
        dir: dir.to_owned(),
        answer,
    };
    // Not `lock`: in a process that was forked at the wrong moment nobody would ever give it back.
    let mut helper = HELPER.try_lock().ok()?;
    let process = std::process::id();
    if let Some(known) = helper.as_ref().filter(|known| known.process == process) {
        match known.jobs.try_send(job) {
            Ok(()) => return Some(Begun(answered)),
            Err(TrySendError::Full(_)) => return None,
            Err(TrySendError::Disconnected(back)) => job = back,
        }
    }
    let (jobs, queue) = sync_channel(0);
    let thread = thread::Builder::new().name("persist-sync".to_owned());
    thread.spawn(move || work(job, &queue)).ok()?;
    if let Some(former) = helper.replace(Helper { process, jobs })
        && former.process != process
    {
        // Its channel may be locked by the thread that this process has not got.
        std::mem::forget(former);
    }
    Some(Begun(answered))
}

fn work(mut job: Job, queue: &Receiver<Job>) {
    loop {
        // Who has given up does not listen.
        let _ = job.answer.send(job.fs.sync_dir(&job.dir));
        match queue.recv_timeout(IDLE_MAX) {
            Ok(next) => job = next,
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use vfs::OsFs;

    use super::begin;

    #[test]
    fn what_becomes_of_a_sync_is_told_to_who_began_it() {
        let dir = tempfile::tempdir().unwrap();
        let fs = OsFs::shared();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for round in 0..50 {
                        let missing = round % 2 == 1;
                        let path = if missing {
                            dir.path().join("missing")
                        } else {
                            dir.path().to_owned()
                        };
                        // `None`: the thread is busy with that of another.
                        if let Some(begun) = begin(&fs, &path) {
                            let kind = begun.wait().map_err(|error| error.kind());
                            let expected = if missing {
                                Err(ErrorKind::NotFound)
                            } else {
                                Ok(())
                            };
                            assert_eq!(kind, expected);
                        }
                    }
                });
            }
        });
    }

    #[test]
    fn a_sync_that_nobody_waits_for_is_in_nobodys_way() {
        let dir = tempfile::tempdir().unwrap();
        let fs = OsFs::shared();
        for _ in 0..200 {
            drop(begin(&fs, dir.path()));
        }
        assert_eq!(
            fs.sync_dir(dir.path()).map_err(|error| error.kind()),
            Ok(())
        );
    }
}
