//! Settings, and what can be done with them.

use std::path::Path;
use std::sync::Arc;

use vfs::{Fs, OsFs};

use crate::{
    AtomicFile, Durability, Error, Existing, Identical, Metadata, Mounted, Outcome, Prepared,
    Recovered, Retry, Swept, Symlinks, identical, in_place, resolve, sweep,
};

/// How files are replaced. The defaults are the safe ones.
///
/// ```
/// use atomic_io::{Existing, Options, Symlinks};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("id");
/// let claim = Options::new().existing(Existing::NoClobber).symlinks(Symlinks::Refuse);
/// claim.replace(&path, "me")?;
/// assert!(claim.replace(&path, "you").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) fs: Arc<dyn Fs>,
    pub(crate) durability: Durability,
    pub(crate) symlinks: Symlinks,
    pub(crate) existing: Existing,
    pub(crate) metadata: Metadata,
    pub(crate) identical: Identical,
    pub(crate) mounted: Mounted,
    pub(crate) retry: Retry,
    pub(crate) temp_seed: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fs: OsFs::shared(),
            durability: Durability::default(),
            symlinks: Symlinks::default(),
            existing: Existing::default(),
            metadata: Metadata::default(),
            identical: Identical::default(),
            mounted: Mounted::default(),
            retry: Retry::default(),
            temp_seed: None,
        }
    }
}

impl Options {
    /// Durable, links followed, existing files replaced, their metadata kept.
    pub fn new() -> Self {
        Self::default()
    }

    /// The file system to work on. Default: the real one.
    pub fn fs(mut self, fs: Arc<dyn Fs>) -> Self {
        self.fs = fs;
        self
    }

    /// What `Ok` promises. Default: [`Durability::Durable`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// What happens if the path is a symbolic link. Default: [`Symlinks::Follow`].
    pub fn symlinks(mut self, symlinks: Symlinks) -> Self {
        self.symlinks = symlinks;
        self
    }

    /// What happens if there is a file. Default: [`Existing::Overwrite`].
    pub fn existing(mut self, existing: Existing) -> Self {
        self.existing = existing;
        self
    }

    /// Where mode, owner and attributes come from. Default: [`Metadata::Keep`].
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// What happens if the file holds the bytes already. Default: [`Identical::Write`].
    pub fn identical(mut self, identical: Identical) -> Self {
        self.identical = identical;
        self
    }

    /// What happens if the file is a mount point. Default: [`Mounted::InPlace`].
    pub fn mounted(mut self, mounted: Mounted) -> Self {
        self.mounted = mounted;
        self
    }

    /// How long passing errors are waited out. Default: one second per call.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Derives the names of temporary files from `seed`, so that a simulated run can be repeated.
    /// Default: random names, which nobody can guess and put something at.
    pub fn temp_seed(mut self, seed: u64) -> Self {
        self.temp_seed = Some(seed);
        self
    }

    /// Replaces the content of `path` by `bytes`, or creates it with them, and its directory too.
    ///
    /// The bytes are complete before anything is touched: whoever serialises to them has found every
    /// error of his own by then.
    pub fn replace(
        &self,
        path: impl AsRef<Path>,
        bytes: impl AsRef<[u8]>,
    ) -> Result<Outcome, Error> {
        self.replace_with(path.as_ref(), bytes.as_ref())
    }

    fn replace_with(&self, path: &Path, bytes: &[u8]) -> Result<Outcome, Error> {
        let target = resolve::resolve(self, path)?;
        if self.identical == Identical::Skip && identical::is_settled(self, &target, bytes) {
            return Ok(Outcome::Identical);
        }
        let mut file = AtomicFile::start(self, target)?;
        file.store(bytes)?;
        file.prepare()?.commit()?;
        Ok(Outcome::Written)
    }

    /// Does everything of a [`replace`](Self::replace) but its last step: the bytes are complete and, if
    /// asked for, durable, and `path` still shows what it did. For who has something else to make sure
    /// of before the old content loses its name. Content that is [`Identical`] is written all the same.
    pub fn prepare(
        &self,
        path: impl AsRef<Path>,
        bytes: impl AsRef<[u8]>,
    ) -> Result<Prepared, Error> {
        let mut file = self.create(path)?;
        file.store(bytes.as_ref())?;
        file.prepare()
    }

    /// Starts new content for `path`, to be written piece by piece. Nothing is seen at `path` until
    /// [`commit`](AtomicFile::commit).
    pub fn create(&self, path: impl AsRef<Path>) -> Result<AtomicFile, Error> {
        AtomicFile::start(self, resolve::resolve(self, path.as_ref())?)
    }

    /// Finishes a save in place ([`Mounted::InPlace`]) of `path` that was cut off; see
    /// [`recover`](crate::recover()).
    pub fn recover(&self, path: impl AsRef<Path>) -> Result<Recovered, Error> {
        in_place::recover(self, path.as_ref())
    }

    /// Whether a save in place of `path` was cut off, or is at work. Changes nothing.
    pub fn is_half_written(&self, path: impl AsRef<Path>) -> Result<bool, Error> {
        in_place::is_half_written(self, path.as_ref())
    }

    /// Removes the temporary files of dead writers from `dir`; see [`Swept`]. In doubt, a power cut may
    /// bring them back.
    pub fn sweep(&self, dir: impl AsRef<Path>) -> Result<Swept, Error> {
        sweep::sweep(self, dir.as_ref(), sweep::Act::Remove)
    }

    /// What a [`sweep`](Self::sweep) would do now. Removes nothing.
    pub fn preview_sweep(&self, dir: impl AsRef<Path>) -> Result<Swept, Error> {
        sweep::sweep(self, dir.as_ref(), sweep::Act::Look)
    }
}
