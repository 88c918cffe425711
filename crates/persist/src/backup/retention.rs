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
    /// Whether any rule asks for the date, which takes longer to find than all the rest.
    has_dates: bool,
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
            has_dates: [retention.daily, retention.weekly, retention.monthly] != [0; 3],
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
        !is_too_old && (self.count < self.retention.newest || self.is_wanted_date(taken))
    }

    fn is_wanted_date(&self, taken: SystemTime) -> bool {
        if !self.has_dates {
            return false;
        }
        let date = instant::date(taken);
        self.days.want(date.day) || self.weeks.want(date.week) || self.months.want(date.month)
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
        if !self.has_dates {
            return;
        }
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Copy {
        taken: SystemTime,
        size: u64,
        is_good: bool,
    }

    /// Some hours apart, newest first, as a rule: the clock may have gone back.
    fn copies() -> impl Strategy<Value = Vec<Copy>> {
        let copy = (-3..60_i64, 0..9_u64, prop::bool::weighted(0.8));
        prop::collection::vec(copy, 0..40).prop_map(|steps| {
            let mut hour = 20_000 * 24_i64;
            let mut copies: Vec<_> = (steps.into_iter())
                .map(|(hours, size, is_good)| {
                    hour += hours;
                    let since = Duration::from_secs(hour.unsigned_abs() * 60 * 60);
                    let taken = UNIX_EPOCH + since;
                    Copy {
                        taken,
                        size,
                        is_good,
                    }
                })
                .collect();
            copies.reverse();
            copies
        })
    }

    fn retention() -> impl Strategy<Value = Retention> {
        let count = || 0..6_usize;
        let age =
            prop::option::of((0..2000_u64).prop_map(|hours| Duration::from_secs(hours * 60 * 60)));
        let size = prop::option::of(0..60_u64);
        (count(), count(), count(), count(), age, size).prop_map(
            |(newest, daily, weekly, monthly, age, size)| Retention {
                max_age: age,
                max_total_size: size,
                ..Retention::newest(newest)
                    .daily(daily)
                    .weekly(weekly)
                    .monthly(monthly)
            },
        )
    }

    fn kept(retention: Retention, now: SystemTime, copies: &[Copy]) -> Vec<Copy> {
        let mut selection = Selection::new(retention, now);
        let mut kept = copies.to_owned();
        kept.retain(|copy| {
            let stays = selection.wants(copy.taken) && selection.has_room(copy.size);
            if stays && copy.is_good {
                selection.count(copy.taken, copy.size);
            }
            stays
        });
        kept
    }

    fn good(copies: &[Copy]) -> Vec<Copy> {
        copies.iter().copied().filter(|copy| copy.is_good).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_rules_hold_whatever_there_is(retention in retention(), copies in copies(), ahead in 0..3_u32) {
            let last = copies.first().map_or(UNIX_EPOCH, |copy| copy.taken);
            let now = last + ahead * Duration::from_secs(10 * 24 * 60 * 60);
            let kept = kept(retention, now, &copies);

            prop_assert_eq!(good(&kept).first().copied(), good(&copies).first().copied(), "the newest good one stays");
            prop_assert_eq!(good(&kept), self::kept(retention, now, &good(&copies)), "what is damaged evicts nothing");
            prop_assert_eq!(&self::kept(retention, now, &kept), &kept, "once is enough");
            prop_assert_eq!(&self::kept(retention, last, &copies), &kept, "nothing grows old by the clock alone");

            let count = retention.newest + retention.daily + retention.weekly + retention.monthly;
            prop_assert!(good(&kept).len() <= count);
            let size: u64 = good(&kept).iter().skip(1).map(|copy| copy.size).sum();
            prop_assert!(retention.max_total_size.is_none_or(|max| size <= max));
            let newest = good(&copies).first().map(|copy| copy.taken);
            if let (Some(newest), Some(max)) = (newest, retention.max_age) {
                prop_assert!(good(&kept).iter().all(|copy| copy.taken >= newest - max));
            }
        }

        #[test]
        fn without_limits_the_newest_stay(count in 0..9_usize, copies in copies()) {
            let copies = good(&copies);
            let expected = &copies[..count.max(1).min(copies.len())];
            prop_assert_eq!(kept(Retention::newest(count), UNIX_EPOCH, &copies), expected);
        }
    }
}
