//! Points in time as they stand in the files: ISO 8601, as Python's `isoformat` writes it.

use std::time::SystemTime;

/// A day, perhaps with a time of day. What zone it is in is not looked at: it is shown as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) year: u32,
    pub(crate) month: u32,
    pub(crate) day: u32,
    pub(crate) time: Option<Time>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) hour: u32,
    pub(crate) minute: u32,
    pub(crate) second: u32,
    pub(crate) micros: u32,
}

impl Moment {
    /// `2024-01-15`, or `2024-01-15T12:00:00` with or without a fraction and a zone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(['T', ' ']) {
            Some((date, time)) => (date, Some(Time::parse(time)?)),
            None => (text, None),
        };
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let is_day = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
        is_day.then_some(Self {
            year,
            month,
            day,
            time,
        })
    }

    /// Days since the first of January, from 1.
    pub(crate) fn day_of_year(&self) -> u32 {
        let before: u32 = (1..self.month).map(|month| days(self.year, month)).sum();
        before + self.day
    }

    /// Days since Sunday.
    pub(crate) fn weekday(&self) -> usize {
        let before = self.year.saturating_sub(1);
        let leap_days = before / 4 - before / 100 + before / 400;
        // 0001-01-01 was a Monday.
        ((before + leap_days + self.day_of_year()) % 7) as usize
    }
}

impl Time {
    fn parse(text: &str) -> Option<Self> {
        let zone = text.find(['Z', '+', '-']).unwrap_or(text.len());
        let (clock, zone) = text.split_at(zone);
        let is_zone = zone.is_empty() || zone == "Z" || numbers(&zone[1..], ':', [2, 2]).is_some();
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
        let is_time = hour < 24 && minute < 60 && second < 60;
        let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
        let micros = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
        (is_zone && is_time && is_fraction).then_some(Self {
            hour,
            minute,
            second,
            micros,
        })
    }
}

/// The form in which points in time are stored: UTC, whole seconds.
pub(crate) fn stored(now: SystemTime) -> String {
    let text = humantime::format_rfc3339_seconds(now).to_string();
    text.replace('Z', "+00:00")
}

/// Numbers of exactly so many digits.
fn numbers<const N: usize>(text: &str, between: char, widths: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(between);
    let mut found = [0; N];
    for (number, width) in found.iter_mut().zip(widths) {
        let digits = parts.next().filter(|part| part.len() == width)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        *number = digits.parse().ok().filter(|_| is_number)?;
    }
    parts.next().is_none().then_some(found)
}

fn days(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
