//! What every command needs: where the answer goes, and how documents of others are opened.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use persist::{
    BackupKind, Backups, Document, Folder, Json, Loaded, Naming, Options, RecoveryPolicy,
    Retention, Untouched, Wait,
};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shell::command;

/// How often something that is in use is tried again.
const RETRY: Duration = Duration::from_millis(20);

/// A value of any shape, as its text.
pub(crate) type Untyped = Json;

/// One run of the command.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) output: Output,
    wait: Wait,
}

impl Session {
    pub(crate) fn new(output: Output, wait: Duration) -> Self {
        let wait = if wait.is_zero() {
            Wait::Never
        } else {
            Wait::UpTo(wait)
        };
        Self { output, wait }
    }

    /// Tries again while something is in use, as long as `--wait` says, where there is no queue to stand in.
    pub(crate) fn while_in_use<T, E>(
        &self,
        mut attempt: impl FnMut() -> Result<T, E>,
        is_in_use: impl Fn(&E) -> bool,
    ) -> Result<T, E> {
        let begun = Instant::now();
        loop {
            match (attempt(), self.wait) {
                (Err(error), Wait::UpTo(wait)) if is_in_use(&error) && begun.elapsed() < wait => {
                    thread::sleep(RETRY);
                }
                (done, _) => return done,
            }
        }
    }

    /// The document at `path`, kept as the program keeps it that owns it.
    pub(crate) fn document(&self, path: &Path) -> Document<Untyped> {
        self.options(path).at(path)
    }

    /// A tool repairs nothing unasked, migrates nothing, and throws no backup of others away.
    pub(crate) fn options(&self, path: &Path) -> Options<Untyped> {
        Options::without_default()
            .versions_as_found()
            .untouched(Untouched::Keep)
            .recovery(RecoveryPolicy::Fail)
            .lock_wait(self.wait)
            .backups(backups_as_found(path))
    }

    /// The folder at `dir`, each of its documents as a guest opens it.
    pub(crate) fn folder(&self, dir: &Path) -> Result<Folder, Failure> {
        let mut folder = Folder::at(dir).lock_wait(self.wait);
        // Made known, so that none of its backups is thrown away.
        for name in folder.documents()? {
            folder = folder.document(&self.document(&dir.join(name)));
        }
        Ok(folder)
    }

    /// The value that is there, untouched.
    pub(crate) fn load(&self, path: &Path) -> Result<Loaded<Untyped>, Failure> {
        let document = self.document(path);
        document.load()?.ok_or_else(|| missing(&document))
    }
}

/// There is no document; perhaps there are copies of it.
pub(crate) fn missing(document: &Document<Untyped>) -> Failure {
    let path = document.path();
    let failure = Failure::new(Exit::Missing, "there is no such document").at(path);
    match document.backups() {
        Ok(backups) if !backups.is_empty() => failure.hint(command("restore", path)),
        _ => match path.parent() {
            Some(dir) if dir != Path::new("") => failure.hint(command("doctor", dir)),
            _ => failure.hint(command("doctor", ".")),
        },
    }
}

/// The scheme that the copies there are of, and no limit: only their owner knows how many it wants.
fn backups_as_found(path: &Path) -> Backups {
    let probe: Document<Untyped> = Options::without_default().at(path);
    let backups = probe.backups().unwrap_or_default();
    let newest = |kind| backups.iter().find(move |backup| backup.kind() == kind);
    match (newest(BackupKind::Dated), newest(BackupKind::Single)) {
        (None, Some(_)) => Backups::Single,
        (Some(dated), _) if is_beside(dated.path(), path) => Backups::Dated {
            naming: Naming::Beside,
            retention: Retention::all(),
        },
        _ => Retention::all().into(),
    }
}

/// Whether two files, links followed, are in one directory.
fn is_beside(one: &Path, other: &Path) -> bool {
    let dir = |path| fs::canonicalize(path).ok()?.parent().map(Path::to_owned);
    dir(one).is_some_and(|one| Some(one) == dir(other))
}
