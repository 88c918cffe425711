//! Tests of `wal`.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]
#![allow(
    clippy::print_stderr,
    reason = "what a test can't try on this machine it says"
)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what a log leaves in a real directory is looked at from outside"
)]

mod append;
mod cost;
mod crash;
mod damage;
mod faults;
mod follow;
mod golden;
mod order;
mod policy;
mod scratch;
mod survey;
mod threads;
mod tools;
mod truncate;
