//! A write-ahead log with group commit, in lines a person can read.
//!
//! A program that changes a little of much state appends what it changes to a log, and writes the state itself at its leisure. The log has to be
//! fast, because everybody waits for it, and it has to be right, because everybody relies on it. This one knows nothing of what a
//! record means. It refuses to guess: what may be torn is told from what is damaged, a failed write is never tried again, and nothing that was acknowledged
//! is dropped unless somebody asks for it by name.
//!
//! * [`Wal::open`] or [`Options::open`] → [`Replay`]: the records that are there. A log is read before it can be written.
//! * [`Replay::finish`] → [`Wal`] and [`Tail`]: the handle that writes, and how the log had ended.
//! * [`Wal::append`], [`append_batch`](Wal::append_batch): take records in. [`Wal::sync`], [`append_durable`](Wal::append_durable): return when they are
//!   durable. Threads that wait at the same time share one write and one `fdatasync`.
//! * [`Wal::truncate_before`]: at a checkpoint. [`Wal::tail_from`] and [`Options::follow`]: reading a log that grows.
//! * [`Options::survey`]: looks a log through. [`Options::repair`]: cuts a damaged log, and keeps what it cuts.
//!
//! ```
//! use wal::{Tail, Wal};
//!
//! # let dir = tempfile::tempdir()?;
//! # let dir = dir.path().join("wal");
//! let mut replay = Wal::open(&dir)?;
//! while let Some(record) = replay.next()? {
//!     println!("{}: {}", record.lsn, String::from_utf8_lossy(record.payload));
//! }
//! let (log, tail) = replay.finish()?;
//! assert_eq!(tail, Tail::Clean);
//!
//! log.append(br#"{"put":"ada"}"#)?;
//! let bob = log.append_durable(br#"{"put":"bob"}"#)?; // both are durable now
//! assert_eq!(bob.get(), 2);
//! log.close()?;
//!
//! let mut replay = Wal::open(&dir)?;
//! assert_eq!(replay.next()?.map(|record| record.payload.to_vec()), Some(br#"{"put":"ada"}"#.to_vec()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A segment of JSON records is read with `cut -c19- wal/*.log | jq`; `docs/formats/wal.md` has every byte.
//!
//! # Guarantees
//!
//! * A record is durable once `append_durable`, or a `sync` that began after its append, has returned `Ok`: it survives every crash, and no
//!   opening drops it.
//! * A record or batch that was not acknowledged is there whole after a crash, or not at all, and records keep their order.
//! * A torn tail is cut and reported. Damage before it is an error that names segment, offset and record; nothing is changed then.
//! * No page that may hold an acknowledged record is written again, so none is lost on a device without power-safe overwrite.
//! * The first failed write or sync is the last: the handle answers everything with that error. Opening the log again is the way
//!   out, and writes what may be in the cache alone to another file.
//! * A full disk shows before a record is accepted ([`ErrorKind::NoRoom`]), and the log goes on once there is room. (Where the file system copies on
//!   write, as Btrfs does, no space can be had in advance.)
//! * In the steady state a group is one write and one `fdatasync`, and an append allocates nothing.
//!
//! # Limitations
//!
//! * Each group takes whole pages of 4 KiB, also that of a lone small record: the price of never writing a page twice.
//! * A group or batch fits into one segment. Records end at 1 GiB, whatever is set.
//! * Bit rot in the very last group of a log that was not closed can't be told from a torn write. It is reported as such, and its bytes stay in
//!   their segment.
//! * Whoever removes the last segments, or puts back old ones, leaves a log that is whole and shorter. Compare with what you know of it.
//! * One process writes. Locks are as good as the mount: see the crate `lock`.
//! * CRC-32C finds chance, not intent.

mod blocks;
mod chain;
mod core;
mod damage;
mod error;
mod follow;
mod group;
mod handoff;
mod header;
mod identity;
mod keeper;
mod layout;
mod lsn;
mod mark;
mod options;
mod output;
mod page;
mod policy;
mod preparing;
mod progress;
mod queue;
mod reader;
mod repair;
mod replay;
mod segment;
mod settle;
mod spare;
mod survey;
mod sync;
mod truncate;
mod wal;

pub use damage::{Damage, Flaw};
pub use error::{Error, ErrorKind};
pub use follow::Follow;
pub use lsn::Lsn;
pub use options::Options;
pub use policy::{Background, SyncPolicy};
pub use repair::Repaired;
pub use replay::{Record, Replay};
pub use settle::Tail;
pub use survey::{Survey, SurveyedSegment};
pub use wal::{Stats, Wal};
