//! Giving back the blocks of files that have lost their last name, off the caller's path.
//!
//! The kernel frees a file in the call that drops its last name or handle, and that call waits: for
//! milliseconds where the file is large, and for the device where the file system tells it at once which
//! blocks are free (`discard`). Who holds a handle meanwhile makes closing it that call, and for that
//! nobody needs to wait.

use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vfs::{File, FinalLink, Fs, OpenOptions};

/// Keeps what a file holds, so that the call which takes its last name away is a short one. Dropped, it
/// leaves the rest to a thread of its own.
///
/// The space comes free a moment later than it would. Nothing else can be told from outside: the name is
/// gone when the call says so, and a process that ends takes its handles with it.
///
/// ```
/// use atomic_io::Remains;
/// use vfs::OsFs;
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("old.bin");
/// # std::fs::write(&path, "old")?;
/// let remains = Remains::of(&*OsFs::shared(), &path);
/// std::fs::remove_file(&path)?;
/// drop(remains);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "it keeps nothing once it is dropped"]
pub struct Remains(Option<Box<dyn File>>);

impl Remains {
    /// Of the file at `path`. If it can't be opened, whoever takes the last name away frees it, as ever.
    pub fn of(fs: &dyn Fs, path: &Path) -> Self {
        let open = OpenOptions::read().final_link(FinalLink::Refuse);
        // On Windows a file that is open can't be replaced.
        let file = (!cfg!(windows)).then(|| fs.open(path, &open).ok());
        Self(file.flatten())
    }

    /// Of a file that is open already.
    pub(crate) fn of_open(file: Option<Box<dyn File>>) -> Self {
        Self(file.filter(|_| !cfg!(windows)))
    }

    /// Closes a file that has a name still: nothing is freed by that, and nobody has to wait.
    pub(crate) fn close(&mut self) {
        self.0 = None;
    }
}

impl Drop for Remains {
    fn drop(&mut self) {
        if let Some(file) = self.0.take() {
            free(file);
        }
    }
}

/// What waits for the thread that closes.
struct Queue {
    waiting: Vec<Box<dyn File>>,
    has_thread: bool,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    waiting: Vec::new(),
    has_thread: false,
});
static ARRIVED: Condvar = Condvar::new();

/// Who finds that many waiting closes its own: handles and space are borrowed, not hoarded. It also
/// bounds what a forked process holds on to, which has the queue and not the thread.
const WAITING_MAX: usize = 4;

/// How long the thread waits for more. Starting one takes longer than most files take to be freed.
const IDLE_MAX: Duration = Duration::from_secs(1);

/// Hands the file over, or closes it where that would mean waiting.
fn free(file: Box<dyn File>) {
    // Not `lock`: in a process that was forked at the wrong moment nobody would ever give it back.
    let Ok(mut queue) = QUEUE.try_lock() else {
        return;
    };
    if queue.waiting.len() >= WAITING_MAX {
        drop(queue);
        return;
    }
    queue.waiting.push(file);
    if queue.has_thread {
        drop(queue);
        ARRIVED.notify_one();
        return;
    }
    let thread = std::thread::Builder::new().name("atomic-io-free".into());
    queue.has_thread = thread.spawn(close_all).is_ok();
    if !queue.has_thread {
        let file = queue.waiting.pop();
        drop(queue);
        drop(file);
    }
}

fn close_all() {
    let mut queue = lock();
    loop {
        if let Some(file) = queue.waiting.pop() {
            drop(queue);
            drop(file);
            queue = lock();
            continue;
        }
        let waited = ARRIVED.wait_timeout(queue, IDLE_MAX);
        let (after, time) = waited.unwrap_or_else(PoisonError::into_inner);
        queue = after;
        if time.timed_out() && queue.waiting.is_empty() {
            queue.has_thread = false;
            return;
        }
    }
}

fn lock() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}
