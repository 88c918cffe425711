//! What other processes do between two calls.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::SimFs;

type Act = Box<dyn FnOnce(&SimFs) + Send>;

/// By the index of the call that they come before.
#[derive(Default)]
pub(super) struct Meddlers(Mutex<BTreeMap<u64, Act>>);

impl Meddlers {
    pub(super) fn add(&self, index: u64, act: Act) {
        let mut acts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        acts.insert(index, act);
    }

    pub(super) fn is_empty(&self) -> bool {
        let acts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        acts.is_empty()
    }

    /// Taken out, so that it may make calls itself.
    pub(super) fn take(&self, index: u64) -> Option<Act> {
        let mut acts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        acts.remove(&index)
    }
}

impl fmt::Debug for Meddlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meddlers")
    }
}
