//! Tests of this crate.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what a document leaves on the disk is looked at from outside of it"
)]
#![allow(clippy::unwrap_used, reason = "a test fails by it, in its helpers too")]

mod adoption;
mod assistant;
mod backups;
mod counter;
mod crash;
mod damage;
mod events;
mod failures;
mod feature_library;
mod folder;
mod golden;
mod hand_edits;
mod hostile;
mod id_mapper;
mod json;
mod meddling;
mod migrating;
mod migrations;
mod model;
mod policies;
mod python;
mod records;
mod recovering;
mod restoring;
mod rewriting;
mod round_trip;
mod salvaging;
mod scratch;
mod seed;
mod sharing;
mod texts;
mod unchanged;
mod untouched;
mod watching;
