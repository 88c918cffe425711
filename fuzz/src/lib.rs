//! What hostile bytes are thrown at: one function per parser and per protocol.
//!
//! A body takes any bytes and panics if a promise is broken by them. It is a plain function, so that the
//! same code runs in three places:
//!
//! * under `cargo xtask fuzz`, where libFuzzer looks for new inputs ([`target!`] makes the entry point);
//! * in `tests/corpus.rs`, which replays every kept input of `corpus/<body>/` on the stable toolchain;
//! * on files by hand: `cargo run --manifest-path fuzz/Cargo.toml --bin <body> -- FILE…` shows what a
//!   crashing input does, in a debugger if need be.
//!
//! # Guarantees
//!
//! [`BODIES`] holds every body that has a target, and `cargo xtask tidy` holds targets, bodies and corpora
//! to one another.
//!
//! # Limitations
//!
//! The bodies see no clock, and no real disk but for `vfs_compare`, whose point it is: whatever else needs a file runs
//! on `crash_sim::SimFs`.

pub mod atomic_io;
pub mod compress;
pub mod counter;
pub mod crash_sim;
pub mod folder;
pub mod integrity;
pub mod json;
pub mod lock;
pub mod migrate;
mod mishap;
pub mod persist;
pub mod salvage;
pub mod vfs;
pub mod wal;
pub mod wal_ops;

/// A body: panics if `data` makes the code under test break a promise.
pub type Body = fn(data: &[u8]);

/// Every body by the name of its target and of its corpus folder.
pub const BODIES: &[(&str, Body)] = &[
    ("vfs_compare", vfs::vfs_compare),
    ("crash_sim_power_loss", crash_sim::crash_sim_power_loss),
    ("crash_sim_case", crash_sim::crash_sim_case),
    ("integrity_seal", integrity::integrity_seal),
    ("integrity_line", integrity::integrity_line),
    ("integrity_manifest", integrity::integrity_manifest),
    ("compress_decode", compress::compress_decode),
    ("compress_round_trip", compress::compress_round_trip),
    ("migrate_upgrade", migrate::migrate_upgrade),
    ("salvage_any", salvage::salvage_any),
    ("atomic_io_saves", atomic_io::atomic_io_saves),
    ("atomic_io_sweep", atomic_io::atomic_io_sweep),
    ("lock_file", lock::lock_file),
    ("lock_turns", lock::lock_turns),
    ("persist_envelope", persist::persist_envelope),
    ("persist_ops", persist::persist_ops),
    ("persist_json", json::persist_json),
    ("persist_import", folder::persist_import),
    ("counter_turns", counter::counter_turns),
    ("wal_replay", wal::wal_replay),
    ("wal_ops", wal_ops::wal_ops),
];

/// The entry point of one target: libFuzzer's under `cargo fuzz`, else a `main` that replays files.
#[cfg(fuzzing)]
#[macro_export]
macro_rules! target {
    ($body:path) => {
        ::libfuzzer_sys::fuzz_target!(|data: &[u8]| $body(data));
    };
}

/// The entry point of one target: libFuzzer's under `cargo fuzz`, else a `main` that replays files.
#[cfg(not(fuzzing))]
#[macro_export]
macro_rules! target {
    ($body:path) => {
        fn main() -> std::io::Result<()> {
            $crate::replay($body)
        }
    };
}

/// Runs `body` on each file named on the command line.
///
/// # Errors
///
/// If one of them can't be read.
#[cfg(not(fuzzing))]
#[allow(
    clippy::disallowed_methods,
    reason = "inputs are read as any program reads them"
)]
pub fn replay(body: Body) -> std::io::Result<()> {
    for path in std::env::args_os().skip(1) {
        body(&std::fs::read(path)?);
    }
    Ok(())
}
