//! Tests of this crate.

mod conformance;
