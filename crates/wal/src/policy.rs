//! When what was appended becomes durable.

use std::time::Duration;

/// When records become durable that nobody waits for. [`append_durable`](crate::Wal::append_durable) and
/// [`sync`](crate::Wal::sync) wait, whatever is set here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyncPolicy {
    /// When somebody calls [`sync`](crate::Wal::sync), when about 256 KiB have come together, and at the latest when the
    /// log is closed.
    #[default]
    OnSync,
    /// Before each append returns: `append` is `append_durable`.
    EachAppend,
    /// At the latest when so many records, or records of such an age, would not be durable.
    Within {
        /// An append that would leave more than this many records not durable makes them durable before it returns.
        records: u64,
        /// A record begins to be made durable when it is this old: by a thread that waits for that, or, with
        /// [`Background::None`], by the next append that finds one so old.
        age: Duration,
    },
}

/// Whether a log may have threads of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Background {
    /// The next segment is prepared by a thread while the one before is half full, and [`SyncPolicy::Within`] has a thread that
    /// keeps its age.
    #[default]
    Threads,
    /// No threads: the append that needs a segment prepares it. Every run makes the same calls in the same order.
    None,
}
