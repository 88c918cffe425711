//! Copies: their names, how many there are, and going back to them.

mod clock;
mod naming;
mod pins;
mod retention;

use std::collections::BTreeSet;
use std::fs;

use crash_sim::Device;
use persist::{
    Backup, BackupKind, Backups, Document, ErrorKind, Health, Layout, Options, RecoveryPolicy,
    Source,
};

use crate::scratch::{SIM_PATH, Scratch, noon, on, scribble, sim_on};

fn numbers() -> Options<Vec<u64>> {
    Document::options().clock(noon)
}

fn keeping(keep: usize) -> Options<Vec<u64>> {
    numbers().backups(Backups::newest(keep))
}

fn values(backups: &[Backup]) -> Vec<u64> {
    let value = |backup: &Backup| numbers().at(backup.path()).load_or_default().unwrap()[0];
    backups.iter().map(value).collect()
}

#[test]
fn s2_8_s2_35_a_name_tells_time_and_revision_and_belongs_to_one_document() {
    let scratch = Scratch::new();
    let names = [
        "notes.json",
        "notes_old.json",
        "notes.csv",
        "notes",
        "notes_20261120_031032_1.json",
    ];
    for name in names {
        let document = numbers().at(scratch.at(name));
        document.save(&vec![1]).unwrap();
        document.save(&vec![2]).unwrap();
    }
    scratch.write("backups/notes_20261120_031032_x.json", "[]");
    scratch.write("backups/notes_20261399_031032_1.json", "[]");
    scratch.write("backups/notes_20261120_031032_1.json.txt", "[]");
    for name in names {
        let backups = numbers().at(scratch.at(name)).backups().unwrap();
        assert_eq!(backups.len(), 1, "{name}: {backups:?}");
        assert_eq!(
            (backups[0].revision(), backups[0].taken()),
            (Some(1), Some(noon()))
        );
        assert_eq!(
            backups[0].size(),
            fs::metadata(backups[0].path()).unwrap().len()
        );
    }
}

#[test]
fn names_that_other_programs_gave_are_read() {
    let scratch = Scratch::new();
    scratch.write("notes.json", "?");
    fs::create_dir(scratch.at("backups")).unwrap();
    scratch.write("backups/notes_20250101_000000.json", "[1]");
    scratch.write("backups/notes_20250101_000001.json", "[2]");
    let document = numbers().at(scratch.path());
    let loaded = document.load().unwrap().unwrap();
    assert_eq!(loaded.value, [2]);
    document.save(&vec![3]).unwrap();
    assert_eq!(
        values(&document.backups().unwrap()),
        [2, 1],
        "the repaired file is its own newest backup"
    );
}

#[test]
fn copies_of_one_second_all_survive_in_their_order() {
    for layout in [Layout::Wrapped, Layout::Bare] {
        let scratch = Scratch::new();
        let document = numbers().layout(layout).at(scratch.path());
        for number in 1..=6 {
            document.save(&vec![number]).unwrap();
            if number % 2 == 0 {
                document.backup().unwrap();
            }
        }
        let backups = document.backups().unwrap();
        let paths: BTreeSet<_> = backups.iter().map(Backup::path).collect();
        assert_eq!(paths.len(), backups.len());
        let mut expected = values(&backups);
        assert_eq!(expected[0], 6);
        expected.dedup();
        assert_eq!(expected, [6, 5, 4, 3, 2, 1]);
    }
}

#[test]
fn s2_29_a_copy_that_does_not_verify_never_evicts_one_that_does() {
    let scratch = Scratch::new();
    let document = keeping(2).at(scratch.path());
    for number in 1..=3 {
        document.save(&vec![number]).unwrap();
    }
    // Newer than every good one, as a clock that was wrong once would leave them.
    for number in 0..5 {
        scratch.write(
            &format!("backups/notes_20991231_000000_{number}.json"),
            "rotten",
        );
    }
    for number in 4..=6 {
        keeping(2).at(scratch.path()).save(&vec![number]).unwrap();
    }
    let backups = document.backups().unwrap();
    let good = |backup: &&Backup| fs::read(backup.path()).unwrap() != b"rotten";
    let good: Vec<Backup> = backups.iter().filter(good).cloned().collect();
    assert_eq!(values(&good), [5, 4]);
    scratch.write("notes.json", "");
    assert_eq!(document.load().unwrap().unwrap().value, [5]);
}

#[test]
fn a_backup_that_rots_later_is_noticed_when_it_is_counted_again() {
    let scratch = Scratch::new();
    let document = keeping(2).at(scratch.path());
    for number in 1..=3 {
        document.save(&vec![number]).unwrap();
    }
    let newest = document.backups().unwrap().remove(0);
    fs::write(newest.path(), "rot").unwrap();
    document.save(&vec![4]).unwrap();
    let health: Vec<_> = document
        .verify()
        .unwrap()
        .backups
        .into_iter()
        .map(|(_, health)| health)
        .collect();
    assert_eq!(
        health
            .iter()
            .filter(|health| matches!(health, Health::Good { .. }))
            .count(),
        2,
        "{health:?}"
    );
}

#[test]
fn a_backup_on_demand_is_a_copy_of_its_own() {
    for policy in [Backups::Off, Backups::Single, Backups::default()] {
        let scratch = Scratch::new();
        let document = numbers().backups(policy).at(scratch.path());
        assert_eq!(document.backup().unwrap_err().kind(), ErrorKind::Missing);
        document.save(&vec![1]).unwrap();
        let backup = document.backup().unwrap();
        assert_eq!(
            document.backups().unwrap()[..],
            std::slice::from_ref(&backup)[..]
        );
        // In place, as a careless program does it: a second name would follow.
        scratch.write("notes.json", "");
        assert_eq!(values(&[backup]), [1]);
        assert_eq!(document.load_or_default().unwrap(), [1]);
    }
}

#[test]
fn s0_44_s0_47_s1_31_d16_what_is_damaged_or_missing_is_not_backed_up() {
    let scratch = Scratch::new();
    let document = numbers()
        .recovery(RecoveryPolicy::Fail)
        .backups(Backups::Single)
        .at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    scratch.write("notes.json", "");
    assert_eq!(document.backup().unwrap_err().kind(), ErrorKind::Damaged);
    assert_eq!(
        document.save(&vec![3]).unwrap_err().kind(),
        ErrorKind::Damaged
    );
    document.overwrite(&vec![3]).unwrap();
    assert_eq!(values(&document.backups().unwrap()), [1]);
}

#[test]
fn where_there_are_no_hard_links_copies_do_the_same() {
    for policy in [Backups::Single, Backups::newest(2)] {
        let fs = sim_on(Device::default().no_hard_links());
        let document = on(&fs, numbers().backups(policy));
        for number in 1..=4 {
            document.save(&vec![number]).unwrap();
        }
        scribble(&fs, SIM_PATH, b"?");
        let loaded = document.load().unwrap().unwrap();
        assert_eq!(loaded.value, [3]);
        let kept = loaded.recovery.unwrap().quarantined.unwrap();
        assert_eq!(crate::scratch::contents(&fs, kept), b"?");
    }
}

#[test]
fn both_schemes_are_read_whichever_is_set() {
    let scratch = Scratch::new();
    let single = || numbers().backups(Backups::Single).at(scratch.path());
    let folder = || numbers().at(scratch.path());
    single().save(&vec![1]).unwrap();
    single().save(&vec![2]).unwrap();
    folder().save(&vec![3]).unwrap();
    assert_eq!(values(&single().backups().unwrap()), [1, 2]);
    assert_eq!(values(&folder().backups().unwrap()), [2, 1]);
    let kinds: Vec<_> = folder()
        .backups()
        .unwrap()
        .iter()
        .map(Backup::kind)
        .collect();
    assert_eq!(kinds, [BackupKind::Dated, BackupKind::Single]);
    scratch.write("notes.json", "?");
    let found = numbers()
        .backups(Backups::Off)
        .at(scratch.path())
        .load()
        .unwrap()
        .unwrap();
    assert_eq!(found.value, [2]);
}

#[test]
fn verify_looks_at_everything_and_changes_nothing() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    assert_eq!(document.verify().unwrap().document, Health::Missing);
    for number in 1..=3 {
        document.save(&vec![number]).unwrap();
    }
    let verification = document.verify().unwrap();
    assert!(verification.is_good());
    let shown = serde_json::to_value(&verification.document).unwrap();
    assert_eq!(
        shown,
        serde_json::json!({ "good": {
            "sealed": true,
            "hand_edited": false,
            "revision": 3,
            "version": 1,
            "updated": "2026-11-20T03:10:32.002Z",
            "layout": "wrapped",
            "codec": "plain",
            "unread": [],
            "size": fs::metadata(scratch.path()).unwrap().len(),
        } })
    );

    let newest = document.backups().unwrap().remove(0);
    fs::write(newest.path(), "rotten").unwrap();
    scratch.write("notes.json", r#"{"format": "persist/7"}"#);
    let before = scratch.files();
    let verification = document.verify().unwrap();
    assert!(!verification.is_good());
    assert!(matches!(&verification.document, Health::Refused(why) if why.contains("persist/7")));
    assert!(matches!(verification.backups[0], (_, Health::Damaged(_))));
    assert!(matches!(verification.backups[1], (_, Health::Good { .. })));
    assert!(
        serde_json::to_string(&verification)
            .unwrap()
            .contains("\"taken\":\"2026-11-20T03:10:32.000Z\"")
    );
    assert_eq!(scratch.files(), before);
}

#[test]
fn the_same_damage_is_set_aside_once_and_other_damage_beside_it() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    for (damage, kept) in [("?", 1), ("?", 1), ("!", 2), ("", 3), ("?", 3)] {
        scratch.write("notes.json", damage);
        let recovery = document.load().unwrap().unwrap().recovery.unwrap();
        assert!(matches!(recovery.source, Source::Backup(_)));
        assert_eq!(
            fs::read(recovery.quarantined.unwrap()).unwrap(),
            damage.as_bytes()
        );
        assert_eq!(scratch.named("notes.json.damaged-").len(), kept);
    }
    assert_eq!(
        scratch.named("notes.json.damaged-"),
        ["", "-2", "-3"].map(|suffix| format!("notes.json.damaged-20261120T031032Z{suffix}"))
    );
}

#[test]
fn a_sweep_takes_what_the_dead_have_left_and_nothing_else() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    document.save(&vec![2]).unwrap();
    let left = [
        ".notes.json.0123456789abcdef.tmp",
        ".notes.json.bak.0000000000000000.tmp",
    ];
    scratch.write(left[0], "half");
    fs::hard_link(scratch.path(), scratch.at(left[1])).unwrap();
    scratch.write(
        "backups/.notes_20261120_031032_1.json.0123456789abcdef.tmp",
        "half",
    );
    scratch.write(".notes.json.mine.tmp", "mine");
    let mut expected = scratch.names();
    expected.retain(|name| !name.ends_with("f.tmp") && !name.ends_with("0.tmp"));
    assert_eq!(document.sweep().unwrap().len(), 3);
    assert_eq!(scratch.names(), expected);
    assert_eq!(document.load_or_default().unwrap(), [2]);
}
