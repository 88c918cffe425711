//! The way back.

use persist::ErrorKind;

use super::*;

#[test]
fn an_undo_brings_every_byte_back() {
    let world = World::new();
    let to = world.export();
    fs::remove_file(world.notes.path()).unwrap();
    world.go_on();
    fs::remove_file(world.notes.path()).unwrap();
    world.scratch.write("state/contacts.json", "damaged");
    let before = world.documents();
    world.folder().import(&to).unwrap();
    let imported = world.documents();
    assert_ne!(imported, before);

    let undone = world.folder().undo_import().unwrap();
    assert_eq!(world.documents(), before);
    assert_eq!(undone.restored, ["config.json", "contacts.json"]);
    assert_eq!(undone.removed, ["notes.json"]);
    assert!(undone.changed_since.is_empty());

    world.folder().undo_import().unwrap();
    assert_eq!(world.documents(), imported, "done again, it imports again");
}

#[test]
fn an_undo_says_what_was_changed_since_and_keeps_it() {
    let world = World::new();
    let to = world.export();
    world.go_on();
    let before = world.documents();
    world.folder().import(&to).unwrap();
    world
        .notes
        .update(|notes| notes.push("after".into()))
        .unwrap();
    let changed = world.documents();

    let undone = world.folder().undo_import().unwrap();
    assert_eq!(undone.changed_since, ["notes.json"]);
    assert_eq!(world.documents(), before);
    world.folder().undo_import().unwrap();
    assert_eq!(world.documents(), changed);
}

#[test]
fn there_is_nothing_to_undo_where_nothing_was_imported() {
    let world = World::new();
    let before = world.scratch.files();
    let error = world.folder().undo_import().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NothingToUndo);
    assert_eq!(world.scratch.files(), before);
}

#[test]
fn only_the_last_import_has_a_way_back_and_it_leaves_one_stage() {
    let world = World::new();
    let to = world.export();
    for _ in 0..3 {
        world.go_on();
        world.folder().import(&to).unwrap();
    }
    let stages = world.scratch.named("state/.import.").into_iter();
    let mut stages: Vec<String> = stages
        .filter_map(|name| Some(name.split('/').nth(1)?.into()))
        .collect();
    stages.dedup();
    assert_eq!(stages, [".import.a", ".import.undo"]);
    assert_eq!(world.folder().sweep().unwrap(), Vec::<PathBuf>::new());
}

/// "A way back that was damaged is refused, and nothing is touched."
#[test]
fn a_damaged_way_back_is_refused() {
    for (name, bytes) in [
        (".import.undo", "nonsense"),
        (".import.a/old/notes.json", "[]"),
    ] {
        let world = World::new();
        let to = world.export();
        world.go_on();
        world.folder().import(&to).unwrap();
        world.scratch.write(&format!("state/{name}"), bytes);
        let before = world.scratch.files();
        let error = world.folder().undo_import().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
        assert_eq!(world.scratch.files(), before);
    }
}

/// "An import that was cut off is finished by whoever comes next, and what a careless program wrote in
/// between is set aside."
#[test]
fn what_was_written_past_the_locks_is_kept() {
    let world = World::new();
    let to = world.export();
    world.go_on();
    world.folder().import(&to).unwrap();
    let imported = world.documents();
    // As it was before the last step.
    let [plan, undo] =
        [".import.plan", ".import.undo"].map(|name| world.scratch.at("state").join(name));
    fs::rename(undo, plan).unwrap();
    world.scratch.write("state/config.json", "by hand");
    assert_eq!(world.notes.load_or_default().unwrap(), ["tea"]);
    assert_eq!(world.documents(), imported);
    let [kept] = &world.scratch.named("state/config.json.damaged-")[..] else {
        panic!("{:?}", world.scratch.names())
    };
    assert_eq!(world.scratch.text(kept), "by hand");
}

/// "A plan that can't be carried out stops whoever asks, and says what to do."
#[test]
fn a_damaged_plan_or_stage_is_an_error_for_everybody() {
    for (name, bytes) in [
        (".import.plan", "nonsense"),
        (".import.a/new/notes.json", "[]"),
    ] {
        let world = World::new();
        let to = world.export();
        world.go_on();
        world.folder().import(&to).unwrap();
        let [plan, undo] =
            [".import.plan", ".import.undo"].map(|name| world.scratch.at("state").join(name));
        fs::rename(undo, plan).unwrap();
        world.scratch.write(&format!("state/{name}"), bytes);
        let kinds = [
            world.notes.load().map(drop).unwrap_err(),
            world.notes.save(&vec![]).map(drop).unwrap_err(),
            world.folder().import(&to).map(drop).unwrap_err(),
        ];
        for error in kinds {
            assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
            assert!(error.to_string().contains("`.import.a`"), "{error}");
        }
    }
}
