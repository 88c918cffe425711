//! Tests of this crate.
// What the real file system holds is looked at past the seam, as another program would.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
// A test's helpers fail as its body does.
#![allow(clippy::unwrap_used)]

mod attributes;
mod crash;
mod existing;
mod failing_calls;
mod identical;
mod links;
mod meddling;
mod model;
mod mount_point;
mod order;
mod paths;
mod replace;
mod retry;
mod simulated;
mod stream;
mod sweep;
