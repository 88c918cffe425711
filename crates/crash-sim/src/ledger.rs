//! What a program was told, and when: the promises that a crash must not break.

use std::fmt::Debug;

use crate::fingerprint::{Fingerprint, mix};
use crate::sim_fs::SimFs;

/// The promises of one run: which were begun, and which were acknowledged.
///
/// A scenario writes it: [`begin`](Ledger::begin) before it asks for something to be made durable,
/// [`acknowledge`](Ledger::acknowledge) once it has been told that it is. A check reads it, as it stood when the crash came.
#[derive(Debug)]
pub struct Ledger<P> {
    clock: SimFs,
    begun: Vec<P>,
    acknowledged: Vec<P>,
    /// For each promise in `begun` and `acknowledged`, how many calls had been completed.
    begun_at: Vec<u64>,
    /// For each promise in `acknowledged`, how many of `begun` it replaces: those up to its own beginning.
    replaced: Vec<usize>,
    acknowledged_at: Vec<u64>,
    /// Tells two ledgers apart; kept by [`Ledger::at`], 0 in the one that is being written.
    fingerprint: u64,
}

impl<P: Clone + Debug + PartialEq> Ledger<P> {
    pub(crate) fn new(clock: SimFs) -> Self {
        Self {
            clock,
            begun: Vec::new(),
            acknowledged: Vec::new(),
            begun_at: Vec::new(),
            replaced: Vec::new(),
            acknowledged_at: Vec::new(),
            fingerprint: 0,
        }
    }

    /// From now on a crash may leave this behind.
    pub fn begin(&mut self, promise: P) {
        // What killed processes go on to wish for can't have had an effect, and nobody hears what they say.
        if self.clock.machine().any_alive() {
            self.begun.push(promise);
            self.begun_at.push(self.clock.now());
        }
    }

    /// From now on a crash must leave this behind, or something begun later that replaces it. It is the promise
    /// begun last that equals it, if there is one.
    pub fn acknowledge(&mut self, promise: P) {
        if self.clock.machine().any_alive() {
            let begun = self.begun.iter().rposition(|begun| *begun == promise);
            self.replaced
                .push(begun.map_or(self.begun.len(), |begun| begun + 1));
            self.acknowledged.push(promise);
            self.acknowledged_at.push(self.clock.now());
        }
    }

    /// [`begin`](Ledger::begin), then the work, then [`acknowledge`](Ledger::acknowledge) if it went well.
    /// Says whether it did.
    pub fn promise<T, E>(&mut self, promise: P, work: impl FnOnce() -> Result<T, E>) -> bool {
        self.begin(promise.clone());
        let done = work().is_ok();
        if done {
            self.acknowledge(promise);
        }
        done
    }

    /// Promises that had been begun, oldest first.
    pub fn begun(&self) -> &[P] {
        &self.begun
    }

    /// Promises that had been acknowledged, oldest first.
    pub fn acknowledged(&self) -> &[P] {
        &self.acknowledged
    }

    /// For state that each promise replaces as a whole: everything that may be there after a crash. That is what was
    /// acknowledged last (`None` if nothing was) and whatever was begun after it, acknowledged or not.
    pub fn allowed(&self) -> Vec<Option<P>> {
        let from = self.replaced.last().copied().unwrap_or(0);
        let last = self.acknowledged.last().cloned();
        let later = self.begun[from..].iter().cloned().map(Some);
        std::iter::once(last).chain(later).collect()
    }

    /// The ledger as it stood when `point` calls had been completed.
    pub(crate) fn at(&self, point: u64) -> Self {
        let begun = self.begun_at.partition_point(|&time| time <= point);
        let acknowledged = self.acknowledged_at.partition_point(|&time| time <= point);
        let (begun, acknowledged) = (
            self.begun[..begun].to_vec(),
            self.acknowledged[..acknowledged].to_vec(),
        );
        let replaced = self.replaced[..acknowledged.len()].to_vec();
        Self {
            clock: self.clock.clone(),
            fingerprint: Fingerprint::of(
                format!("{begun:?}{acknowledged:?}{replaced:?}").as_bytes(),
            ),
            begun_at: self.begun_at[..begun.len()].to_vec(),
            acknowledged_at: self.acknowledged_at[..acknowledged.len()].to_vec(),
            replaced,
            begun,
            acknowledged,
        }
    }

    pub(crate) fn acknowledgement_times(&self) -> &[u64] {
        &self.acknowledged_at
    }

    /// What has this fingerprint, together with what had been promised.
    pub(crate) fn with(&self, fingerprint: u64) -> u64 {
        mix(fingerprint ^ self.fingerprint.rotate_left(1))
    }
}
