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
    /// Explorations that had more to find when they ended, and the states that those have found.
    pub(super) open: u64,
    pub(super) open_states: u64,
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
        let mut tally = Self {
            scenarios: 1,
            states_exhaustive: number("states_exhaustive"),
            states_sampled: number("states_sampled"),
            states_nested: number("states_nested"),
            points_exhaustive: number("points_exhaustive"),
            points_sampled: number("points_sampled"),
            points_nested: number("points_nested"),
            runs: number("runs"),
            ..Self::default()
        };
        if coverage.get("saturated") != Some(&"true") {
            tally.open = 1;
            tally.open_states = tally.states();
        }
        tally
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.scenarios += other.scenarios;
        self.states_exhaustive += other.states_exhaustive;
        self.states_sampled += other.states_sampled;
        self.states_nested += other.states_nested;
        self.points_exhaustive += other.points_exhaustive;
        self.points_sampled += other.points_sampled;
        self.points_nested += other.points_nested;
        self.runs += other.runs;
        self.open += other.open;
        self.open_states += other.open_states;
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
    use std::collections::BTreeMap;

    use super::Tally;

    #[test]
    fn explorations_are_added_up_and_those_with_more_to_find_apart() {
        let exploration = |saturated| {
            let coverage = [
                ("states_sampled", "5"),
                ("states_nested", "2"),
                ("saturated", saturated),
            ];
            Tally::of(&BTreeMap::from(coverage))
        };
        let mut tally = Tally::default();
        tally.add(&exploration("true"));
        assert_eq!((tally.open, tally.open_states), (0, 0));
        tally.add(&exploration("false"));
        tally.add(&exploration("true"));
        assert_eq!((tally.open, tally.open_states), (1, 7));
        assert_eq!((tally.states(), tally.scenarios), (21, 3));
    }
}
