//! Tests of `migrate`.
#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

mod building;
mod downgrade;
mod hostile;
mod labels;
mod messages;
mod patch;
mod preview;
mod properties;
mod typed;
mod upgrade;
