//! Who writes for all, and who is told.
//!
//! Threads put what they have into a queue. One of them, the *leader*, takes all that has come together, and makes it
//! durable without holding the mutex; what comes in meanwhile is the next group. When the leader is done it wakes the one who is to lead
//! that group first, so that the device has work again, and then tells its own followers. A thread that is awake need not wait for one that
//! is still waking up: whoever comes first leads, and takes the other's record with it. Nobody waits for company: a thread that finds no leader leads at once.
//! This is the hand-off of `DeWitt`'s group commit (1984), as the writers' queue of `LevelDB` and its descendants do it; there is no timed window.

#[cfg(all(test, loom))]
mod interleavings;

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::sync::atomic::{AtomicU8, Ordering};
use crate::sync::thread::{self, Thread};
use crate::sync::{Arc, Mutex, MutexGuard, lock, thread_local};

/// How many threads may wait before a queue has to grow.
const THREADS: usize = 128;

/// What the threads share. Targets are numbers that grow: a thread waits until all up to its own is settled.
pub(crate) trait Shared {
    /// A group, on its way.
    type Group;
    /// Why a group could not be made durable. It is final.
    type Error;

    /// What became of `target`, if that is known.
    fn outcome(&self, target: u64) -> Option<Result<(), Self::Error>>;
    /// Whether a group has failed: then nothing more is made durable.
    fn has_failed(&self) -> bool;
    /// Whether a leader has taken `target`.
    fn is_taken(&self, target: u64) -> bool;
    /// Takes all that has come together.
    fn take(&mut self) -> Self::Group;
    /// Puts it back, with what became of it.
    fn put(&mut self, group: Self::Group, outcome: Result<(), Self::Error>);
}

/// The mutex around [`Shared`], and the order in which threads lead.
pub(crate) struct Handoff<S> {
    state: Mutex<State<S>>,
}

/// What the mutex guards.
pub(crate) struct State<S> {
    pub(crate) shared: S,
    is_led: bool,
    /// Who waits for what no leader has taken yet. The first of them leads next.
    waiting: VecDeque<Waiter>,
    /// Who waits for the group that is on its way.
    following: VecDeque<Waiter>,
}

struct Waiter(Arc<Seat>);

/// Where a thread waits. It has one of its own, for it can't wait for two things.
struct Seat {
    /// What it was told, as a [`Told`]; [`NOTHING`] before.
    told: AtomicU8,
    thread: Thread,
}

const NOTHING: u8 = 0;

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Told {
    /// What it waits for is durable.
    Settled = 1,
    /// It has failed.
    Failed = 2,
    /// Nobody leads.
    Lead = 3,
}

/// What a thread keeps for all its waits, so that none of them allocates.
struct Own {
    seat: Arc<Seat>,
    followers: RefCell<VecDeque<Waiter>>,
}

thread_local! {
    static OWN: Own = Own {
        seat: Arc::new(Seat { told: AtomicU8::new(NOTHING), thread: thread::current() }),
        followers: RefCell::new(VecDeque::with_capacity(THREADS)),
    };
}

impl<S: Shared> Handoff<S> {
    pub(crate) fn new(shared: S) -> Self {
        Self {
            state: Mutex::new(State {
                shared,
                is_led: false,
                waiting: VecDeque::with_capacity(THREADS),
                following: VecDeque::with_capacity(THREADS),
            }),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State<S>> {
        lock(&self.state)
    }

    /// Returns once `target` is settled. The thread that must lead runs `work` on the group, without the mutex.
    pub(crate) fn settle<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<S>>,
        target: u64,
        work: impl FnOnce(&mut S::Group) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        loop {
            if let Some(outcome) = state.shared.outcome(target) {
                return outcome;
            }
            if !state.is_led {
                return self.lead(state, target, work);
            }
            let seat = OWN.with(|own| Arc::clone(&own.seat));
            let waiter = Waiter(Arc::clone(&seat));
            if state.shared.is_taken(target) {
                state.following.push_back(waiter);
            } else {
                state.waiting.push_back(waiter);
            }
            drop(state);
            if seat.wait() == Told::Settled {
                return Ok(());
            }
            // It has failed; or nobody leads, unless somebody was faster, who has taken this one's record too.
            state = self.lock();
        }
    }

    fn lead<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<S>>,
        target: u64,
        work: impl FnOnce(&mut S::Group) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        state.is_led = true;
        let mut group = state.shared.take();
        let State {
            waiting, following, ..
        } = &mut *state;
        debug_assert!(
            following.is_empty(),
            "nobody follows before there is a leader"
        );
        std::mem::swap(waiting, following);
        drop(state);

        let done = work(&mut group);

        let mut state = self.lock();
        state.shared.put(group, done);
        let outcome = state.shared.outcome(target);
        hand_on(state);
        outcome.expect("a leader takes what it waits for")
    }
}

/// Wakes who is to lead, and then everybody who follows the group that is done. Whenever nobody leads, whoever waits for a group that
/// was not taken has either been woken or is behind one who has. After a failure nobody leads any more.
fn hand_on<S: Shared>(mut state: MutexGuard<'_, State<S>>) {
    OWN.with(|own| {
        let mut followers = own.followers.borrow_mut();
        std::mem::swap(&mut *followers, &mut state.following);
        let told = if state.shared.has_failed() {
            followers.append(&mut state.waiting);
            Told::Failed
        } else {
            Told::Settled
        };
        let next = state.waiting.pop_front();
        state.is_led = false;
        drop(state);
        if let Some(next) = next {
            next.0.tell(Told::Lead);
        }
        for follower in followers.drain(..) {
            follower.0.tell(told);
        }
    });
}

impl Seat {
    /// Wakes the thread, without a system call if it has not gone to sleep yet.
    fn tell(&self, what: Told) {
        self.told.store(what as u8, Ordering::Release);
        self.thread.unpark();
    }

    fn wait(&self) -> Told {
        loop {
            let told = self.told.load(Ordering::Acquire);
            for what in [Told::Settled, Told::Failed, Told::Lead] {
                if told == what as u8 {
                    // Nobody tells it anything before it waits again, which it says under the mutex.
                    self.told.store(NOTHING, Ordering::Relaxed);
                    return what;
                }
            }
            // May return for no reason, or for one that is not ours.
            thread::park();
        }
    }
}
