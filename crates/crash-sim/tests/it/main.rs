//! The simulator held against its model, against the real file system, and against protocols with known bugs.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod alike;
mod blind_spots;
mod conformance;
mod corners;
mod explore;
mod meddling;
mod model;
