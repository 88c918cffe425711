//! Points in time as they stand in files and names. None of them decides what survives.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The last millisecond that has four digits for its year.
const LAST: Duration = Duration::from_millis(253_402_300_799_999);

/// Within what can be written: 1970 to 9999, whole milliseconds.
fn clamp(time: SystemTime) -> SystemTime {
    let since = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .min(LAST);
    UNIX_EPOCH + Duration::new(since.as_secs(), since.subsec_millis() * 1_000_000)
}

/// `2026-11-20T03:10:32.901Z`.
pub(crate) fn to_rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(clamp(time)).to_string()
}

/// RFC 3339 in UTC, written as `Z` or, as Python does, `+00:00`. Other zones are not read: nothing
/// relies on the times of foreign files.
pub(crate) fn from_rfc3339(text: &str) -> Option<SystemTime> {
    let utc = text
        .strip_suffix("+00:00")
        .or_else(|| text.strip_suffix('Z'))?;
    // humantime would take any offset for UTC.
    let local = Some(utc).filter(|utc| !utc.contains('+'))?;
    humantime::parse_rfc3339_weak(local).ok().map(clamp)
}

/// Now, or 1 ms after the last time if the clock does not say later.
pub(crate) fn after(last: Option<SystemTime>, now: SystemTime) -> SystemTime {
    let next = last.map_or(UNIX_EPOCH, |last| clamp(last) + Duration::from_millis(1));
    clamp(now.max(next))
}

/// The second that it lies in, of those that names can tell.
pub(crate) fn second(time: SystemTime) -> SystemTime {
    let since = clamp(time).duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

/// `20261120` and `031032`: the form that stands in names.
pub(crate) fn to_digits(time: SystemTime) -> (String, String) {
    let text = humantime::format_rfc3339_seconds(clamp(time)).to_string();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (date, time) = digits.split_at(8);
    (date.to_owned(), time.to_owned())
}

/// The way back; `None` for everything that `to_digits` does not write.
pub(crate) fn from_digits(date: &str, time: &str) -> Option<SystemTime> {
    let all_digits =
        |text: &str, len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    // humantime would take the sixtieth second for the one before.
    if !all_digits(date, 8) || !all_digits(time, 6) || time.ends_with("60") {
        return None;
    }
    let mut text = *b"0000-00-00T00:00:00Z";
    let places = text.iter_mut().filter(|byte| byte.is_ascii_digit());
    for (place, digit) in places.zip(date.bytes().chain(time.bytes())) {
        *place = digit;
    }
    humantime::parse_rfc3339(str::from_utf8(&text).ok()?).ok()
}

/// The day, week and month in UTC that a time lies in, each as a number that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    /// Days since 1970-01-01.
    pub(crate) day: u64,
    /// Weeks since 1969-12-29, a Monday, as ISO 8601 has them.
    pub(crate) week: u64,
    /// `202611`.
    pub(crate) month: u64,
}

pub(crate) fn date(time: SystemTime) -> Date {
    let time = clamp(time);
    let day = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
        / (24 * 60 * 60);
    let (digits, _) = to_digits(time);
    Date {
        day,
        week: (day + 3) / 7,
        month: digits
            .get(..6)
            .and_then(|month| month.parse().ok())
            .unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let time = UNIX_EPOCH + Duration::from_millis(1_795_143_032_901);
        assert_eq!(to_rfc3339(time), "2026-11-20T02:50:32.901Z");
        assert_eq!(from_rfc3339(&to_rfc3339(time)), Some(time));
        assert_eq!(from_rfc3339("2026-11-20T02:50:32.901234+00:00"), Some(time));
        assert_eq!(from_rfc3339("2026-11-20T02:50:32.901+01:00"), None);

        let (date, clock) = to_digits(time);
        assert_eq!((date.as_str(), clock.as_str()), ("20261120", "025032"));
        assert_eq!(
            from_digits(&date, &clock),
            Some(UNIX_EPOCH + Duration::from_secs(1_795_143_032))
        );
        for (date, clock) in [
            ("20261320", "025032"),
            ("20260229", "025032"),
            ("19691231", "235959"),
            ("20261120", "235960"),
            ("20261120", "240000"),
            ("2026112", "0025032"),
            ("2026112x", "025032"),
            ("", ""),
        ] {
            assert_eq!(from_digits(date, clock), None);
        }
    }

    #[test]
    fn a_clock_that_goes_back_or_is_absurd_neither_stops_time_nor_the_program() {
        let last = UNIX_EPOCH + Duration::from_secs(5);
        assert_eq!(
            after(Some(last), UNIX_EPOCH),
            last + Duration::from_millis(1)
        );
        assert_eq!(
            after(Some(last), last + Duration::from_secs(9)),
            last + Duration::from_secs(9)
        );
        let end = UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(to_rfc3339(end), "9999-12-31T23:59:59.999Z");
        assert_eq!(
            to_rfc3339(after(Some(end), end)),
            "9999-12-31T23:59:59.999Z"
        );
        assert_eq!(
            to_rfc3339(UNIX_EPOCH - Duration::from_secs(1)),
            "1970-01-01T00:00:00.000Z"
        );
    }

    #[test]
    fn days_begin_at_midnight_weeks_on_monday_and_months_on_the_first() {
        let at = |day, clock| date(from_digits(day, clock).unwrap());
        // Of each pair only one changes, at the same instant: the last second and the first.
        for (last, first, week, month) in [
            ("20240228", "20240229", 0, 0),
            ("20240229", "20240301", 0, 1),
            ("20230228", "20230301", 0, 1),
            // 2000 was a leap year, 2100 will not be one.
            ("20000229", "20000301", 0, 1),
            ("21000228", "21000301", 1, 1),
            // A Sunday and a Monday; 1 January 2027, a Friday, is in the last week of 2026.
            ("20261122", "20261123", 1, 0),
            ("20261231", "20270101", 0, 89),
            ("20270103", "20270104", 1, 0),
            ("19700104", "19700105", 1, 0),
        ] {
            let (before, after) = (at(last, "235959"), at(first, "000000"));
            assert_eq!(after.day - before.day, 1, "{last}");
            assert_eq!(after.week - before.week, week, "{last}");
            assert_eq!(after.month - before.month, month, "{last}");
        }
        assert_eq!(at("20261120", "031032").month, 202_611);
        assert_eq!(date(UNIX_EPOCH).day, 0);
        assert_eq!(
            date(UNIX_EPOCH + Duration::from_secs(1 << 40)),
            at("99991231", "235959")
        );
    }
}
