//! Copies that stay for good.

use std::fs;

use persist::{Backup, Backups, Document, ErrorKind, Naming, Retention};

use super::{numbers, values};
use crate::scratch::Scratch;

const NAMINGS: [Naming; 2] = [Naming::Folder, Naming::Beside];

/// One copy at most, and no bytes for it.
fn narrow(scratch: &Scratch, naming: Naming) -> Document<Vec<u64>> {
    let retention = Retention::newest(1).max_total_size(0);
    let backups = Backups::Dated { naming, retention };
    numbers().backups(backups).at(scratch.path())
}

fn pinned(document: &Document<Vec<u64>>) -> Vec<Backup> {
    let mut backups = document.backups().unwrap();
    backups.retain(Backup::is_pinned);
    backups
}

#[test]
fn a_pinned_copy_stays_until_it_is_unpinned() {
    for naming in NAMINGS {
        let scratch = Scratch::new();
        let document = narrow(&scratch, naming);
        document.save(&vec![1]).unwrap();
        let copy = document.pin(&document.backup().unwrap()).unwrap();
        let name = copy.path().to_str().unwrap();
        assert!(
            copy.is_pinned() && name.contains("20261120_031032_1_pinned."),
            "{name}"
        );
        for number in 2..=5 {
            document.save(&vec![number]).unwrap();
        }
        assert_eq!(values(&document.backups().unwrap()), [4, 1]);
        assert_eq!(pinned(&document), std::slice::from_ref(&copy));
        document.restore(&copy).unwrap();
        assert_eq!(document.load_or_default().unwrap(), [1]);

        let copy = document.unpin(&copy).unwrap();
        assert!(!copy.is_pinned());
        document.save(&vec![6]).unwrap();
        assert_eq!(
            values(&document.backups().unwrap())[..1],
            [1],
            "what was there before 6"
        );
        assert!(!copy.path().exists());
    }
}

#[test]
fn a_pinned_copy_takes_no_place_of_others() {
    let scratch = Scratch::new();
    let document = numbers().backups(Backups::newest(2)).at(scratch.path());
    for number in 1..=3 {
        document.save(&vec![number]).unwrap();
        document.pin(&document.backup().unwrap()).unwrap();
    }
    for number in 4..=7 {
        document.save(&vec![number]).unwrap();
    }
    assert_eq!(values(&document.backups().unwrap()), [6, 5, 3, 2, 1]);
}

#[test]
fn a_pin_is_a_name_that_anybody_can_give_and_copy() {
    for naming in NAMINGS {
        let scratch = Scratch::new();
        let document = narrow(&scratch, naming);
        document.save(&vec![1]).unwrap();
        document.save(&vec![2]).unwrap();
        let copy = document.backups().unwrap().remove(0);
        let name = copy.path().to_str().unwrap().replace("_1.", "_1_pinned.");
        fs::rename(copy.path(), &name).unwrap();
        let elsewhere = Scratch::new();
        for (path, bytes) in scratch.files() {
            fs::create_dir_all(elsewhere.at(&path).parent().unwrap()).unwrap();
            elsewhere.write(&path, bytes);
        }
        let document = narrow(&elsewhere, naming);
        document.save(&vec![3]).unwrap();
        document.save(&vec![4]).unwrap();
        assert_eq!(values(&document.backups().unwrap()), [3, 1]);
        assert_eq!(values(&pinned(&document)), [1]);
    }
}

#[test]
fn to_pin_again_or_by_an_old_name_is_the_same() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    let old = document.backup().unwrap();
    let new = document.pin(&old).unwrap();
    assert_eq!(document.pin(&old).unwrap(), new);
    assert_eq!(document.pin(&new).unwrap(), new);
    assert_eq!(values(&pinned(&document)), [1]);
    assert_eq!(document.unpin(&old).unwrap(), old);
    assert_eq!(document.unpin(&new).unwrap(), old);

    fs::remove_file(old.path()).unwrap();
    let error = document.pin(&old).unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Missing, old.path())
    );
}

#[test]
fn a_name_that_another_copy_has_is_not_taken_from_it() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    let copy = document.backup().unwrap();
    let name = "backups/notes_20261120_031032_1_pinned.json";
    scratch.write(name, "[2]");
    let before = scratch.files();
    let error = document.pin(&copy).unwrap_err();
    assert_eq!(error.path(), scratch.at(name));
    assert_eq!(scratch.files(), before);

    // The same bytes under both names are what a crash has left of a pin.
    fs::copy(copy.path(), scratch.at(name)).unwrap();
    document.pin(&copy).unwrap();
    assert_eq!(scratch.names(), [name, "notes.json"]);
}

#[test]
fn only_dated_copies_of_this_document_can_be_pinned() {
    let scratch = Scratch::new();
    let single = numbers().backups(Backups::Single).at(scratch.path());
    single.save(&vec![1]).unwrap();
    let other = numbers().at(scratch.at("other.json"));
    other.save(&vec![1]).unwrap();
    for copy in [single.backup().unwrap(), other.backup().unwrap()] {
        let before = scratch.files();
        let error = single.pin(&copy).unwrap_err();
        assert_eq!(
            (error.kind(), error.path()),
            (ErrorKind::InvalidPath, copy.path())
        );
        assert_eq!(scratch.files(), before);
    }
}
