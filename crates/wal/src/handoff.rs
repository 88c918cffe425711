//! Who writes for all, and who is told.
//!
//! Threads put what they have into a queue. One of them, the *leader*, takes all that has come together, and makes it
//! durable without holding the mutex; what comes in meanwhile is the next group, and the first of those who wait for it is its *heir*. When the leader
//! is done it calls the heir first, so that the device has work again, and then opens the gate at which its own followers wait, all with one call. A thread
//! that is awake need not wait for one that is still waking up: whoever comes first leads, and takes the other's record with it. Nobody waits for company: a
//! thread that finds no leader leads at once.
//!
//! This is the hand-off of `DeWitt`'s group commit (1984), as the writers' queue of `LevelDB` and its descendants do it; there is no timed window.

#[cfg(all(test, loom))]
mod interleavings;

use crate::sync::thread::{self, Thread};
use crate::sync::{Condvar, Mutex, MutexGuard, lock, wait};

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
    /// Where followers wait: those of a group and those of the next one.
    gates: [Gate; 2],
}

/// What the mutex guards.
pub(crate) struct State<S> {
    pub(crate) shared: S,
    is_led: bool,
    /// The number of the group that will be taken next.
    group: u64,
    /// Who is to lead it, if anybody waits for it.
    heir: Option<Heir>,
    /// How many heirs there have been.
    heirs: u64,
}

/// Where everybody waits for a group but who is to lead it: all are woken with one call.
struct Gate {
    queue: Mutex<Queue>,
    opened: Condvar,
}

/// Who stands at a gate.
#[derive(Default)]
struct Queue {
    /// The last group that is done.
    done: u64,
    /// How many wait: to call where nobody hears is a system call all the same.
    waiting: usize,
}

/// Who is to lead next. It waits by itself, since it is woken before the others.
struct Heir {
    thread: Thread,
    /// A number of its own: a thread may be heir again.
    number: u64,
}

impl<S: Shared> Handoff<S> {
    pub(crate) fn new(shared: S) -> Self {
        Self {
            state: Mutex::new(State {
                shared,
                is_led: false,
                group: 1,
                heir: None,
                heirs: 0,
            }),
            gates: [Gate::new(), Gate::new()],
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
            let group = state.group;
            state = if state.shared.is_taken(target) {
                self.wait_at_gate(state, group - 1)
            } else if state.heir.is_some() {
                self.wait_at_gate(state, group)
            } else {
                self.wait_as_heir(state)
            };
            // What it waited for is done; or nobody leads, unless somebody was faster, who has taken this one's record too.
        }
    }

    fn lead<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<S>>,
        target: u64,
        work: impl FnOnce(&mut S::Group) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        state.is_led = true;
        let number = state.group;
        state.group += 1;
        let mut group = state.shared.take();
        drop(state);

        let done = work(&mut group);

        let mut state = self.lock();
        state.shared.put(group, done);
        let outcome = state.shared.outcome(target);
        let has_failed = state.shared.has_failed();
        state.is_led = false;
        let heir = state.heir.take();
        drop(state);
        // The heir first, so that the device has work again; then the followers. After a failure nobody leads any more: then
        // those who wait for the next group are told, too.
        if let Some(heir) = heir {
            heir.thread.unpark();
        }
        self.gate(number).open(number);
        if has_failed {
            self.gate(number + 1).open(number + 1);
        }
        outcome.expect("a leader takes what it waits for")
    }

    fn wait_at_gate<'a>(
        &'a self,
        state: MutexGuard<'a, State<S>>,
        group: u64,
    ) -> MutexGuard<'a, State<S>> {
        drop(state);
        self.gate(group).wait_for(group);
        self.lock()
    }

    fn wait_as_heir<'a>(&'a self, mut state: MutexGuard<'a, State<S>>) -> MutexGuard<'a, State<S>> {
        state.heirs += 1;
        let number = state.heirs;
        state.heir = Some(Heir {
            thread: thread::current(),
            number,
        });
        // Parking may end for no reason, or for one that is not ours.
        while state
            .heir
            .as_ref()
            .is_some_and(|heir| heir.number == number)
        {
            drop(state);
            thread::park();
            state = self.lock();
        }
        state
    }

    fn gate(&self, group: u64) -> &Gate {
        &self.gates[usize::from(group % 2 == 1)]
    }
}

impl Gate {
    fn new() -> Self {
        Self {
            queue: Mutex::new(Queue::default()),
            opened: Condvar::new(),
        }
    }

    fn open(&self, group: u64) {
        let mut queue = lock(&self.queue);
        // A leader that was interrupted may come here after the one of the group after the next.
        queue.done = group.max(queue.done);
        let is_awaited = queue.waiting > 0;
        drop(queue);
        if is_awaited {
            self.opened.notify_all();
        }
    }

    fn wait_for(&self, group: u64) {
        let mut queue = lock(&self.queue);
        queue.waiting += 1;
        while queue.done < group {
            queue = wait(&self.opened, queue);
        }
        queue.waiting -= 1;
    }
}
