//! What an exploration has measured.

use std::fmt;

/// How much of a scenario's space of crashes was seen, without a broken promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// Runs of the scenario: one without faults, one per kill, one per call and error.
    pub runs: u64,
    /// Calls of the run without faults.
    pub calls: u64,
    /// Promises that the run without faults had acknowledged at its end.
    pub acknowledged: u64,
    /// Crash points at which every subset of the pending operations was tried.
    pub points_exhaustive: u64,
    /// Crash points with more pending operations than that: planned and random subsets.
    pub points_sampled: u64,
    /// Crash points inside recovery.
    pub points_nested: u64,
    /// Distinct states from exhaustive subsets.
    pub states_exhaustive: u64,
    /// Distinct states from planned, torn and random fates.
    pub states_sampled: u64,
    /// Distinct states from crashes inside recovery.
    pub states_nested: u64,
    /// Whether further random fates had stopped turning up new states: fewer than one in 200 draws was
    /// new at each crash point when it was left.
    pub saturated: bool,
}

impl Coverage {
    /// Distinct crash states that were recovered from and checked.
    pub fn states(&self) -> u64 {
        self.states_exhaustive + self.states_sampled + self.states_nested
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "states={} states_exhaustive={} states_sampled={} states_nested={} points_exhaustive={} \
             points_sampled={} points_nested={} runs={} calls={} acknowledged={} saturated={}",
            self.states(),
            self.states_exhaustive,
            self.states_sampled,
            self.states_nested,
            self.points_exhaustive,
            self.points_sampled,
            self.points_nested,
            self.runs,
            self.calls,
            self.acknowledged,
            self.saturated,
        )
    }
}
