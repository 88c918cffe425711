//! A disk that forgets, tears, reorders and fails, and an explorer of every crash point.
//!
//! Whether state survives a power cut can't be seen by looking: the page cache shows everything, and the kernel is
//! usually kind. [`SimFs`] is a [`vfs::Fs`] that is never kinder than the contract. It keeps apart what a program has
//! written and what is durable, and at a crash lets any part of the rest survive. [`Explore`] runs a scenario against every crash
//! that this allows and has the outcome checked; it does not know or care what the program under test is.
//!
//! # Crash-test your own state in twenty lines
//!
//! A program replaces a file by writing it anew under another name. Is that enough?
//!
//! ```
//! use std::path::Path;
//! use crash_sim::{Device, Explore, Failure, Ledger, SimFs};
//! use vfs::{Fs, OpenOptions};
//!
//! fn save(fs: &dyn Fs, text: &str) -> std::io::Result<()> {
//!     let file = fs.open(Path::new("/state.new"), &OpenOptions::read_write().or_create())?;
//!     file.set_size(0)?;
//!     file.write_all_at(text.as_bytes(), 0)?;
//!     file.sync_all()?;
//!     fs.rename(Path::new("/state.new"), Path::new("/state"))?;
//!     fs.sync_dir(Path::new("/")) // without this line the exploration fails
//! }
//!
//! let scenario = |fs: &SimFs, ledger: &mut Ledger<&str>| {
//!     for text in ["first", "second"] {
//!         ledger.promise(text, || save(fs, text));
//!     }
//! };
//! let check = |fs: &SimFs, ledger: &Ledger<&str>| {
//!     let found = (fs as &dyn Fs).read(Path::new("/state"), 100).ok();
//!     let found = found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
//!     let allowed = ledger.allowed();
//!     if allowed.contains(&found.as_deref()) { Ok(found) } else { Err(format!("{found:?}, not one of {allowed:?}")) }
//! };
//! let coverage = Explore::new(Device::default()).run(scenario, check)?;
//! println!("{coverage}"); // states=… states_exhaustive=… points_exhaustive=… …
//! # assert!(coverage.states() > 10);
//! # Ok::<(), Failure>(())
//! ```
//!
//! A failure prints the promise that broke, the calls that led there with what of each was durable, what the crash took, and a
//! line `CRASH_SIM_REPLAY=…` that brings the same crash about again.
//!
//! # The model
//!
//! Calls become micro-operations (a write: data per 4 KiB block, and a size; a rename: one change of names). One is durable once a
//! sync of its own object began after it ended and returned `Ok`; a sync of a file does not cover its name, one of a directory covers neither
//! contents nor its own entry. A failed sync covers nothing, and no later one makes up for it. At a crash any subset of the others is
//! kept: torn at 512-byte sectors or bytes, sectors of different ages, sizes without bytes. `docs/DURABILITY.md` has the whole text.
//!
//! # Guarantees
//!
//! * Nothing is durable that the model does not make durable, and every crash that is tried is one that it allows.
//! * With up to 12 pending operations every subset of them is tried, with up to 18 in explorations that wish for as many
//!   states as that makes, inside recovery with up to 6; [`Coverage`] counts such points apart from sampled ones.
//! * The same program and seed meet the same crashes, on every machine. A failing case replays from what it printed.
//! * An exploration that called nothing or acknowledged nothing fails as [`Failure::NothingMeasured`].
//! * `vfs::conformance` passes on [`SimFs`] as it does on the real file system, call by call.
//!
//! # Limitations
//!
//! * A scenario is single-threaded; other processes on the machine ([`SimFs::process`]) take turns with it.
//! * Permissions are stored, not enforced: inject [`Fault::Denied`] to see a refusal. The working directory is `/`.
//! * Which parts of a write tear is tried one at a time and by chance, not in every combination; inside recovery by chance
//!   alone. The gaps of one outcome are all filled alike.
//! * A run meets one fault. A disk that stays full is a [`Device`] with a capacity; one that fails for good is not tried, nor is an
//!   error, or a kill without power loss, inside recovery: [`SimFs::inject`] in the check does that.
//! * A call that fails has had no effect, but for a sync. `EACCES` is not tried on `sync_dir`.
//! * What [`set_size`](vfs::File::set_size) adds reads as zeros if the size survives: a hole has no stale bytes. Without power-safe
//!   overwrite, a failed sync's noise lies under what is written to the block afterwards.
//! * Outcomes are told apart by 64-bit fingerprints, ledgers by that of their `Debug` text: a promise whose `Debug` hides what
//!   it is about hides crashes too. Of recoveries that leave the same machine, one is recovered from again.
//! * The ledger does not know which process speaks. Once all are dead, it takes nothing down.
//! * After 200,000 calls without a reboot a program is taken to be in an endless loop, and killed.

mod case;
mod coverage;
mod device;
mod disk;
mod errno;
mod explore;
mod failure;
mod fate;
mod fates;
mod fault;
mod fingerprint;
mod folding;
mod ledger;
mod locks;
mod machine;
mod op;
mod rot;
mod sim_file;
mod sim_fs;
mod survive;
mod trace;
mod walk;

pub use case::Case;
pub use coverage::Coverage;
pub use device::{Allocation, Device, Locking};
pub use explore::Explore;
pub use failure::{Counterexample, Failure};
pub use fate::Fate;
pub use fault::Fault;
pub use ledger::Ledger;
pub use rot::Rot;
pub use sim_fs::SimFs;
pub use trace::Trace;
