//! The plan of an import, which is also the way back from it: `docs/formats/folder.md`, section 3.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use integrity::Digest;
use integrity::manifest::Manifest;

use super::is_plain_name;
use crate::damage::{Damage, DamageKind};
use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::layout::{import_plan, import_stage, import_undo};

/// More than a million documents.
const SIZE_MAX: u64 = 128 << 20;

/// One of the two folders in which imports are prepared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    #[default]
    A,
    B,
}

impl Stage {
    pub(crate) const ALL: [Self; 2] = [Self::A, Self::B];

    pub(crate) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    fn name(self) -> String {
        import_stage(match self {
            Self::A => 'a',
            Self::B => 'b',
        })
    }

    pub(crate) fn path(self, dir: &Path) -> PathBuf {
        dir.join(self.name())
    }
}

/// Which of two contents of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Old,
    New,
}

impl Side {
    pub(crate) const ALL: [Self; 2] = [Self::Old, Self::New];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// What some documents were, and what they become.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) stage: Stage,
    old: BTreeMap<String, Digest>,
    new: BTreeMap<String, Digest>,
}

impl Plan {
    pub(crate) fn new(stage: Stage) -> Self {
        Self {
            stage,
            ..Self::default()
        }
    }

    pub(crate) fn side(&self, side: Side) -> &BTreeMap<String, Digest> {
        match side {
            Side::Old => &self.old,
            Side::New => &self.new,
        }
    }

    pub(crate) fn insert(&mut self, side: Side, name: &str, digest: Digest) {
        let listed = match side {
            Side::Old => &mut self.old,
            Side::New => &mut self.new,
        };
        listed.insert(name.to_owned(), digest);
    }

    /// All names in it, sorted.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.old
            .keys()
            .chain(self.new.keys())
            .map(String::as_str)
            .collect()
    }

    /// Where one content of a document stands.
    pub(crate) fn path(&self, dir: &Path, side: Side, name: &str) -> PathBuf {
        self.stage.path(dir).join(side.name()).join(name)
    }

    /// Its text, which `sha256sum -c` checks from within the folder.
    pub(crate) fn write(&self) -> std::result::Result<String, integrity::Error> {
        let mut manifest = Manifest::new();
        for side in Side::ALL {
            for (name, digest) in self.side(side) {
                let path = format!("{}/{}/{name}", self.stage.name(), side.name());
                manifest.insert(path, *digest)?;
            }
        }
        Ok(manifest.write())
    }

    /// The import that is decided and not finished, if there is one.
    pub(crate) fn pending(disk: &Disk, dir: &Path) -> Result<Option<Self>> {
        let way_out = "an import was cut off and can't be finished; move this file and the folders \
                       `.import.a` and `.import.b`, which hold the old and the new documents, away";
        Self::read(disk, &import_plan(dir), way_out)
    }

    /// The way back, if there is one.
    pub(crate) fn undo(disk: &Disk, dir: &Path) -> Result<Option<Self>> {
        let way_out = "the last import can't be undone; remove this file";
        Self::read(disk, &import_undo(dir), way_out)
    }

    fn read(disk: &Disk, path: &Path, way_out: &str) -> Result<Option<Self>> {
        let text = match disk.fs.read(path, SIZE_MAX) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(path, "read", error)),
        };
        let plan = Self::parse(&text);
        plan.map(Some).map_err(|reason| {
            let damage = Damage::new(DamageKind::Envelope, reason);
            Error::damaged(path, damage, way_out)
        })
    }

    fn parse(text: &[u8]) -> std::result::Result<Self, String> {
        let manifest = Manifest::parse(text).map_err(|error| error.to_string())?;
        let mut stages = Stage::ALL.into_iter().filter_map(|stage| {
            let mut plan = Self::new(stage);
            let listed = manifest.iter();
            for (path, digest) in listed {
                let (side, name) = plan.entry(path)?;
                plan.insert(side, name, *digest);
            }
            Some(plan)
        });
        stages
            .next()
            .ok_or_else(|| "it names a file that is in no stage".to_owned())
    }

    fn entry<'p>(&self, path: &'p str) -> Option<(Side, &'p str)> {
        let rest = path.strip_prefix(&self.stage.name())?.strip_prefix('/')?;
        let (side, name) = rest.split_once('/')?;
        let side = Side::ALL.into_iter().find(|it| it.name() == side)?;
        // No document is called so, but the plan itself, and locks.
        let is_document = is_plain_name(name) && !name.starts_with('.');
        is_document.then_some((side, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let mut plan = Plan::new(Stage::B);
        plan.insert(Side::Old, "a.json", integrity::digest(b"1"));
        plan.insert(Side::New, "b.json", integrity::digest(b"2"));
        let text = plan.write().unwrap();
        assert!(text.contains("  .import.b/old/a.json\n"), "{text}");
        assert_eq!(Plan::parse(text.as_bytes()), Ok(plan));
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let of = |paths: &[&str]| {
            let mut manifest = Manifest::new();
            for path in paths {
                manifest.insert(*path, integrity::digest(b"1")).unwrap();
            }
            Plan::parse(manifest.write().as_bytes())
        };
        assert!(of(&[".import.a/new/a.json", ".import.a/old/a.json"]).is_ok());
        for path in [
            "a.json",
            "/a.json",
            ".import.a/a.json",
            ".import.a/both/a.json",
            ".import.a/new/",
            ".import.a/new/..",
            ".import.a/new/.import.plan",
            ".import.a/new/../../a.json",
            ".import.a/new//etc/passwd",
        ] {
            assert!(of(&[path]).is_err(), "{path}");
        }
        assert!(of(&[".import.a/new/a.json", ".import.b/old/a.json"]).is_err());
    }
}
