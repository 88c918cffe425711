//! Tests of this crate.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what OsFs does is looked at from outside of it"
)]
#![allow(clippy::unwrap_used, reason = "a test fails by it, in its helpers too")]

mod compare;
mod conformance;
#[cfg(unix)]
mod hostile;
mod processes;
mod twisted;
mod whole;

use proptest::test_runner::{Config, RngSeed};

/// The same cases on every run.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..Config::default()
    }
}
