//! `log show`: the records of a log.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueHint;
use persist::Json;
use serde::{Serialize, Serializer};
use wal::{Error, Follow, Lsn, Record};

use super::options;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Page, Paint, Report};
use crate::session::Session;

/// How often a log that has ended is looked at again.
const POLL: Duration = Duration::from_millis(50);
/// Text that is printed at once.
const TEXT_MAX: usize = 1 << 16;

/// Show the records of a log: their numbers, and what they say
///
/// Text stands as it is, further lines of it indented; control characters are escaped, and all that is not
/// ASCII of a record that is no text. With `--json` a line for each: its number `lsn`, and its `payload`,
/// whose `encoding` is `json` (the value itself), `text`, or `hex`.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The directory of the log
    #[arg(value_hint = ValueHint::DirPath)]
    dir: PathBuf,

    /// Begin with this record, and not with the first one
    #[arg(long, value_name = "LSN")]
    from: Option<Lsn>,

    /// End after this many records
    #[arg(long, value_name = "N")]
    limit: Option<u64>,

    /// Go on with what is appended, until nobody reads the output any more
    #[arg(long)]
    follow: bool,

    /// End if nothing is appended for so long
    #[arg(long, value_name = "DURATION", requires = "follow", value_parser = humantime::parse_duration)]
    idle: Option<Duration>,
}

/// A record as it is shown.
struct Shown<'r>(Record<'r>);

/// A record as a line of JSON.
#[derive(Serialize)]
struct Line<'r> {
    lsn: Lsn,
    /// `json`, `text` or `hex`.
    encoding: &'static str,
    payload: Payload<'r>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Payload<'r> {
    Json(Json),
    Text(&'r str),
    Hex(String),
}

impl Args {
    pub(crate) fn run(&self, session: &Session) -> Result<Exit, Failure> {
        let output = &session.output;
        let mut records = self.open()?;
        let mut left = self.limit.unwrap_or(u64::MAX);
        let mut text = String::new();
        let mut has_ended = false;
        let mut since = Instant::now();
        while left > 0 && !output.is_closed() {
            match records.next() {
                Ok(Some(record)) => {
                    text += &output.rendered(&Shown(record))?;
                    left -= 1;
                    since = Instant::now();
                    if text.len() < TEXT_MAX {
                        continue;
                    }
                }
                Err(error) => {
                    output.print(&text)?;
                    return Err(error.into());
                }
                // What there is is seen before anybody waits.
                Ok(None) if !text.is_empty() => {}
                // To a reader, damage looks like the end.
                Ok(None) if !has_ended => {
                    options().survey(&self.dir)?;
                    has_ended = true;
                }
                Ok(None) if !self.follow => break,
                Ok(None) if self.idle.is_some_and(|idle| since.elapsed() >= idle) => break,
                Ok(None) => thread::sleep(POLL),
            }
            output.print(&std::mem::take(&mut text))?;
        }
        output.print(&text)?;
        Ok(Exit::Fine)
    }

    fn open(&self) -> Result<Follow, Error> {
        let mut from = self.from.unwrap_or(Lsn::FIRST);
        loop {
            match options().follow(&self.dir, from) {
                // It begins there, or did a moment ago.
                Err(Error::Truncated { start, .. }) if self.from.is_none() => from = start,
                opened => return opened,
            }
        }
    }
}

impl<'r> Line<'r> {
    fn of(lsn: Lsn, payload: &'r [u8]) -> Self {
        let (encoding, payload) = match std::str::from_utf8(payload) {
            Err(_) => ("hex", Payload::Hex(hex(payload))),
            Ok(text) => match Json::parse(text) {
                // A line of JSON is a line.
                Ok(json) => ("json", Payload::Json(json.to_compact())),
                Err(_) => ("text", Payload::Text(text)),
            },
        };
        Self {
            lsn,
            encoding,
            payload,
        }
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Line::of(self.0.lsn, self.0.payload).serialize(serializer)
    }
}

impl Report for Shown<'_> {
    fn text(&self, page: &mut Page) {
        let number = format!("{:>6}", self.0.lsn.get());
        let text = legible(self.0.payload, number.len() + 2);
        let number = page.paint(Paint::Faint, &number).to_string();
        page.line(format_args!("{number}  {text}"));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What a terminal may be shown: nothing that moves its cursor, changes its colours or turns the direction of writing.
fn legible(payload: &[u8], indent: usize) -> String {
    let Ok(text) = std::str::from_utf8(payload) else {
        return payload.escape_ascii().to_string();
    };
    let mut legible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => {
                legible.push('\n');
                legible.extend(std::iter::repeat_n(' ', indent));
            }
            '\t' => legible.push(c),
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                legible.extend(c.escape_unicode());
            }
            c if c.is_control() => legible.extend(c.escape_default()),
            c => legible.push(c),
        }
    }
    legible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stands_as_it_is_and_nothing_reaches_the_terminal_that_is_none() {
        let shown = |payload: &[u8]| legible(payload, 2);
        assert_eq!(shown("größe\t\\n".as_bytes()), "größe\t\\n");
        assert_eq!(shown(b"{\n  1\n}"), "{\n    1\n  }");
        assert_eq!(shown(b"\x1b[31m\r\x07"), "\\u{1b}[31m\\r\\u{7}");
        assert_eq!(shown("a\u{202e}b\u{9b}".as_bytes()), "a\\u{202e}b\\u{9b}");
        assert_eq!(shown(b"a\xff\0"), "a\\xff\\x00");
    }

    #[test]
    fn a_line_of_json_says_what_its_payload_is() {
        let line = |payload: &[u8]| {
            let line = Line::of(Lsn::FIRST, payload);
            serde_json::to_string(&(line.encoding, line.payload)).unwrap_or_default()
        };
        assert_eq!(
            line(b"{ \"n\": 4.0,\n \"n\": 1e400 }"),
            r#"["json",{"n":4.0,"n":1e400}]"#
        );
        assert_eq!(line(b"tea \"no\" 1"), r#"["text","tea \"no\" 1"]"#);
        assert_eq!(line(b"\xff\0"), r#"["hex","ff00"]"#);
    }
}
