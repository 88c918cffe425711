//! How dates and times are shown: `date_format` and `time_format`, in the directives of Python's
//! `strftime`, in English. What is stored stays ISO 8601.

use std::fmt::{self, Write};

use super::moment::{Moment, Time};

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DIRECTIVES: &str = "YymdBbAajHIMSfp%";

/// A text with directives that are all understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(String);

impl Pattern {
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                continue;
            }
            match letters.next() {
                Some(directive) if DIRECTIVES.contains(directive) => {}
                Some(other) => {
                    return Err(format!("`%{other}` is none of the directives {DIRECTIVES}"));
                }
                None => return Err("it ends in the middle of a directive".to_owned()),
            }
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    fn show(&self, moment: &Moment) -> String {
        let mut shown = String::new();
        let mut letters = self.0.chars();
        while let Some(letter) = letters.next() {
            match (letter, letters.clone().next()) {
                ('%', Some(directive)) => {
                    letters.next();
                    let _ = write(&mut shown, directive, moment);
                }
                _ => shown.push(letter),
            }
        }
        shown
    }
}

fn write(out: &mut String, directive: char, moment: &Moment) -> fmt::Result {
    let Time {
        hour,
        minute,
        second,
        micros,
    } = moment.time.unwrap_or_default();
    let month = MONTHS[moment.month as usize - 1];
    let day = DAYS[moment.weekday()];
    match directive {
        'Y' => write!(out, "{:04}", moment.year),
        'y' => write!(out, "{:02}", moment.year % 100),
        'm' => write!(out, "{:02}", moment.month),
        'd' => write!(out, "{:02}", moment.day),
        'B' => out.write_str(month),
        'b' => out.write_str(&month[..3]),
        'A' => out.write_str(day),
        'a' => out.write_str(&day[..3]),
        'j' => write!(out, "{:03}", moment.day_of_year()),
        'H' => write!(out, "{hour:02}"),
        'I' => write!(out, "{:02}", (hour + 11) % 12 + 1),
        'M' => write!(out, "{minute:02}"),
        'S' => write!(out, "{second:02}"),
        'f' => write!(out, "{micros:06}"),
        'p' => out.write_str(if hour < 12 { "AM" } else { "PM" }),
        other => out.write_char(other),
    }
}

/// How a person wants to see points in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) date: Pattern,
    pub(crate) time: Pattern,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            date: Pattern("%Y-%m-%d".to_owned()),
            time: Pattern("%H:%M:%S".to_owned()),
        }
    }
}

impl Shown {
    /// The day, and the time where there is one. What is no point in time is shown as it stands.
    pub(crate) fn of(&self, stored: &str) -> String {
        match Moment::parse(stored) {
            Some(day @ Moment { time: None, .. }) => self.date.show(&day),
            Some(moment) => format!("{} {}", self.date.show(&moment), self.time.show(&moment)),
            None => stored.to_owned(),
        }
    }
}
