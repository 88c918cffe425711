//! Which copies stay, by the times in their names and their sizes alone.

use std::collections::BTreeSet;
use std::time::SystemTime;

use crate::instant;
use crate::policy::Retention;

/// What has been kept so far, of copies that are gone through from the newest to the oldest. Only those
/// that can be loaded are counted.
#[derive(Debug)]
pub(crate) struct Selection {
    retention: Retention,
    now: SystemTime,
    /// What age is counted back from: the first that was counted.
    newest: Option<SystemTime>,
    count: usize,
    size: u64,
    days: Periods,
    weeks: Periods,
    months: Periods,
}

impl Selection {
    pub(crate) fn new(retention: Retention, now: SystemTime) -> Self {
        Self {
            retention,
            now,
            newest: None,
            count: 0,
            size: 0,
            days: Periods::new(retention.daily),
            weeks: Periods::new(retention.weekly),
            months: Periods::new(retention.monthly),
        }
    }

    /// Whether the next copy stays by its time, if it can be loaded. All stay until one is counted:
    /// there may be no other.
    pub(crate) fn wants(&self, taken: SystemTime) -> bool {
        let Some(newest) = self.newest else {
            return true;
        };
        let age = newest.min(self.now).duration_since(taken);
        let is_too_old = match (age, self.retention.max_age) {
            (Ok(age), Some(max)) => age > max,
            _ => false,
        };
        let date = instant::date(taken);
        !is_too_old
            && (self.count < self.retention.newest
                || self.days.want(date.day)
                || self.weeks.want(date.week)
                || self.months.want(date.month))
    }

    /// Whether the next copy stays by its size.
    pub(crate) fn has_room(&self, size: u64) -> bool {
        let max = self.retention.max_total_size;
        self.newest.is_none() || max.is_none_or(|max| self.size.saturating_add(size) <= max)
    }

    /// Counts a copy that stays and can be loaded.
    pub(crate) fn count(&mut self, taken: SystemTime, size: u64) {
        self.newest.get_or_insert(taken);
        self.count = self.count.saturating_add(1);
        self.size = self.size.saturating_add(size);
        let date = instant::date(taken);
        self.days.count(date.day);
        self.weeks.count(date.week);
        self.months.count(date.month);
    }
}

/// The last days, weeks or months that have a copy.
#[derive(Debug)]
struct Periods {
    max: usize,
    seen: BTreeSet<u64>,
}

impl Periods {
    fn new(max: usize) -> Self {
        Self {
            max,
            seen: BTreeSet::new(),
        }
    }

    fn want(&self, period: u64) -> bool {
        self.seen.len() < self.max && !self.seen.contains(&period)
    }

    fn count(&mut self, period: u64) {
        if self.want(period) {
            self.seen.insert(period);
        }
    }
}
