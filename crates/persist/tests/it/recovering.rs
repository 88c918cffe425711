//! What becomes of a damaged document, by policy.

use std::sync::{Arc, Mutex};

use persist::{Document, ErrorKind, Options, RecoveryPolicy, Repair, Source, Wait};

use crate::scratch::{SIM_PATH, Scratch, on, scribble, sim};

fn numbers() -> Options<Vec<u64>> {
    Document::options()
}

#[test]
fn fail_leaves_everything_as_it_is() {
    let scratch = Scratch::new();
    let document = numbers().recovery(RecoveryPolicy::Fail).at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    scratch.write("notes.json", "");
    let before = scratch.files();
    for error in [
        document.load().map(drop).unwrap_err(),
        document.load_or_default().map(drop).unwrap_err(),
        document.update(|list| list.push(3)).unwrap_err(),
        document.save(&vec![3]).map(drop).unwrap_err(),
        document
            .compare_and_save(None, &vec![3])
            .map(drop)
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
    }
    assert_eq!(scratch.files(), before);
}

#[test]
fn recover_takes_the_newest_good_backup_and_says_so() {
    let scratch = Scratch::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    let document = numbers()
        .on_recovery(move |recovery| log.lock().unwrap().push(recovery.clone()))
        .at(scratch.path());
    for number in 1..=4 {
        document.save(&vec![number]).unwrap();
    }
    let backups = document.backups().unwrap();
    std::fs::write(backups[0].path(), "rotten").unwrap();
    scratch.write("notes.json", "{\"revision\": 4");

    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.value, [2]);
    assert_eq!(loaded.revision.unwrap().number(), Some(2));
    let recovery = loaded.recovery.unwrap();
    assert_eq!(recovery.source, Source::Backup(backups[1].clone()));
    assert_eq!(recovery.skipped[0].path, backups[0].path());
    assert_eq!(recovery.repair, Repair::Done);
    assert_eq!(
        std::fs::read(recovery.quarantined.as_ref().unwrap()).unwrap(),
        b"{\"revision\": 4"
    );
    let text = recovery.to_string();
    for part in [
        "was damaged (not JSON",
        "could not be used: not JSON",
        "later changes are lost",
        "is kept as",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let json = serde_json::to_value(&recovery).unwrap();
    assert_eq!(json["damage"]["kind"], "not_json");
    assert_eq!(json["source"]["backup"]["revision"], 2);
    assert_eq!(*told.lock().unwrap(), [recovery]);

    // Once repaired it is like any other.
    assert_eq!(document.load().unwrap().unwrap().recovery, None);
    document.update(|list| list.push(5)).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [2, 5]);
}

#[test]
fn recover_without_a_backup_is_an_error_with_the_report() {
    let scratch = Scratch::new();
    scratch.write("notes.json", "[1");
    let error = numbers().at(scratch.path()).load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(error.recovery().unwrap().source, Source::Nothing);
    assert_eq!(error.position().unwrap().offset, 1);
    assert_eq!(scratch.names(), ["notes.json"]);
}

#[test]
fn the_default_is_only_taken_where_that_was_said() {
    let scratch = Scratch::new();
    scratch.write("notes.json", "[1");
    let options = || numbers().recovery(RecoveryPolicy::RecoverOrDefault);
    let document = options().default_value(|| vec![9]).at(scratch.path());
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.value, [9]);
    let recovery = loaded.recovery.unwrap();
    assert_eq!(recovery.source, Source::Default);
    assert_eq!(std::fs::read(recovery.quarantined.unwrap()).unwrap(), b"[1");
    document.update(|list| list.push(1)).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [9, 1]);

    // A type without one has none here either.
    let other = Scratch::new();
    other.write("notes.json", "[1");
    let without = Options::<Vec<u64>>::without_default().recovery(RecoveryPolicy::RecoverOrDefault);
    assert_eq!(
        without.at(other.path()).load().unwrap_err().kind(),
        ErrorKind::Damaged
    );
}

#[test]
fn a_missing_file_is_not_damage() {
    let scratch = Scratch::new();
    let document = numbers()
        .recovery(RecoveryPolicy::RecoverOrDefault)
        .at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    std::fs::remove_file(scratch.path()).unwrap();
    assert!(document.load().unwrap().is_none());
    assert_eq!(document.load_or_default().unwrap(), [0; 0]);
    assert_eq!(document.backups().unwrap().len(), 1);
    document.update(|list| list.push(7)).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [7]);
}

#[test]
fn a_damaged_document_that_is_locked_is_read_from_its_backup_and_not_touched() {
    let fs = sim();
    on(&fs, numbers()).save(&vec![1]).unwrap();
    on(&fs, numbers()).save(&vec![2]).unwrap();
    scribble(&fs, SIM_PATH, b"?");
    let lock = lock::Options::new()
        .fs(fs.shared())
        .exclusive(SIM_PATH)
        .unwrap();
    let other = on(&fs.process(), numbers().lock_wait(Wait::Never));
    let loaded = other.load().unwrap().unwrap();
    assert_eq!((loaded.value, loaded.revision), (vec![1], None));
    assert!(matches!(
        loaded.recovery.unwrap().repair,
        Repair::NotDone(_)
    ));
    assert_eq!(crate::scratch::contents(&fs, SIM_PATH), b"?");
    drop(lock);
    assert_eq!(
        other.load().unwrap().unwrap().recovery.unwrap().repair,
        Repair::Done
    );
}
