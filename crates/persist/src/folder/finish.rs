//! Finishing an import that is decided, and reading documents while it is not finished.

use std::path::Path;

use integrity::Digest;
use lock::Wait;
use serde::de::DeserializeOwned;

use super::locked::{Documents, Locked, Member};
use super::plan::{Plan, Side};
use super::tree;
use crate::damage::{Damage, DamageKind};
use crate::disk::Disk;
use crate::document::Document;
use crate::error::{Error, Result};
use crate::layout::{Place, import_plan, import_undo};
use crate::preserve::Original;
use crate::quarantine::quarantine;
use crate::read::State;

/// Whether an import waits to be finished in the folder of a document: the one look that each load and
/// each change of it takes.
pub(crate) fn is_pending(disk: &Disk, dir: &Path) -> Result<bool> {
    let plan = import_plan(dir);
    let there = disk.fs.find(&plan);
    let there = there.map_err(|error| Error::io(&plan, "look for", error))?;
    Ok(there.is_some())
}

/// Finishes it. The caller holds no lock.
pub(crate) fn finish(disk: &Disk, dir: &Path) -> Result<()> {
    let finished = Locked::new(disk, dir).map(drop);
    finished.map_err(|error| error.before("an import was cut off and can't be finished yet"))
}

/// The steps after the decision: `docs/formats/folder.md`, "finish". Doing them twice does no harm.
pub(crate) fn carry_out(disk: &Disk, dir: &Path, plan: &Plan, documents: &Documents) -> Result<()> {
    let (pending, done) = (import_plan(dir), import_undo(dir));
    let text = plan.write();
    let text = text.map_err(|error| Error::unwritable(&pending, error))?;
    // Its name may be one whose sync has failed: documents must not be durable before it is.
    disk.replace(&pending, text.as_bytes())?;
    // Others are locked, too, because they were compared. They are the same, and the plan does not name them.
    let concerned = plan.names();
    let concerns = |member: &&Member| concerned.contains(member.name.as_str());
    for Member { name, place, .. } in documents.iter().filter(concerns) {
        settle(disk, dir, plan, name, place)?;
    }
    let renamed = disk.fs.rename(&pending, &done);
    renamed.map_err(|error| Error::io(&done, "replace", error))?;
    if let Err(error) = disk.sync_dir(dir) {
        // It could come back after a crash, over what was saved meanwhile.
        disk.replace(&pending, text.as_bytes())?;
        return Err(error);
    }
    // Left over if it fails: the next import begins with it.
    let _ = tree::remove(disk, &plan.stage.other().path(dir));
    Ok(())
}

/// Gives one document its new content.
fn settle(disk: &Disk, dir: &Path, plan: &Plan, name: &str, place: &Place) -> Result<()> {
    let path = place.document();
    let there = disk.fs.find(path);
    let there = there.map_err(|error| Error::io(path, "look at", error))?;
    if let Some(there) = there {
        let bytes = disk.fs.read(path, there.size);
        let bytes = bytes.map_err(|error| Error::io(path, "read", error))?;
        let digest = integrity::digest(&bytes);
        if !Side::ALL
            .iter()
            .any(|side| plan.side(*side).get(name) == Some(&digest))
        {
            let original = Original {
                path,
                bytes: Some(&bytes),
                there,
                ours: false,
                revision: None,
            };
            quarantine(disk, place, &original)?;
        }
    }
    let Some(digest) = plan.side(Side::New).get(name) else {
        return remove(disk, dir, plan, name, path);
    };
    let (bytes, mode) = read_staged(disk, &plan.path(dir, Side::New, name), digest)?;
    put(disk, path, &bytes, there.is_none().then_some(mode))
}

/// Removes a document, durably.
fn remove(disk: &Disk, dir: &Path, plan: &Plan, name: &str, path: &Path) -> Result<()> {
    disk.remove(path)?;
    disk.sync_dir(dir).inspect_err(|_| {
        // What is gone can't be removed again, so that its being gone could never be made durable.
        if let Some(digest) = plan.side(Side::Old).get(name) {
            let old = read_staged(disk, &plan.path(dir, Side::Old, name), digest);
            let _ = old.and_then(|(bytes, mode)| put(disk, path, &bytes, Some(mode)));
        }
    })
}

/// Replaces a document, or creates it with these permissions.
fn put(disk: &Disk, path: &Path, bytes: &[u8], mode: Option<u32>) -> Result<()> {
    let prepared = disk.prepare(path, bytes, mode)?;
    prepared.commit().map(drop).map_err(Error::replace)
}

/// The bytes of a staged file, and its permissions.
pub(crate) fn read_staged(disk: &Disk, path: &Path, digest: &Digest) -> Result<(Vec<u8>, u32)> {
    let failed = |error| Error::io(path, "read", error);
    let there = disk.fs.metadata(path).map_err(failed)?;
    let bytes = disk.fs.read(path, there.size).map_err(failed)?;
    if integrity::digest(&bytes) == *digest {
        return Ok((bytes, there.mode));
    }
    Err(damaged(path))
}

fn damaged(path: &Path) -> Error {
    let damage = Damage::new(DamageKind::Checksum, "it is not what was imported");
    let way_out = "look at `.import.a` and `.import.b`, which hold the old and the new documents";
    Error::damaged(path, damage, way_out)
}

impl<T: DeserializeOwned> Document<T> {
    /// What the document is, for a reader.
    pub(crate) fn look(&self, place: &Place) -> State<T> {
        let disk = &self.settings().disk;
        match is_pending(disk, place.dir()) {
            Ok(false) => self.inspect(place.document()),
            Ok(true) => {
                let at_once = Disk {
                    lock_wait: Wait::Never,
                    ..disk.clone()
                };
                // Who can't, or would have to wait, reads what will be there.
                let _ = finish(&at_once, place.dir());
                self.look_through(place).unwrap_or_else(State::Refused)
            }
            Err(error) => State::Refused(error),
        }
    }

    /// What the document is once the import is finished that is decided.
    fn look_through(&self, place: &Place) -> Result<State<T>> {
        let (disk, dir) = (&self.settings().disk, place.dir());
        let mut plan = Plan::pending(disk, dir)?;
        loop {
            let state = match &plan {
                Some(plan) => self.look_ahead(place, plan),
                None => return Ok(self.inspect(place.document())),
            };
            // Somebody may have finished it meanwhile, and begun another one where this was read.
            let after = Plan::pending(disk, dir)?;
            if after == plan {
                return state;
            }
            plan = after;
        }
    }

    fn look_ahead(&self, place: &Place, plan: &Plan) -> Result<State<T>> {
        let name = place.name().to_str();
        let Some(name) = name.filter(|name| plan.names().contains(name)) else {
            return Ok(self.inspect(place.document()));
        };
        let Some(digest) = plan.side(Side::New).get(name) else {
            return Ok(State::Missing);
        };
        let path = plan.path(place.dir(), Side::New, name);
        match self.inspect(&path) {
            State::Good(good) if integrity::digest(&good.bytes) == *digest => Ok(State::Good(good)),
            State::Refused(error) if !error.is_about_content() => Err(error),
            // Not as damage of the document, of which an older state could be taken for the newest.
            _ => Err(damaged(&path)),
        }
    }
}
