//! Waiting for a lock that somebody else has.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::time::{Duration, Instant};

use vfs::{File, FileId, LockKind};

use crate::queue::Place;

/// How long to wait for a lock that somebody else has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// Not at all: [`Busy`](crate::ErrorKind::Busy).
    Never,
    /// For this long, then [`TimedOut`](crate::ErrorKind::TimedOut).
    UpTo(Duration),
    /// Until it is free (default).
    #[default]
    Forever,
}

/// How long a thread that is not the first of its process waits without anything happening before
/// it tries for itself. The queue is a courtesy, never a lock: were it wrong, it would cost this.
const PATIENCE: Duration = Duration::from_millis(100);

/// Tries to lock `file` for as long as `wait` says, counted from `since`.
pub(crate) fn wait_for(
    file: &dyn File,
    kind: LockKind,
    id: Option<FileId>,
    wait: Wait,
    since: Instant,
) -> io::Result<bool> {
    let limit = match wait {
        Wait::Never => return try_lock(file, kind),
        Wait::UpTo(limit) => Some(limit),
        Wait::Forever => None,
    };
    // A reader does not queue as long as it needn't: if its thread reads already, it would stand
    // behind a writer that waits for this very thread.
    if kind == LockKind::Shared && try_lock(file, kind)? {
        return Ok(true);
    }
    let place = Place::take(id);
    let mut pauses = Pauses::default();
    let mut patient = true;
    loop {
        let left = limit.map_or(Duration::MAX, |limit| limit.saturating_sub(since.elapsed()));
        let turn = place.turn();
        if (turn.first || !patient || left.is_zero()) && try_lock(file, kind)? {
            return Ok(true);
        }
        if left.is_zero() {
            return Ok(false);
        }
        let pause = if turn.first { pauses.next() } else { PATIENCE };
        patient = place.wait(turn, pause.min(left));
    }
}

/// Tries once.
pub(crate) fn try_lock(file: &dyn File, kind: LockKind) -> io::Result<bool> {
    loop {
        match file.try_lock(kind) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            answer => return answer,
        }
    }
}

/// The growing pauses between two attempts: none at first, for critical sections that are over in
/// microseconds, then from 50 µs up to 5 ms.
#[derive(Default)]
struct Pauses {
    attempts: u32,
    random: RandomState,
}

impl Pauses {
    const IMMEDIATE: u32 = 4;
    const SHORTEST: Duration = Duration::from_micros(50);
    const LONGEST: Duration = Duration::from_millis(5);

    fn next(&mut self) -> Duration {
        self.attempts += 1;
        let Some(doublings) = self.attempts.checked_sub(Self::IMMEDIATE + 1) else {
            return Duration::ZERO;
        };
        let pause = (Self::SHORTEST * (1 << doublings.min(16))).min(Self::LONGEST);
        // Up to a quarter less, so that processes that began together do not stay together.
        let chance = (self.random.hash_one(self.attempts) % 256) as u32;
        pause * (1024 - chance) / 1024
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_limit_and_never_past_it() {
        let mut pauses = Pauses::default();
        let all: Vec<_> = (0..100).map(|_| pauses.next()).collect();
        assert!(all[..4].iter().all(Duration::is_zero));
        assert!(all[4] <= Pauses::SHORTEST && !all[4].is_zero());
        assert!(all[4..].iter().all(|pause| *pause <= Pauses::LONGEST));
        assert!(
            all[20..]
                .iter()
                .all(|pause| *pause >= Pauses::LONGEST * 3 / 4)
        );
    }
}
