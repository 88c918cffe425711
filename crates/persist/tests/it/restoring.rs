//! Going back to a backup, and taking that back.

use std::fs;

use persist::{BackupKind, Backups, Document, ErrorKind, Options, RecoveryPolicy};

use crate::scratch::{Scratch, noon};

fn numbers() -> Options<Vec<u64>> {
    Document::options().clock(noon)
}

#[test]
fn the_newest_is_the_newest_also_after_going_back() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    for number in 1..=5 {
        document.save(&vec![number]).unwrap();
    }
    let first = document
        .backups()
        .unwrap()
        .into_iter()
        .rfind(|b| b.kind() == BackupKind::Dated)
        .unwrap();
    document.restore(&first).unwrap();
    document.save(&vec![6]).unwrap();
    scratch.write("notes.json", "");
    assert_eq!(
        document.load().unwrap().unwrap().value,
        [1],
        "what was there before 6, not before that"
    );
}

#[test]
fn a_restore_can_be_undone_and_done_again() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    assert_eq!(
        document.undo_restore().unwrap_err().kind(),
        ErrorKind::NothingToUndo
    );
    let backup = document.backups().unwrap().remove(0);
    let before = fs::read(backup.path()).unwrap();

    let revision = document.restore(&backup).unwrap();
    assert_eq!(fs::read(scratch.path()).unwrap(), before, "byte for byte");
    assert_eq!(document.load().unwrap().unwrap().revision, Some(revision));
    let listed = document.backups().unwrap();
    let aside = listed
        .iter()
        .find(|backup| backup.kind() == BackupKind::BeforeRestore)
        .unwrap();
    for expected in [2, 1, 2] {
        document.undo_restore().unwrap();
        assert_eq!(document.load_or_default().unwrap(), [expected]);
    }
    // To restore what was restored over is the same.
    document.restore(aside).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [1]);
}

#[test]
fn s0_48_s0_50_s2_31_d7_d26_a_restore_checks_first_and_changes_nothing_if_it_can_not() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    for number in 1..=3 {
        document.save(&vec![number]).unwrap();
    }
    let backups = document.backups().unwrap();
    fs::write(backups[0].path(), "rotten").unwrap();
    fs::remove_file(backups[1].path()).unwrap();
    let before = scratch.files();
    let error = document.restore(&backups[0]).unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Damaged, backups[0].path())
    );
    let error = document.restore(backups[1].path()).unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Missing, backups[1].path())
    );
    let message = format!("backup not found: {}", backups[1].path().display());
    assert!(error.to_string().starts_with(&message), "{error}");
    assert_eq!(scratch.files(), before);
}

#[test]
fn a_restore_over_damage_sets_it_aside_and_has_nothing_to_undo() {
    let scratch = Scratch::new();
    let document = numbers().recovery(RecoveryPolicy::Fail).at(scratch.path());
    for number in 1..=3 {
        document.save(&vec![number]).unwrap();
    }
    let backups = document.backups().unwrap();
    document.restore(&backups[1]).unwrap();
    scratch.write("notes.json", "?");
    document.restore(&backups[0]).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [2]);
    assert_eq!(
        document.undo_restore().unwrap_err().kind(),
        ErrorKind::NothingToUndo
    );
    let kept = scratch.named("notes.json.damaged-");
    assert_eq!(kept.len(), 1);
    assert_eq!(scratch.text(&kept[0]), "?");
}

#[test]
fn s2_30_any_good_file_can_be_restored_also_what_was_restored_over() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    let elsewhere = scratch.at("copy on a stick.json");
    fs::copy(scratch.path(), &elsewhere).unwrap();
    document.save(&vec![2]).unwrap();
    document.restore(&elsewhere).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [1]);

    // By another spelling: what it holds must not be written over before it is in place.
    fs::create_dir_all(scratch.at("x")).unwrap();
    let aside = scratch.at("x/../notes.json.before-restore");
    for expected in [2, 1] {
        document.restore(&aside).unwrap();
        assert_eq!(document.load_or_default().unwrap(), [expected]);
        let other = numbers().at(&aside).load_or_default().unwrap();
        assert_eq!(other, [3 - expected], "it is an undo");
    }
}

#[test]
fn a_single_copy_is_not_lost_by_restoring_it() {
    let scratch = Scratch::new();
    let document = numbers().backups(Backups::Single).at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    let single = document.backups().unwrap().remove(0);
    for expected in [1, 2, 1] {
        if expected == 2 {
            document.undo_restore().unwrap();
        } else {
            document.restore(&single).unwrap();
        }
        assert_eq!(document.load_or_default().unwrap(), [expected]);
        assert_eq!(numbers().at(&single).load_or_default().unwrap(), [1]);
    }
}

#[cfg(unix)]
#[test]
fn who_may_not_read_the_document_may_not_read_its_copies() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let document = |policy| numbers().backups(policy).at(scratch.path());
    document(Backups::Off).save(&vec![1]).unwrap();
    fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o600)).unwrap();
    for policy in [Backups::Single, Backups::default()] {
        document(policy).backup().unwrap();
        document(policy).save(&vec![2]).unwrap();
    }
    let backup = document(Backups::Off).backups().unwrap().remove(0);
    document(Backups::Off).restore(&backup).unwrap();
    let newer = persist::Chain::new(1).step(2, |_| Ok(()));
    numbers()
        .versions(newer)
        .at(scratch.path())
        .save(&vec![3])
        .unwrap();
    scratch.write("notes.json", "?");
    document(Backups::Off).load().unwrap();
    document(Backups::Off).restore(&backup).unwrap();
    fs::remove_file(scratch.path()).unwrap();
    for _ in 0..2 {
        document(Backups::Off).restore(&backup).unwrap();
    }

    let names = scratch.names();
    assert_eq!(names.len(), 6, "{names:?}");
    for name in names {
        let mode = fs::metadata(scratch.at(&name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
