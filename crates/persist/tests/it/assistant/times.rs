//! Points in time, and how they are shown.

use std::time::{Duration, UNIX_EPOCH};

use super::program::moment::{Moment, stored};
use super::program::pattern::{Pattern, Shown};

fn shown(date: &str, time: &str, text: &str) -> String {
    let shown = Shown {
        date: Pattern::new(date).unwrap(),
        time: Pattern::new(time).unwrap(),
    };
    shown.of(text)
}

#[test]
fn s2_66_every_directive_shows_what_python_shows() {
    // Checked against `datetime(2024, 2, 29, 15, 4, 5, 60000).strftime(…)`.
    let moment = "2024-02-29T15:04:05.060000";
    assert_eq!(
        shown("%Y|%y|%m|%d|%B|%b|%A|%a|%j|%%", "%H|%I|%M|%S|%f|%p", moment),
        "2024|24|02|29|February|Feb|Thursday|Thu|060|% 15|03|04|05|060000|PM"
    );
    for (time, hour) in [
        ("00", "12 AM"),
        ("11", "11 AM"),
        ("12", "12 PM"),
        ("23", "11 PM"),
    ] {
        assert_eq!(
            shown("", "%I %p", &format!("2024-02-29 {time}:00:00")),
            format!(" {hour}")
        );
    }
    for (day, weekday) in [
        ("1815-12-10", "Sunday"),
        ("1900-03-01", "Thursday"),
        ("2000-12-31", "Sunday"),
        ("0001-01-01", "Monday"),
    ] {
        assert_eq!(shown("%A", "", day), weekday);
    }
}

#[test]
fn s2_66_what_is_no_point_in_time_is_shown_as_it_stands() {
    for text in [
        "",
        "soon",
        "2023-02-29",
        "2024-13-01",
        "2024-1-1",
        "+024-01-01",
        "2024-01-15T25:00:00",
        "2024-01-15T12:00:00.12x",
        "2024-01-15T12:00:00+1",
        "2024-01-15T12:00:00é",
    ] {
        assert_eq!(Moment::parse(text), None, "{text}");
        assert_eq!(shown("%Y", "%H", text), text);
    }
}

#[test]
fn s2_50_times_are_stored_as_python_reads_them() {
    let now = UNIX_EPOCH + Duration::from_millis(1_795_144_232_999);
    assert_eq!(stored(now), "2026-11-20T03:10:32+00:00");
    assert_eq!(shown("%d.%m.%Y", "%H:%M", &stored(now)), "20.11.2026 03:10");
}
