//! Imports that do what they should.

use persist::{BackupKind, Effect, Label, RecoveryPolicy, Wait};

use super::*;

#[test]
fn s2_43_an_import_gives_every_document_what_was_exported() {
    let world = World::new();
    let (to, before) = (world.export(), world.documents());
    world.go_on();
    let import = world.folder().import(&to).unwrap();
    let mut after = world.documents();
    assert_eq!(
        after.remove("more.json").as_deref(),
        Some(&b"[]"[..]),
        "not in the export"
    );
    assert_eq!(after, before);
    assert_eq!(import.untouched, ["more.json"]);
    assert_eq!(world.notes.load_or_default().unwrap(), ["tea"]);
}

#[test]
fn an_import_into_an_empty_folder_brings_everything() {
    let world = World::new();
    let to = world.export();
    let new = world.folder_at("new/state");
    let import = new.import(&to).unwrap();
    assert!(
        import
            .documents
            .iter()
            .all(|it| matches!(it.effect, Effect::New { .. }))
    );
    assert_eq!(
        new.documents().unwrap().collect::<Vec<_>>(),
        ["config.json", "contacts.json", "notes.json"]
    );
    for name in new.documents().unwrap() {
        let [old, new] = ["state", "new/state"].map(|dir| world.scratch.at(dir).join(&name));
        assert_eq!(fs::read(old).unwrap(), fs::read(new).unwrap());
    }
    new.undo_import().unwrap();
    assert_eq!(new.documents().unwrap().count(), 0);
}

#[test]
fn a_document_that_is_the_same_stays_as_it_is() {
    let world = World::new();
    let (to, before) = (world.export(), world.documents());
    world
        .notes
        .update(|notes| notes.push("milk".into()))
        .unwrap();
    let changed = world.documents();
    world.folder().import(&to).unwrap();
    assert_eq!(world.documents(), before);
    world.folder().undo_import().unwrap();
    assert_eq!(world.documents(), changed);
}

#[test]
fn a_preview_shows_every_change_and_makes_none() {
    let world = World::new();
    let to = world.export();
    world.go_on();
    world.scratch.write("state/contacts.json", "{ nonsense");
    let before = world.scratch.files();
    let preview = world.folder().preview_import(&to).unwrap();
    assert_eq!(world.scratch.files(), before);
    let text = preview.to_string();
    let expected = format!(
        "import of {}, exported at 2026-11-20T03:10:32.000Z
  config.json: changed, 7 to 16 bytes, 1 change
    ~ /a: 2 -> 1.5
  contacts.json: {} bytes, for a file that is set aside (not JSON: key must be a string at line 1, column 3)
  notes.json: changed, {} to {} bytes, 1 change
    - /1: \"milk\"
  more.json: not in the export, stays",
        to.display(),
        fs::metadata(to.join("contacts.json")).unwrap().len(),
        before["state/notes.json"].len(),
        before["export/notes.json"].len(),
    );
    assert_eq!(text, expected);
    assert_eq!(world.folder().import(&to).unwrap(), preview);
    let same = world.folder().preview_import(&to).unwrap();
    assert!(!same.changes_anything(), "{same}");
    assert!(same.to_string().contains("notes.json: the same"));
}

#[test]
fn s2_42_what_an_import_replaces_is_backed_up_as_each_document_says() {
    let world = World::new();
    let to = world.export();
    world.go_on();
    let (notes, contacts) = (
        fs::read(world.notes.path()).unwrap(),
        fs::read(world.contacts.path()).unwrap(),
    );
    world.folder().import(&to).unwrap();
    let newest = |backups: Vec<persist::Backup>| {
        let backup = backups.into_iter().next().unwrap();
        (backup.kind(), fs::read(backup.path()).unwrap())
    };
    assert_eq!(
        newest(world.notes.backups().unwrap()),
        (BackupKind::Dated, notes)
    );
    assert_eq!(
        newest(world.contacts.backups().unwrap()),
        (BackupKind::Single, contacts)
    );
}

#[test]
fn imports_do_not_gather_more_backups_than_a_document_keeps() {
    let world = World::new();
    let notes = Document::<Notes>::options()
        .backups(Backups::newest(2))
        .clock(noon)
        .at(world.notes.path());
    let folder = world.folder().document(&notes);
    let to = world.export();
    for number in 0..4 {
        notes
            .update(|notes| notes.push(number.to_string()))
            .unwrap();
        folder.import(&to).unwrap();
    }
    assert_eq!(notes.backups().unwrap().len(), 2);
}

#[test]
fn an_older_version_is_migrated_and_other_documents_keep_theirs() {
    let world = World::new();
    let old = Document::<Contacts>::at(world.scratch.at("old/contacts.json"));
    old.save(&[("eve".to_owned(), 1)].into()).unwrap();
    let unknown = Document::<Notes>::options().versions(Chain::new("9.7"));
    let unknown = unknown.at(world.scratch.at("old/config.json"));
    unknown.save(&vec!["x".into()]).unwrap();
    let to = world.scratch.at("export");
    world.folder_at("old").export(&to).unwrap();

    let import = world.folder().import(&to).unwrap();
    let [config, contacts] = &import.documents[..] else {
        panic!("{import}")
    };
    assert_eq!(config.version, Some(Label::from("9.7")));
    let versions = (contacts.migrated_from.clone(), contacts.version.clone());
    assert_eq!(versions, (Some(1.into()), Some(2.into())));
    assert!(
        contacts
            .to_string()
            .contains(", migrated from version 1 to 2"),
        "{contacts}"
    );
    assert!(
        world
            .scratch
            .text("state/contacts.json")
            .contains("\"version\": 2")
    );
    let loaded = world.contacts.load().unwrap().unwrap();
    assert_eq!(loaded.migrated_from, None);
    assert_eq!(
        loaded.value,
        [("eve".to_owned(), 1), ("new".to_owned(), 1)].into()
    );
    assert_eq!(
        fs::read(to.join("config.json")).unwrap(),
        fs::read(world.scratch.at("state/config.json")).unwrap()
    );
}

#[test]
fn a_damaged_document_that_is_replaced_is_set_aside() {
    let world = World::new();
    let to = world.export();
    world.scratch.write("state/notes.json", "\0\0");
    world.folder().import(&to).unwrap();
    assert_eq!(world.notes.load_or_default().unwrap(), ["tea"]);
    let [kept] = &world.scratch.named("state/notes.json.damaged-")[..] else {
        panic!("{:?}", world.scratch.names())
    };
    assert_eq!(world.scratch.text(kept), "\0\0");
}

#[test]
#[cfg(unix)]
fn nobody_reads_a_staged_content_who_may_not_read_the_document() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let world = World::new();
    let to = world.export();
    fs::set_permissions(to.join("notes.json"), fs::Permissions::from_mode(0o644)).unwrap();
    world.go_on();
    fs::set_permissions(world.notes.path(), fs::Permissions::from_mode(0o600)).unwrap();
    world.folder().import(&to).unwrap();
    for name in [
        "notes.json",
        ".import.a/new/notes.json",
        ".import.a/old/notes.json",
    ] {
        let mode = fs::metadata(world.scratch.at("state").join(name))
            .unwrap()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// "An import that nothing differs from writes nothing, and takes nobody's way back."
#[test]
fn an_import_without_a_difference_writes_nothing() {
    let world = World::new();
    let to = world.export();
    world.go_on();
    world.folder().import(&to).unwrap();
    let before = world.scratch.files();
    assert!(!world.folder().import(&to).unwrap().changes_anything());
    assert_eq!(world.scratch.files(), before);
    assert_eq!(world.folder().undo_import().unwrap().restored.len(), 3);
}

#[test]
fn an_import_waits_for_whoever_is_changing_a_document() {
    let world = World::new();
    let to = world.export();
    world.go_on();
    let before = world.scratch.files();
    let folder = world.folder().lock_wait(Wait::Never);
    let error = world
        .notes
        .try_update(|_| Err::<(), _>(folder.import(&to).unwrap_err()))
        .unwrap_err();
    assert_eq!(error.kind(), persist::ErrorKind::Busy, "{error}");
    assert_eq!(world.scratch.files(), before);
}

/// "A load and a change look once for an import that was cut off, and that is all they do more."
#[test]
fn a_load_and_a_save_look_once_for_an_import() {
    use crate::scratch::{SIM_PATH, on, sim};
    let fs = sim();
    let document = on(
        &fs,
        Document::<Notes>::options().recovery(RecoveryPolicy::Fail),
    );
    document.save(&vec![]).unwrap();
    let looks = |call: &dyn Fn()| {
        let before = fs.trace().to_string().matches("/state/.import").count();
        call();
        fs.trace().to_string().matches("/state/.import").count() - before
    };
    assert_eq!(looks(&|| drop(document.load().unwrap())), 1, "{SIM_PATH}");
    assert_eq!(looks(&|| assert!(document.save(&vec![]).is_ok())), 1);
    assert_eq!(looks(&|| document.update(Vec::clear).unwrap()), 1);
}
