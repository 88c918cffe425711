//! How a log is opened.

use std::path::Path;
use std::sync::Arc;

use vfs::{Fs, OsFs};

use crate::header::{SIZE_MAX, SIZE_MIN};
use crate::page::PAGE;
use crate::repair::Act;
use crate::{Background, Error, Follow, Lsn, Repaired, Replay, Survey, SyncPolicy, repair, survey};

/// How a log is opened: on which file system, in segments of which size, and when it syncs.
///
/// ```
/// use wal::{Options, SyncPolicy};
///
/// # let dir = tempfile::tempdir()?;
/// let options = Options::new().segment_size(1 << 20).sync_policy(SyncPolicy::EachAppend);
/// let (log, _tail) = options.open(dir.path().join("wal"))?.finish()?;
/// log.append(b"durable when this returns")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) segment_size: u64,
    pub(crate) sync_policy: SyncPolicy,
    pub(crate) background: Background,
    pub(crate) keeps_cached: bool,
    pub(crate) keeps_torn: bool,
    pub(crate) seed: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fs: OsFs::shared(),
            segment_size: 64 << 20,
            sync_policy: SyncPolicy::default(),
            background: Background::default(),
            keeps_cached: false,
            keeps_torn: false,
            seed: None,
        }
    }
}

impl Options {
    /// The real file system, segments of 64 MiB, [`SyncPolicy::OnSync`].
    pub fn new() -> Self {
        Self::default()
    }

    /// The file system that holds the log.
    pub fn fs(mut self, fs: Arc<dyn Fs>) -> Self {
        self.fs = fs;
        self
    }

    /// Bytes of a new segment: 16 KiB to 1 GiB, rounded up to whole pages of 4 KiB; what lies outside is moved to the nearer end. Default 64 MiB.
    /// Segments that are there keep theirs. Each is written once before it is used, so a log that stays small is better served by smaller ones.
    pub fn segment_size(mut self, bytes: u64) -> Self {
        self.segment_size = bytes
            .clamp(SIZE_MIN, SIZE_MAX)
            .next_multiple_of(PAGE as u64);
        self
    }

    /// When records become durable that nobody waits for. Default: [`SyncPolicy::OnSync`].
    pub fn sync_policy(mut self, policy: SyncPolicy) -> Self {
        self.sync_policy = policy;
        self
    }

    /// Whether the log may have threads of its own. Default: [`Background::Threads`].
    pub fn background(mut self, background: Background) -> Self {
        self.background = background;
        self
    }

    /// Keeps what is appended in the page cache, for other processes that [`follow`](Self::follow) the log. Default: it is written past
    /// the cache where the file system can do that, unless a [`Wal::tail_from`](crate::Wal::tail_from) is reading.
    pub fn keep_cached(mut self) -> Self {
        self.keeps_cached = true;
        self
    }

    /// Copies the bytes of a torn tail to a file beside the segments when it is cut; [`Tail::Torn`](crate::Tail::Torn) says
    /// where. Default: they stay where they are only as long as their segment does.
    pub fn keep_torn(mut self) -> Self {
        self.keeps_torn = true;
        self
    }

    /// Draws the identities of segments from `seed`, so that a simulated run can be repeated. Never for a real log.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Opens the log in the directory `dir`, which is made if it is not there, and locks it for this handle alone. It must be read before
    /// it can be written to.
    pub fn open(&self, dir: impl AsRef<Path>) -> Result<Replay, Error> {
        Replay::open(self, dir.as_ref())
    }

    /// Reads the log from `lsn` on, and goes on reading as it grows, without a lock and without changing anything: also while
    /// another process writes it.
    ///
    /// What is read is whole, and in order; the last group may not be durable yet. In the process that writes, take
    /// [`Wal::tail_from`](crate::Wal::tail_from), which knows.
    pub fn follow(&self, dir: impl AsRef<Path>, lsn: Lsn) -> Result<Follow, Error> {
        Follow::begin(Arc::clone(&self.fs), dir.as_ref(), lsn)
    }

    /// Looks a log through, every byte that counts, without a lock and without changing anything: also while another process writes it.
    /// Damage is [`Error::Damaged`]. A log that is not there, or a directory in which none was ever opened, is an error, too.
    pub fn survey(&self, dir: impl AsRef<Path>) -> Result<Survey, Error> {
        survey::survey(self, dir.as_ref())
    }

    /// Cuts a damaged log at the group that is damaged, and keeps what it cuts; see [`Repaired`]. `None` if there is no damage: then
    /// nothing was changed.
    pub fn repair(&self, dir: impl AsRef<Path>) -> Result<Option<Repaired>, Error> {
        repair::repair(self, dir.as_ref(), Act::Repair)
    }

    /// What [`repair`](Self::repair) would do. It takes the lock as that does, and changes nothing: the files are named as they are now.
    pub fn preview_repair(&self, dir: impl AsRef<Path>) -> Result<Option<Repaired>, Error> {
        repair::repair(self, dir.as_ref(), Act::Preview)
    }
}
