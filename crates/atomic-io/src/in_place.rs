//! Saving a file that no rename can replace, because it is a mount point: through a journal beside it.
//!
//! The journal is the new content under a name of its own, made as every save makes new content: whole and
//! durable before it gets that name. From then on the file itself may be half written at any moment, and
//! the journal says what it is. docs/formats/temporaries.md has the steps.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use vfs::{File, FileId, FinalLink, LockKind, OpenOptions};

use crate::commit::take_free_name;
use crate::error::Step;
use crate::resolve::{Target, resolve};
use crate::retry::Failed;
use crate::temp::{Temp, cut, has_no_locks};
use crate::{AtomicFile, Durability, Error, Existing, Metadata, Mounted, Options};

const SUFFIX: &str = ".journal";
/// All but the stem: two dots, sixteen digits and the suffix.
const AFFIX_LEN: usize = 1 + 1 + 16 + SUFFIX.len();
const NAME_LEN_MAX: usize = 255;

const PIECE_LEN: usize = 256 * 1024;
/// Of the journal while it is made: it may hold what few may read.
const PRIVATE: u32 = 0o600;

/// What [`recover`](Options::recover) found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recovered {
    /// No save in place was cut off.
    Nothing,
    /// One was, and is finished now.
    Finished,
    /// One is at work.
    Alive,
}

/// Whether the options allow it; the file is on the file system of its directory, because only there the
/// journal is as lasting as the file; and it has no other name, under which somebody keeps the old content.
pub(crate) fn is_possible(options: &Options, target: &Target, temp: &Temp) -> bool {
    let devices = (id_of(target), temp.created().id);
    let links = target.old_file().and_then(|old| old.links);
    options.mounted == Mounted::InPlace
        && options.durability == Durability::Durable
        && options.existing == Existing::Overwrite
        && options.metadata == Metadata::Keep
        && links == Some(1)
        && matches!(devices, (Some(there), Some(new)) if there.device == new.device)
}

/// Publishes new content that is complete and durable.
pub(crate) fn publish(file: AtomicFile) -> Result<(), Error> {
    let AtomicFile {
        options,
        target,
        temp,
        ..
    } = file;
    // What a dead writer has left comes first: if anything fails below, it is what the file holds.
    let before = recover_target(&options, &target).map_err(Error::unchanged)?;
    if before == Recovered::Alive {
        return Err(busy(
            &target,
            Failed::from(io::Error::from(ErrorKind::ResourceBusy)),
        ));
    }
    let save = Save::new(&options, &target)?;
    match take_free_name(&options, temp.path(), &save.journal) {
        Ok(()) => {}
        // Another writer was faster.
        Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => {
            return Err(busy(&target, taken));
        }
        // As after any rename that failed, the name tells.
        Err(failed) => {
            let failed = Error::failed(Step::Journal, &target.requested, failed);
            match options.retry.run(|| options.fs.find(&save.journal)) {
                Ok(Some(found)) if found.same_file(temp.created()) => {}
                Ok(_) => return Err(failed),
                Err(_) => return Err(failed.in_doubt()),
            }
        }
    }
    save.run(temp.renamed().as_ref())
}

fn busy(target: &Target, failed: Failed) -> Error {
    Error::failed(Step::Claim, &target.requested, failed)
}

/// Finishes what was cut off.
pub(crate) fn recover(options: &Options, path: &Path) -> Result<Recovered, Error> {
    recover_target(options, &resolve(options, path)?).map_err(Error::journaled)
}

/// Whether there is a journal of the file that stands at `path`.
pub(crate) fn is_half_written(options: &Options, path: &Path) -> Result<bool, Error> {
    let target = resolve(options, path)?;
    let Some(id) = id_of(&target) else {
        return Ok(false);
    };
    let journal = journal_of(&target, id);
    let found = options.retry.run(|| options.fs.find(&journal));
    let found = found.map_err(|failed| Error::failed(Step::Recover, path, failed))?;
    Ok(found.is_some())
}

fn recover_target(options: &Options, target: &Target) -> Result<Recovered, Error> {
    let Some(id) = id_of(target) else {
        return Ok(Recovered::Nothing);
    };
    let failed = |failed| Error::failed(Step::Recover, &target.requested, failed);
    let path = journal_of(target, id);
    let journal = match open(options, &path) {
        Ok(journal) => journal,
        Err(error) if error.error.kind() == ErrorKind::NotFound => {
            return Ok(Recovered::Nothing);
        }
        Err(error) => return Err(failed(error)),
    };
    match options.retry.run(|| journal.try_lock(LockKind::Exclusive)) {
        Ok(true) => {}
        Ok(false) => return Ok(Recovered::Alive),
        // Without locks nobody can tell whether its writer is alive.
        Err(error) if has_no_locks(&error.error) => return Ok(Recovered::Alive),
        Err(error) => return Err(failed(error)),
    }
    // Its writer may have come to the end since.
    let is_there = options.retry.run(|| {
        let named = options.fs.find(&path)?;
        let locked = journal.metadata()?;
        Ok(named.is_some_and(|named| named.same_file(&locked)))
    });
    if !is_there.map_err(failed)? {
        return Ok(Recovered::Nothing);
    }
    // Whether the journal's name is durable nobody knows: its writer may have been killed before the sync,
    // or the sync failed, and then no other makes this name durable. So it is made anew, over itself.
    let temp = Temp::create(options, target, PRIVATE)?;
    let copied = copy(options, journal.as_ref(), temp.file());
    copied.map_err(failed)?;
    let mode = options.retry.run(|| journal.metadata()).map_err(failed)?;
    let set = options.retry.run(|| temp.file().set_permissions(mode.mode));
    set.map_err(failed)?;
    let sync = temp.file().sync_all();
    sync.map_err(|error| failed(error.into()))?;
    let save = Save::new(options, target)?;
    let renamed = options
        .retry
        .run(|| options.fs.rename(temp.path(), &save.journal));
    renamed.map_err(failed)?;
    save.run(temp.renamed().as_ref())?;
    Ok(Recovered::Finished)
}

/// A file that is about to be overwritten.
struct Save<'s> {
    options: &'s Options,
    target: &'s Target,
    journal: PathBuf,
    /// The file that is mounted.
    file: Box<dyn File>,
}

impl<'s> Save<'s> {
    /// Finds out whether the file may be written, while nothing has changed.
    fn new(options: &'s Options, target: &'s Target) -> Result<Self, Error> {
        let failed = |failed| Error::failed(Step::Overwrite, &target.requested, failed);
        let file = open(options, &target.resolved).map_err(failed)?;
        let there = options.retry.run(|| file.metadata()).map_err(failed)?;
        match (there.id, id_of(target)) {
            (Some(id), Some(expected)) if id == expected => Ok(Self {
                journal: journal_of(target, id),
                options,
                target,
                file,
            }),
            _ => {
                let changed = io::Error::other("somebody has put another file there");
                Err(failed(changed.into()))
            }
        }
    }

    /// From the journal that has its name. It is open, and so locked, until the end: nobody else takes it
    /// for that of a dead writer.
    fn run(self, from: &dyn File) -> Result<(), Error> {
        let Self {
            options,
            target,
            journal,
            file,
        } = self;
        let fs = options.fs.as_ref();
        let dir = vfs::parent(&target.resolved);
        let failed = |step, failed: Failed| Error::failed(step, &target.requested, failed);
        let journaled = |step, error| failed(step, error).journaled();

        let sync = fs.sync_dir(dir);
        sync.map_err(|error| failed(Step::SyncDirectory, error.into()).in_doubt())?;

        let copied = copy(options, from, file.as_ref());
        copied.map_err(|error| journaled(Step::Overwrite, error))?;
        let sync = file.sync_all();
        sync.map_err(|error| journaled(Step::SyncOverwritten, error.into()))?;

        let removed = options.retry.run(|| fs.remove_file(&journal));
        removed.map_err(|error| journaled(Step::Journal, error))?;
        // Or the journal could come back one day, and undo what others have done to the file since.
        let sync = fs.sync_dir(dir);
        sync.map_err(|error| journaled(Step::SyncDirectory, error.into()))
    }
}

fn open(options: &Options, path: &Path) -> Result<Box<dyn File>, Failed> {
    let open = OpenOptions::read_write().final_link(FinalLink::Refuse);
    options.retry.run(|| options.fs.open(path, &open))
}

/// Makes the content of `to` that of `from`. The length comes first, and is said anew even if it was the same:
/// one whose sync has failed once stays in doubt until then, and with it every byte that is written beyond.
fn copy(options: &Options, from: &dyn File, to: &dyn File) -> Result<(), Failed> {
    let retry = options.retry;
    let len = retry.run(|| from.size())?;
    retry.run(|| to.set_size(len))?;
    let mut buffer = vec![0; PIECE_LEN];
    let mut offset = 0;
    while offset < len {
        let left = usize::try_from(len - offset).unwrap_or(PIECE_LEN);
        let piece = &mut buffer[..left.min(PIECE_LEN)];
        retry.run(|| from.read_exact_at(piece, offset))?;
        retry.run(|| to.write_all_at(piece, offset))?;
        offset += piece.len() as u64;
    }
    Ok(())
}

fn id_of(target: &Target) -> Option<FileId> {
    target.old_file()?.id
}

/// `.<stem>.<16 lowercase hex digits of the inode>.journal`: the journal of this file, not of whichever takes
/// its name.
fn journal_of(target: &Target, id: FileId) -> PathBuf {
    let name = target.resolved.file_name().unwrap_or_default();
    let mut journal = OsString::from(".");
    journal.push(cut(name, NAME_LEN_MAX - AFFIX_LEN));
    journal.push(format!(".{:016x}{SUFFIX}", id.inode));
    target.resolved.with_file_name(journal)
}
