//! Taking over an export, and going back: `docs/formats/folder.md`, section 3.

use super::Folder;
use super::finish::read_staged;
use super::locked::{Documents, Locked, Member};
use super::plan::{Plan, Side};
use super::report::{Import, ImportedDocument, Undone};
use super::source::Source;
use super::staging::Staging;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::import_undo;

/// What an import of this export does. Reads everything, changes nothing.
pub(super) fn examine(folder: &Folder, source: &Source<'_>) -> Result<Import> {
    let mut import = Import::new(source.dir(), source.exported());
    let names = source.names();
    for name in &names {
        let known = folder.known(name);
        let bytes = source.read(name, known.size_limit())?;
        let taken = known.take(&source.path(name), bytes)?;
        import.documents.push(ImportedDocument {
            name: (*name).to_owned(),
            effect: known.effect(folder.place(name)?.document(), &taken.bytes)?,
            version: taken.version,
            migrated_from: taken.migrated_from,
        });
    }
    let mut others = folder.list()?;
    others.retain(|name| !names.contains(name.as_str()));
    import.untouched = others;
    Ok(import)
}

pub(super) fn import(folder: &Folder, source: &Source<'_>) -> Result<Import> {
    let locked = Locked::new(&folder.disk, &folder.dir)?;
    let documents = locked.documents(source.names())?;
    let import = examine(folder, source)?;
    if !import.changes_anything() {
        return Ok(import);
    }
    let mut staging = Staging::begin(&locked)?;
    let changes = |name: &str| import.changed().any(|document| document.name == name);
    for member in documents.iter().filter(|member| changes(&member.name)) {
        let (name, known) = (&member.name, folder.known(&member.name));
        let bytes = source.read(name, known.size_limit())?;
        let taken = known.take(&source.path(name), bytes)?;
        staging.put(member, &taken.bytes, source.mode(name)?)?;
    }
    secure(folder, &mut staging, &documents, changes)?;
    staging.finish(&documents)?;
    Ok(import)
}

pub(super) fn undo(folder: &Folder) -> Result<Undone> {
    let (disk, dir) = (&folder.disk, &folder.dir);
    let locked = Locked::new(disk, dir)?;
    let Some(back) = Plan::undo(disk, dir)? else {
        let path = import_undo(dir);
        let message = format!("nothing was imported into {}", dir.display());
        return Err(Error::new(ErrorKind::NothingToUndo, &path, message));
    };
    let documents = locked.documents(back.names())?;
    let mut staging = Staging::begin(&locked)?;
    let mut undone = Undone::default();
    for member in documents.iter() {
        let name = &member.name;
        let Some(digest) = back.side(Side::Old).get(name) else {
            undone.removed.push(name.clone());
            continue;
        };
        let (bytes, mode) = read_staged(disk, &back.path(dir, Side::Old, name), digest)?;
        staging.put(member, &bytes, mode)?;
        undone.restored.push(name.clone());
    }
    secure(folder, &mut staging, &documents, |_| true)?;
    for Member { name, .. } in documents.iter() {
        let [then, now] = [back.side(Side::New), staging.plan.side(Side::Old)];
        if then.get(name) != now.get(name) {
            undone.changed_since.push(name.clone());
        }
    }
    staging.finish(&documents)?;
    Ok(undone)
}

fn secure<'l>(
    folder: &Folder,
    staging: &mut Staging<'l>,
    documents: &'l Documents,
    concerns: impl Fn(&str) -> bool,
) -> Result<()> {
    let mut members = documents.iter().filter(|member| concerns(&member.name));
    members.try_for_each(|member| staging.secure(folder.known(&member.name), member))
}
