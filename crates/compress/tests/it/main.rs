//! Tests of this crate.
// The tools that must agree with us read real files; no promise of ours rests on those.
#![allow(clippy::disallowed_methods)]
// A test's helpers fail as its body does, and say what they skip.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod codec;
mod gzip;
mod gzip_damage;
mod limit;
mod properties;
mod streaming;
mod tools;
mod zstd;

use compress::{Codec, Error, ErrorKind, decode};

/// More than any text here.
const LIMIT: u64 = 1 << 20;

/// What `bytes` hold.
fn decoded(bytes: &[u8]) -> Result<(Codec, Vec<u8>), Error> {
    decode(bytes, LIMIT).map(|(codec, bytes)| (codec, bytes.into_owned()))
}

/// What is wrong with `bytes`.
fn kind(bytes: &[u8]) -> Option<ErrorKind> {
    decode(bytes, LIMIT).err().map(|error| error.kind())
}

/// A text that deflate makes blocks with codes of their own of.
fn text() -> Vec<u8> {
    let lines =
        (0..400).map(|line| format!("{{\"key\":\"{line}\",\"value\":{}}}\n", line * line % 977));
    lines.collect::<String>().into_bytes()
}
