//! Points in time as people write them, in UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// RFC 3339 with milliseconds, as it stands in documents.
pub(crate) fn show(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

/// `2026-11-20T03:10:32Z` or with another offset, `2026-11-20 03:10`, `2026-11-20`, or how long ago: `2h`.
/// Without an offset it is UTC.
pub(crate) fn parse(text: &str, now: SystemTime) -> Result<SystemTime, String> {
    if let Ok(ago) = humantime::parse_duration(text) {
        let time = now.checked_sub(ago).filter(|time| *time >= UNIX_EPOCH);
        return time.ok_or_else(|| "that is before 1970".to_owned());
    }
    let (local, offset) = split_offset(text)?;
    let local = match (
        local.len(),
        local.bytes().filter(|byte| *byte == b':').count(),
    ) {
        (10, 0) => format!("{local} 00:00:00"),
        (_, 1) => format!("{local}:00"),
        _ => local.to_owned(),
    };
    let utc = humantime::parse_rfc3339_weak(&local).map_err(|_| unreadable())?;
    let shifted = match offset {
        Offset::East(by) => utc.checked_sub(by),
        Offset::West(by) => utc.checked_add(by),
    };
    shifted
        .filter(|time| *time >= UNIX_EPOCH)
        .ok_or_else(unreadable)
}

enum Offset {
    East(Duration),
    West(Duration),
}

fn unreadable() -> String {
    "write it as 2026-11-20T03:10:32Z, `2026-11-20 03:10` (UTC), or how long ago: 2h, 3days"
        .to_owned()
}

/// The end of RFC 3339: `Z`, `+01:00`, or nothing.
fn split_offset(text: &str) -> Result<(&str, Offset), String> {
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let Some(at) = text
        .len()
        .checked_sub(6)
        .filter(|at| text.is_char_boundary(*at))
    else {
        return Ok((text, Offset::East(Duration::ZERO)));
    };
    let (local, end) = text.split_at(at);
    let (is_east, digits) = match (end.strip_prefix('+'), end.strip_prefix('-')) {
        (Some(digits), _) => (true, digits),
        (_, Some(digits)) if digits.contains(':') => (false, digits),
        _ => return Ok((text, Offset::East(Duration::ZERO))),
    };
    let (hours, minutes) = digits.split_once(':').ok_or_else(unreadable)?;
    let parse = |digits: &str| digits.parse::<u64>().map_err(|_| unreadable());
    let by = Duration::from_secs(parse(hours)? * 3600 + parse(minutes)? * 60);
    let offset = if is_east {
        Offset::East(by)
    } else {
        Offset::West(by)
    };
    Ok((local, offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_time_is_read() {
        let now = humantime::parse_rfc3339("2026-11-20T12:00:00Z").unwrap();
        for (text, time) in [
            ("2026-11-20T03:10:32Z", "2026-11-20T03:10:32Z"),
            ("2026-11-20T03:10:32.5Z", "2026-11-20T03:10:32.500Z"),
            ("2026-11-20T03:10:32+01:00", "2026-11-20T02:10:32Z"),
            ("2026-11-20T03:10:32-02:30", "2026-11-20T05:40:32Z"),
            ("2026-11-20 03:10", "2026-11-20T03:10:00Z"),
            ("2026-11-20 03:10:32", "2026-11-20T03:10:32Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2h", "2026-11-20T10:00:00Z"),
            ("1day 30m", "2026-11-19T11:30:00Z"),
        ] {
            assert_eq!(
                parse(text, now),
                Ok(humantime::parse_rfc3339(time).unwrap()),
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-11-20T03",
            "20:00",
            "+é:00",
            "100y",
            "999999999999y",
        ] {
            assert!(parse(text, now).is_err(), "{text}");
        }
    }
}
