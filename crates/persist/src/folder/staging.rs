//! Preparing an import or an undo, up to the moment that decides it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use atomic_io::OnDisk;

use super::finish::carry_out;
use super::known::Known;
use super::locked::{Documents, Locked, Member};
use super::plan::{Plan, Side, Stage};
use super::tree;
use crate::backup::dated::Added;
use crate::error::{Error, Result};
use crate::layout::import_plan;

/// A stage that is being filled. Unless it is [finished](Self::finish) nothing has happened.
#[derive(Debug)]
pub(crate) struct Staging<'l> {
    locked: &'l Locked<'l>,
    pub(crate) plan: Plan,
    backups: Vec<Backed<'l>>,
    is_decided: bool,
}

/// A backup that may drive out others.
#[derive(Debug)]
struct Backed<'l> {
    known: Arc<dyn Known>,
    member: &'l Member,
    added: Added,
}

impl<'l> Staging<'l> {
    /// Creates the stage that the way back does not need.
    pub(crate) fn begin(locked: &'l Locked<'l>) -> Result<Self> {
        let (disk, dir) = (locked.disk, locked.dir);
        let undo = Plan::undo(disk, dir)?;
        let stage = undo.map_or(Stage::default(), |undo| undo.stage.other());
        tree::remove(disk, &stage.path(dir))?;
        let staging = Self {
            locked,
            plan: Plan::new(stage),
            backups: Vec::new(),
            is_decided: false,
        };
        for side in Side::ALL {
            let folder = stage.path(dir).join(side.name());
            let made = disk.fs.create_dir_all(&folder);
            made.map_err(|error| Error::io(&folder, "create", error))?;
        }
        Ok(staging)
    }

    /// Writes what a document becomes. Nobody may read it who may not read what it replaces, or what it
    /// was made of (`mode`).
    pub(crate) fn put(&mut self, member: &Member, bytes: &[u8], mode: u32) -> Result<()> {
        let (disk, path) = (self.locked.disk, member.place.document());
        let there = disk.fs.find(path);
        let there = there.map_err(|error| Error::io(path, "look at", error))?;
        let mode = there.map_or(mode, |there| there.mode);
        disk.copy(&self.path(Side::New, &member.name), bytes, mode)?;
        let digest = integrity::digest(bytes);
        self.plan.insert(Side::New, &member.name, digest);
        Ok(())
    }

    /// Keeps what a document is.
    pub(crate) fn secure(&mut self, known: Arc<dyn Known>, member: &'l Member) -> Result<()> {
        let second = self.path(Side::Old, &member.name);
        if let Some(secured) = known.secure(member, &second)? {
            self.plan.insert(Side::Old, &member.name, secured.digest);
            self.backups.extend(secured.added.map(|added| Backed {
                known,
                member,
                added,
            }));
        }
        Ok(())
    }

    /// Decides, and carries it out.
    pub(crate) fn finish(mut self, documents: &Documents) -> Result<()> {
        let (disk, dir) = (self.locked.disk, self.locked.dir);
        let path = import_plan(dir);
        let text = self.plan.write();
        let text = text.map_err(|error| Error::unwritable(&path, error))?;
        if let Err(error) = disk.replace(&path, text.as_bytes()) {
            self.is_decided = error.on_disk() != OnDisk::Unchanged;
            return Err(error);
        }
        self.is_decided = true;
        carry_out(disk, dir, &self.plan, documents)
            .map_err(|error| error.after("it is decided, and will be finished later"))?;
        for backed in self.backups.drain(..) {
            backed.known.prune_after(backed.member, backed.added);
        }
        Ok(())
    }

    fn path(&self, side: Side, name: &str) -> PathBuf {
        self.plan.path(self.locked.dir, side, name)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        if !self.is_decided {
            // Left over if it fails: the next import begins with it.
            let stage: &Path = &self.plan.stage.path(self.locked.dir);
            let _ = tree::remove(self.locked.disk, stage);
        }
    }
}
