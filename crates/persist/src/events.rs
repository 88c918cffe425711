//! What a log may want to know. The one place that knows `tracing`: without the feature of that name
//! every function here is empty. Nothing here, or anywhere in the library, sets a subscriber up.

#[cfg(not(feature = "tracing"))]
pub(crate) use silent::{
    backed_up, exported, failed, import_undone, imported, loaded, pruned, quarantined, recovered,
    restored, saved,
};
#[cfg(feature = "tracing")]
pub(crate) use told::{
    backed_up, exported, failed, import_undone, imported, loaded, pruned, quarantined, recovered,
    restored, saved,
};

#[cfg(feature = "tracing")]
mod told {
    use std::path::Path;

    use tracing::{error, info, warn};

    use crate::error::{Error, ErrorKind};
    use crate::folder::{Exported, Import, Undone};
    use crate::report::{Loaded, Recovery, Repair, Source};
    use crate::revision::Revision;

    /// The target of what is damaged, and of each step of what is done about it; all else has
    /// `persist`.
    const RECOVERY: &str = "persist::recovery";
    const OPERATIONS: &str = "persist";

    pub(crate) fn loaded<T>(path: &Path, loaded: Option<&Loaded<T>>) {
        let path = path.display();
        if let Some(loaded) = loaded {
            let revision = loaded.revision.as_ref().map(tracing::field::display);
            info!(target: OPERATIONS, %path, revision, "loaded");
        } else {
            info!(target: OPERATIONS, %path, "there is none yet");
        }
    }

    pub(crate) fn saved(path: &Path, revision: &Revision) {
        info!(target: OPERATIONS, path = %path.display(), %revision, "saved");
    }

    pub(crate) fn backed_up(path: &Path, copy: &Path) {
        let (path, copy) = (path.display(), copy.display());
        info!(target: OPERATIONS, %path, %copy, "backed up");
    }

    pub(crate) fn pruned(path: &Path, copy: &Path) {
        let (path, copy) = (path.display(), copy.display());
        info!(target: OPERATIONS, %path, %copy, "old backup removed");
    }

    pub(crate) fn restored(path: &Path, source: &Path, revision: &Revision) {
        let (path, source) = (path.display(), source.display());
        info!(target: OPERATIONS, %path, %source, %revision, "restored");
    }

    pub(crate) fn exported(path: &Path, exported: &Exported) {
        let (path, to) = (path.display(), exported.path.display());
        let documents = exported.documents.len();
        info!(target: OPERATIONS, %path, %to, documents, "exported");
    }

    pub(crate) fn imported(path: &Path, import: &Import) {
        let (path, from) = (path.display(), import.from.display());
        let documents = import.changed().count();
        info!(target: OPERATIONS, %path, %from, documents, "imported");
    }

    pub(crate) fn import_undone(path: &Path, undone: &Undone) {
        let documents = undone.restored.len() + undone.removed.len();
        info!(target: OPERATIONS, path = %path.display(), documents, "import undone");
    }

    pub(crate) fn quarantined(path: &Path, copy: &Path) {
        let (path, copy) = (path.display(), copy.display());
        warn!(target: RECOVERY, %path, %copy, "damaged file kept");
    }

    /// The steps that led to a value for a damaged document, or to none.
    pub(crate) fn recovered(recovery: &Recovery) {
        let path = recovery.path.display();
        let (reason, revision) = (&recovery.damage, recovery.damaged_revision);
        warn!(target: RECOVERY, %path, revision, %reason, "damaged");
        for skipped in &recovery.skipped {
            let (source, reason) = (skipped.path.display(), &skipped.reason);
            if skipped.path == recovery.path {
                warn!(target: RECOVERY, %path, reason, "nothing to salvage");
            } else {
                warn!(target: RECOVERY, %path, %source, reason, "backup can't be used");
            }
        }
        match &recovery.source {
            Source::Backup(backup) => {
                let (source, revision) = (backup.path().display(), backup.revision());
                info!(target: RECOVERY, %path, %source, revision, "value taken from a backup");
            }
            Source::Salvage => {
                let (source, lost) = ("salvage", recovery.lost.len());
                warn!(target: RECOVERY, %path, source, lost, "value taken from what still parses");
                for lost in &recovery.lost {
                    warn!(target: RECOVERY, %path, %lost, "lost");
                }
            }
            Source::Default => {
                let source = "default";
                warn!(target: RECOVERY, %path, source, "no backup can be used, value begun anew");
            }
            Source::Nothing => error!(target: RECOVERY, %path, "no backup can be used, no value"),
        }
        if let Repair::NotDone(reason) = &recovery.repair {
            error!(target: RECOVERY, %path, reason, "file not repaired");
        }
    }

    /// A call of the program ended with this error.
    pub(crate) fn failed(reason: &Error) {
        use ErrorKind as Kind;
        let path = reason.path().display();
        match reason.kind() {
            Kind::Missing | Kind::NothingToUndo | Kind::Conflict | Kind::Busy | Kind::Invalid => {
                warn!(target: OPERATIONS, %path, %reason, "not done");
            }
            _ => error!(target: OPERATIONS, %path, %reason, "failed"),
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod silent {
    use std::path::Path;

    use crate::error::Error;
    use crate::folder::{Exported, Import, Undone};
    use crate::report::{Loaded, Recovery};
    use crate::revision::Revision;

    pub(crate) fn loaded<T>(_: &Path, _: Option<&Loaded<T>>) {}
    pub(crate) fn saved(_: &Path, _: &Revision) {}
    pub(crate) fn backed_up(_: &Path, _: &Path) {}
    pub(crate) fn pruned(_: &Path, _: &Path) {}
    pub(crate) fn restored(_: &Path, _: &Path, _: &Revision) {}
    pub(crate) fn exported(_: &Path, _: &Exported) {}
    pub(crate) fn imported(_: &Path, _: &Import) {}
    pub(crate) fn import_undone(_: &Path, _: &Undone) {}
    pub(crate) fn quarantined(_: &Path, _: &Path) {}
    pub(crate) fn recovered(_: &Recovery) {}
    pub(crate) fn failed(_: &Error) {}
}
