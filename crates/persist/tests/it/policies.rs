//! Each setting, by its effect.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

use persist::{Backups, Document, Durability, ErrorKind, Options, Wait};

use crate::scratch::{Scratch, noon, on, sim};

fn numbers() -> Options<Vec<u64>> {
    Document::options()
}

#[test]
fn where_there_is_no_default_a_new_document_must_be_saved_first() {
    let scratch = Scratch::new();
    let document = Options::<u64>::without_default().at(scratch.path());
    assert_eq!(
        document.load_or_default().unwrap_err().kind(),
        ErrorKind::Missing
    );
    assert_eq!(
        document.update(|number| *number += 1).unwrap_err().kind(),
        ErrorKind::Missing
    );
    document.save(&1).unwrap();
    document.update(|number| *number += 1).unwrap();
    assert_eq!(document.load_or_default().unwrap(), 2);
}

#[test]
fn a_change_that_fails_or_panics_writes_nothing() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    let before = scratch.files();
    let refused: Result<(), Box<dyn std::error::Error>> = document.try_update(|list| {
        list.clear();
        Err("no".into())
    });
    assert_eq!(refused.unwrap_err().to_string(), "no");
    let panics = AssertUnwindSafe(|| {
        document.update(|list| {
            list.clear();
            panic!("in the middle");
        })
    });
    let panicked = std::panic::catch_unwind(panics);
    assert!(panicked.is_err());
    assert_eq!(scratch.files(), before);
    document.update(|list| list.push(2)).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [1, 2]);
}

#[test]
fn rules_are_checked_by_loads_and_before_saves() {
    let scratch = Scratch::new();
    let sorted = |list: &Vec<u64>| {
        list.is_sorted()
            .then_some(())
            .ok_or("not sorted".to_owned())
    };
    let document = numbers().validate(sorted).at(scratch.path());
    document.save(&vec![1, 2]).unwrap();
    let error = document.update(|list| list.push(0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(
        error
            .to_string()
            .ends_with("the value is not valid: not sorted"),
        "{error}"
    );
    assert_eq!(document.load_or_default().unwrap(), [1, 2]);

    // Sealed, so it is what somebody saved: it is not taken for damage.
    numbers().at(scratch.path()).save(&vec![2, 1]).unwrap();
    assert_eq!(document.load().unwrap_err().kind(), ErrorKind::Invalid);
    // Not sealed, so nobody knows: a backup is better.
    scratch.write("notes.json", "[2, 1]");
    assert_eq!(document.load().unwrap().unwrap().value, [1, 2]);
}

#[test]
fn a_sealed_value_of_another_type_is_an_error_with_its_place() {
    let scratch = Scratch::new();
    Document::<Vec<String>>::at(scratch.path())
        .save(&vec!["x".into()])
        .unwrap();
    let error = numbers().at(scratch.path()).load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Type);
    let position = error.position().unwrap();
    assert_eq!((position.line, position.column), (7, 7), "{error}");
    assert!(
        error
            .to_string()
            .contains("invalid type: string \"x\", expected u64 at line 7, column 7"),
        "{error}"
    );
}

#[test]
fn backups_are_kept_as_the_setting_says() {
    for (backups, expected) in [
        (Backups::Off, vec!["notes.json"]),
        (Backups::Single, vec!["notes.json", "notes.json.bak"]),
        (
            Backups::newest(2),
            vec![
                "backups/notes_20261120_031032_2.json",
                "backups/notes_20261120_031032_3.json",
                "notes.json",
            ],
        ),
        (
            Backups::newest(0),
            vec!["backups/notes_20261120_031032_3.json", "notes.json"],
        ),
    ] {
        let scratch = Scratch::new();
        let document = numbers().backups(backups).clock(noon).at(scratch.path());
        for number in 1..=4 {
            document.save(&vec![number]).unwrap();
        }
        assert_eq!(scratch.names(), expected);
        let newest = document.backups().unwrap().into_iter().next();
        if let Some(newest) = newest {
            assert_eq!(numbers().at(newest.path()).load_or_default().unwrap(), [3]);
        }
    }
}

#[test]
fn a_busy_document_is_waited_for_as_long_as_the_setting_says() {
    let scratch = Scratch::new();
    for wait in [Wait::Never, Wait::UpTo(Duration::from_millis(1))] {
        let document = numbers().lock_wait(wait).at(scratch.path());
        document.save(&vec![1]).unwrap();
        let inner = document.clone();
        let error = document
            .update(move |_| inner.save(&vec![2]).unwrap_err())
            .unwrap();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
        assert!(error.to_string().contains("(this process)"), "{error}");
        assert_eq!(
            document.load_or_default().unwrap(),
            [1],
            "reading takes no lock"
        );
    }
}

#[test]
fn an_atomic_save_syncs_nothing_and_a_durable_one_thrice() {
    let syncs = |durability| {
        let fs = sim();
        let document = on(&fs, numbers().durability(durability));
        document.save(&vec![1]).unwrap();
        document.save(&vec![2]).unwrap();
        let before = fs.trace().to_string().matches(" sync_").count();
        document.save(&vec![3]).unwrap();
        fs.trace().to_string().matches(" sync_").count() - before
    };
    assert_eq!(syncs(Durability::Atomic), 0);
    // The new file, its directory, and the directory of the backups.
    assert_eq!(syncs(Durability::Durable), 3);
}

#[test]
fn a_file_beyond_the_limit_is_neither_read_nor_written() {
    let scratch = Scratch::new();
    let document = numbers().size_limit(300).at(scratch.path());
    document.save(&vec![1]).unwrap();
    assert_eq!(
        document.save(&vec![u64::MAX; 20]).unwrap_err().kind(),
        ErrorKind::TooLarge
    );
    numbers()
        .at(scratch.path())
        .save(&vec![u64::MAX; 20])
        .unwrap();
    for error in [
        document.load().map(drop).unwrap_err(),
        document.save(&vec![1]).map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    }
    // A small file that is not small inside.
    let zipped = Document::<String>::options()
        .compression(persist::Codec::Gzip)
        .at(scratch.at("z.json"));
    zipped.save(&"x".repeat(1 << 20)).unwrap();
    let error = Document::<String>::options()
        .size_limit(1 << 19)
        .at(scratch.at("z.json"))
        .load()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[test]
fn time_goes_on_whatever_the_clock_says() {
    let scratch = Scratch::new();
    let late: fn() -> SystemTime = || noon() + Duration::from_secs(3600);
    let mut times = Vec::new();
    for clock in [late, noon, noon] {
        let document = numbers().clock(clock).at(scratch.path());
        document.save(&vec![]).unwrap();
        times.push(document.load().unwrap().unwrap().updated.unwrap());
    }
    assert_eq!(times[0], late());
    assert_eq!(
        times[1..],
        [
            late() + Duration::from_millis(1),
            late() + Duration::from_millis(2)
        ]
    );
    // And the names of backups with it.
    assert_eq!(
        scratch.named("backups/"),
        [
            "backups/notes_20261120_031032_1.json",
            "backups/notes_20261120_031032_2.json"
        ]
    );
}

#[test]
fn revisions_tell_every_change_in_every_layout() {
    for layout in [persist::Layout::Wrapped, persist::Layout::Bare] {
        let scratch = Scratch::new();
        let document = numbers().layout(layout).at(scratch.path());
        let first = document.compare_and_save(None, &vec![1]).unwrap();
        assert_eq!(
            document
                .compare_and_save(None, &vec![2])
                .unwrap_err()
                .kind(),
            ErrorKind::Conflict
        );
        let second = document.compare_and_save(&first, &vec![2]).unwrap();
        let error = document.compare_and_save(&first, &vec![3]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        let loaded = document.load().unwrap().unwrap();
        assert_eq!((loaded.value, loaded.revision), (vec![2], Some(second)));
        document
            .compare_and_save(&loaded.revision, &vec![3])
            .unwrap();
        std::fs::remove_file(scratch.path()).unwrap();
        assert_eq!(
            document
                .compare_and_save(&second, &vec![4])
                .unwrap_err()
                .kind(),
            ErrorKind::Conflict
        );
    }
}

#[test]
fn a_document_is_shared_between_threads_whatever_its_type() {
    fn is_shared<D: Send + Sync + Clone + std::fmt::Debug>() {}
    is_shared::<Document<std::cell::Cell<u8>>>();
    is_shared::<Document<std::rc::Rc<u8>>>();
}
