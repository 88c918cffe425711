//! Tests of the `persist` command: what people see, and what scripts rely on.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what a command does to a real directory is looked at from outside"
)]

mod generated;
mod guests;
mod logs;
mod newcomer;
mod run;
mod scripts;
mod snapshots;
mod watching;
