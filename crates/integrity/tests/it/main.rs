//! Tests of this crate.
// The tools that must agree with us read real files; no promise of ours rests on those.
#![allow(clippy::disallowed_methods)]
// A test's helpers fail as its body does, and say what they skip.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod damage;
mod digest;
mod golden;
mod line;
mod manifest;
mod properties;
mod seal;
mod seal_foreign;
mod tools;
