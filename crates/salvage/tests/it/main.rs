//! Tests of this crate.
#![allow(clippy::unwrap_used, reason = "a test fails by it, in its helpers too")]

mod bar;
mod dice;
mod documents;
mod harm;
mod hostile;
mod intact;
mod syntax;
