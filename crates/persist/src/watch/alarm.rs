//! Being woken when something happens to a file. The one place that knows `notify`.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use vfs::{OsFs, parent};

/// How often the file is looked at where nobody tells of its changes.
const POLL: Duration = Duration::from_secs(2);

/// Notices are taken together until there was none for so long, ...
const QUIET: Duration = Duration::from_millis(10);
/// ... but not for longer than this.
const BURST: Duration = Duration::from_millis(100);

/// Why a wait has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// It may be worth a look.
    Rung,
    /// The time is over.
    TooLate,
}

/// Rings when something happens to one of some files.
#[derive(Debug)]
pub(super) struct Alarm {
    /// `None` while nobody tells of changes.
    watcher: Option<RecommendedWatcher>,
    bell: Bell,
    rings: Receiver<()>,
    paths: BTreeSet<PathBuf>,
    /// Whether what the system tells is not all there is to tell.
    is_remote: bool,
    /// When to look where nobody tells.
    due: Instant,
}

/// What the system's notices go to. One ring stands for any number of them, so that none is lost and
/// none piles up.
#[derive(Clone, Debug)]
struct Bell {
    rope: SyncSender<()>,
    names: Arc<Mutex<BTreeSet<OsString>>>,
    dirs: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// Whether a directory has gone, so that nobody tells of changes in the one that comes next.
    is_cut: Arc<AtomicBool>,
}

impl Alarm {
    pub(super) fn new(paths: &[&Path]) -> Self {
        let (rope, rings) = sync_channel(1);
        let mut alarm = Self {
            watcher: None,
            bell: Bell {
                rope,
                names: Arc::default(),
                dirs: Arc::default(),
                is_cut: Arc::default(),
            },
            rings,
            paths: BTreeSet::new(),
            is_remote: false,
            due: Instant::now() + POLL,
        };
        alarm.follow(paths);
        alarm
    }

    /// Rings for these files from now on. They may be others than before if a link was changed.
    pub(super) fn follow(&mut self, paths: &[&Path]) {
        let paths: BTreeSet<PathBuf> = paths.iter().map(|path| (*path).to_owned()).collect();
        if paths != self.paths {
            self.paths = paths;
            self.connect();
        }
    }

    pub(super) fn is_polling(&self) -> bool {
        self.watcher.is_none()
    }

    /// Waits for a ring, and where nobody rings for the time to look.
    pub(super) fn wait(&mut self, deadline: Option<Instant>) -> Woken {
        if self.has_rung() {
            return Woken::Rung;
        }
        let due = self.is_polling().then_some(self.due);
        let Some(end) = [deadline, due].into_iter().flatten().min() else {
            // The bell has a rope of our own: this ends with a ring only.
            return self.rings.recv().map_or(Woken::TooLate, |()| Woken::Rung);
        };
        let left = end.saturating_duration_since(Instant::now());
        match self.rings.recv_timeout(left) {
            Ok(()) => Woken::Rung,
            Err(_) if self.has_rung() => Woken::Rung,
            Err(_) => Woken::TooLate,
        }
    }

    /// Whether there is reason to look now.
    pub(super) fn has_rung(&mut self) -> bool {
        let is_due = self.is_polling() && self.due <= Instant::now();
        if is_due {
            self.due = Instant::now() + POLL;
        }
        self.reconnected(is_due) || self.rings.try_recv().is_ok() || is_due
    }

    /// Waits until a burst of notices is over.
    pub(super) fn settle(&mut self) {
        let end = Instant::now() + BURST;
        while Instant::now() < end && self.rings.recv_timeout(QUIET).is_ok() {}
    }

    /// Listens again after a directory has gone, and where that was not possible, now and then. If it is
    /// now, changes may have been missed.
    fn reconnected(&mut self, is_due: bool) -> bool {
        let is_cut = self.bell.is_cut.swap(false, Ordering::AcqRel);
        if is_cut {
            self.watcher = None;
        }
        (is_cut || is_due) && self.connect()
    }

    fn connect(&mut self) -> bool {
        let dirs: BTreeSet<PathBuf> = self
            .paths
            .iter()
            .map(|path| parent(path).to_owned())
            .collect();
        self.is_remote = dirs.iter().any(|dir| OsFs.is_remote(dir));
        self.watcher = None;
        if self.is_remote {
            return false;
        }
        let names = self.paths.iter().filter_map(|path| path.file_name());
        *lock(&self.bell.names) = names.map(OsStr::to_owned).collect();
        lock(&self.bell.dirs).clone_from(&dirs);
        let bell = self.bell.clone();
        let watcher = notify::recommended_watcher(move |event| bell.hear(&event));
        self.watcher = watcher.ok().and_then(|mut watcher| {
            let watch = |dir: &PathBuf| watcher.watch(dir, RecursiveMode::NonRecursive).ok();
            dirs.iter().try_for_each(watch).map(|()| watcher)
        });
        self.watcher.is_some()
    }
}

impl Bell {
    fn hear(&self, event: &notify::Result<Event>) {
        let is_of_interest = match event {
            Ok(event) => self.is_of_interest(event),
            // Something was lost: only a look can tell what.
            Err(_) => true,
        };
        if is_of_interest {
            // If it has rung already, that ring is still to be heard.
            let _ = self.rope.try_send(());
        }
    }

    fn is_of_interest(&self, event: &Event) -> bool {
        let goes = matches!(
            event.kind,
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From))
        );
        let dirs = lock(&self.dirs);
        if goes && event.paths.iter().any(|path| dirs.contains(path)) {
            self.is_cut.store(true, Ordering::Release);
            return true;
        }
        let is_read = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
            // A look is one, too.
            EventKind::Access(_) => true,
            _ => false,
        };
        let names = lock(&self.names);
        let is_ours = |path: &PathBuf| path.file_name().is_some_and(|name| names.contains(name));
        event.need_rescan() || (!is_read && event.paths.iter().any(is_ours))
    }
}

fn lock<V>(mutex: &Mutex<V>) -> std::sync::MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
