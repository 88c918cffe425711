//! Values and labels in messages: as JSON, cut, and safe to print.

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

/// How many bytes of a value's JSON are shown.
const BYTES_MAX: usize = 60;

/// The JSON of `value`, cut after [`BYTES_MAX`] bytes.
pub(crate) fn brief(value: &impl Serialize) -> String {
    let mut start = Start(Vec::new());
    // Every level of nesting writes a byte before it goes deeper, so the limit bounds the recursion.
    let whole = serde_json::to_writer(&mut start, value).is_ok();
    let text = start
        .0
        .utf8_chunks()
        .next()
        .map_or("", |chunk| chunk.valid());
    escape(text) + if whole { "" } else { "…" }
}

/// `text` without control characters: what stands in a file must not steer a terminal.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            // Writing to a string can't fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Takes the first [`BYTES_MAX`] bytes and fails at the next.
struct Start(Vec<u8>);

impl io::Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = BYTES_MAX - self.0.len();
        if room == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let taken = room.min(bytes.len());
        self.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
