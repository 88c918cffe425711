//! The threads of this process that wait for one lock file, in the order they came.
//!
//! Only the first of them asks the kernel, and a release by this process wakes it at once: a hundred
//! waiting threads cost as much as one, and none of them starves. It is a courtesy and not a lock:
//! who is first still has to get the file's lock, and who waits in vain tries for itself.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vfs::FileId;

/// The lines of all lock files that somebody waits for: a file nobody waits for is not in it.
/// The mutex is held for a few instructions, never across a call of the file system.
static LINES: Mutex<BTreeMap<FileId, Line>> = Mutex::new(BTreeMap::new());

/// How many places there are, so that a release that nobody waits for costs no mutex.
static PLACES: AtomicUsize = AtomicUsize::new(0);

#[derive(Default)]
struct Line {
    /// First come, first served.
    places: VecDeque<u64>,
    next: u64,
    /// How often a place was left or the lock was released.
    moves: u64,
    moved: Arc<Condvar>,
}

impl Line {
    fn step(&mut self) {
        self.moves += 1;
        self.moved.notify_all();
    }
}

fn lines() -> MutexGuard<'static, BTreeMap<FileId, Line>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells the threads that wait for this lock file that this process has released it.
pub(crate) fn released(id: Option<FileId>) {
    // Who waits took its place before it found the lock held, and so before the release.
    if PLACES.load(Ordering::SeqCst) == 0 {
        return;
    }
    let mut lines = lines();
    if let Some(line) = id.as_ref().and_then(|id| lines.get_mut(id)) {
        line.step();
    }
}

/// A thread's place in line, until it is dropped.
pub(crate) struct Place {
    /// `None` where the system can't tell which file it is: then everybody is the first.
    id: Option<FileId>,
    number: u64,
}

/// How things stood when a thread last looked.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    /// Whether it is first in line.
    pub(crate) first: bool,
    moves: u64,
}

impl Place {
    /// Goes to the end of the line.
    pub(crate) fn take(id: Option<FileId>) -> Self {
        let mut number = 0;
        if let Some(id) = id {
            PLACES.fetch_add(1, Ordering::SeqCst);
            let mut lines = lines();
            let line = lines.entry(id).or_default();
            number = line.next;
            line.next += 1;
            line.places.push_back(number);
        }
        Self { id, number }
    }

    /// Looks where in line it is.
    pub(crate) fn turn(&self) -> Turn {
        // Where files have no identity, nobody is in line.
        let alone = Turn {
            first: true,
            moves: 0,
        };
        self.id
            .and_then(|id| lines().get(&id).map(|line| self.turn_in(line)))
            .unwrap_or(alone)
    }

    fn turn_in(&self, line: &Line) -> Turn {
        Turn {
            first: line.places.front() == Some(&self.number),
            moves: line.moves,
        }
    }

    /// Waits until the line has moved since `turn`, at most for `pause`; whether it has.
    pub(crate) fn wait(&self, turn: Turn, pause: Duration) -> bool {
        if pause.is_zero() {
            std::thread::yield_now();
            return true;
        }
        let Some(id) = self.id else {
            std::thread::sleep(pause);
            return false;
        };
        let started = Instant::now();
        let mut lines = lines();
        while let Some(line) = lines.get(&id).filter(|line| line.moves == turn.moves) {
            let left = pause.saturating_sub(started.elapsed());
            if left.is_zero() {
                return false;
            }
            let moved = Arc::clone(&line.moved);
            lines = moved
                .wait_timeout(lines, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        PLACES.fetch_sub(1, Ordering::SeqCst);
        let mut lines = lines();
        let is_over = lines.get_mut(&id).is_some_and(|line| {
            line.places.retain(|&place| place != self.number);
            line.step();
            line.places.is_empty()
        });
        if is_over {
            lines.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: FileId = FileId {
        device: u64::MAX,
        inode: 1,
    };

    #[test]
    fn places_are_served_in_order_and_an_empty_line_is_forgotten() {
        let key = FileId { inode: 2, ..ID };
        let id = Some(key);
        let [first, second, third] = [Place::take(id), Place::take(id), Place::take(id)];
        assert!(first.turn().first && !second.turn().first && !third.turn().first);
        drop(second); // gave up
        assert!(!third.turn().first);
        drop(first);
        assert!(third.turn().first);
        drop(third);
        assert!(!lines().contains_key(&key));
    }

    #[test]
    fn a_release_between_looking_and_waiting_is_not_missed() {
        let place = Place::take(Some(ID));
        let turn = place.turn();
        released(Some(ID));
        assert!(place.wait(turn, Duration::from_secs(3600)));
        assert!(!place.wait(place.turn(), Duration::from_nanos(1)));
    }
}
