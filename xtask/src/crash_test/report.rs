//! The counts of the simulator, per protocol and in all.

use std::collections::BTreeMap;
use std::fmt;

/// What has been measured of one protocol, over its scenarios.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) scenarios: u64,
    pub(super) states_exhaustive: u64,
    pub(super) states_sampled: u64,
    pub(super) states_nested: u64,
    pub(super) points_exhaustive: u64,
    pub(super) points_sampled: u64,
    pub(super) points_nested: u64,
    pub(super) runs: u64,
    /// Whether every scenario has run out of new states.
    pub(super) saturated: bool,
}

impl Tally {
    pub(super) fn states(&self) -> u64 {
        self.states_exhaustive + self.states_sampled + self.states_nested
    }

    /// Takes in the coverage that one exploration has printed.
    pub(super) fn of(coverage: &BTreeMap<&str, &str>) -> Self {
        let number = |name: &str| {
            coverage
                .get(name)
                .and_then(|text| text.parse().ok())
                .unwrap_or(0)
        };
        Self {
            scenarios: 1,
            states_exhaustive: number("states_exhaustive"),
            states_sampled: number("states_sampled"),
            states_nested: number("states_nested"),
            points_exhaustive: number("points_exhaustive"),
            points_sampled: number("points_sampled"),
            points_nested: number("points_nested"),
            runs: number("runs"),
            saturated: coverage.get("saturated") == Some(&"true"),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        // A test that explores nothing has nothing more to find.
        self.saturated = match (self.scenarios, other.scenarios) {
            (_, 0) => self.saturated,
            (0, _) => other.saturated,
            _ => self.saturated && other.saturated,
        };
        self.scenarios += other.scenarios;
        self.states_exhaustive += other.states_exhaustive;
        self.states_sampled += other.states_sampled;
        self.states_nested += other.states_nested;
        self.points_exhaustive += other.points_exhaustive;
        self.points_sampled += other.points_sampled;
        self.points_nested += other.points_nested;
        self.runs += other.runs;
    }
}

pub(super) const HEADINGS: &str = "protocol            scenarios   runs   points: all subsets  sampled  in recovery   \
     states: all subsets   sampled  in recovery      total";

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>9} {:>6} {:>21} {:>8} {:>12} {:>22} {:>9} {:>12} {:>10}",
            self.scenarios,
            self.runs,
            self.points_exhaustive,
            self.points_sampled,
            self.points_nested,
            self.states_exhaustive,
            self.states_sampled,
            self.states_nested,
            self.states(),
        )
    }
}

#[cfg(test)]
mod unit {
    use super::Tally;

    #[test]
    fn one_scenario_with_more_to_find_makes_the_protocol_unsaturated() {
        let scenario = |saturated| Tally {
            scenarios: 1,
            states_sampled: 5,
            saturated,
            ..Tally::default()
        };
        let mut tally = Tally::default();
        tally.add(&scenario(true));
        assert!(tally.saturated);
        tally.add(&scenario(false));
        tally.add(&scenario(true));
        assert!(!tally.saturated);
        assert_eq!((tally.states(), tally.scenarios), (15, 3));
    }
}
