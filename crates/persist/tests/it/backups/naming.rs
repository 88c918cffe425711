//! What copies are called, by us and by others.

use std::fs;

use persist::{
    Backup, BackupKind, Backups, Document, ErrorKind, Naming, Options, Retention, Source,
};

use super::{numbers, values};
use crate::scratch::{Scratch, noon};

fn beside() -> Options<Vec<u64>> {
    numbers().backups(Backups::Dated {
        naming: Naming::Beside,
        retention: Retention::default(),
    })
}

fn names(backups: &[Backup]) -> Vec<String> {
    let name = |backup: &Backup| backup.path().file_name().unwrap().display().to_string();
    backups.iter().map(name).collect()
}

#[test]
fn s0_45_d47_every_scheme_is_written_and_read_whichever_is_set() {
    let scratch = Scratch::new();
    let all: [Backups; 4] = [
        Backups::Single,
        Backups::Dated {
            naming: Naming::Beside,
            retention: Retention::newest(3),
        },
        Backups::newest(3),
        Backups::Off,
    ];
    for (number, policy) in (1..).zip(all) {
        numbers()
            .backups(policy)
            .at(scratch.path())
            .save(&vec![number])
            .unwrap();
    }
    assert_eq!(
        scratch.names(),
        [
            "backups/notes_20261120_031032_2.json",
            "notes.20261120_031032_1.backup.json",
            "notes.json"
        ]
    );
    numbers()
        .backups(Backups::Single)
        .at(scratch.path())
        .save(&vec![5])
        .unwrap();
    for (policy, expected) in all
        .into_iter()
        .zip([[4, 2, 1], [1, 2, 4], [2, 1, 4], [2, 1, 4]])
    {
        let document = numbers().backups(policy).at(scratch.path());
        assert_eq!(values(&document.backups().unwrap()), expected, "{policy:?}");
        let kinds = document.backups().unwrap();
        let dated = kinds
            .iter()
            .filter(|backup| backup.kind() == BackupKind::Dated);
        assert!(dated.clone().all(|backup| backup.taken() == Some(noon())));
        assert_eq!(dated.count(), 2);
        scratch.write("notes.json", "?");
        assert_eq!(
            document.load_or_default().unwrap(),
            [expected[0]],
            "{policy:?}"
        );
    }
}

/// `datetime.now().strftime("%Y%m%d_%H%M%S")` in Tokyo, nine hours before UTC gets there.
#[test]
fn s0_45_s2_8_names_in_local_time_are_read_and_followed() {
    for (old, new, options) in [
        (
            "notes.20261120_121032.backup.json",
            "notes.20261120_121032_7.backup.json",
            beside(),
        ),
        (
            "backups/notes_20261120_121032.json",
            "backups/notes_20261120_121032_7.json",
            numbers(),
        ),
    ] {
        let scratch = Scratch::new();
        fs::create_dir(scratch.at("backups")).unwrap();
        scratch.write(old, "[1]");
        let before = numbers().backups(Backups::Off).at(scratch.path());
        for _ in 0..7 {
            before.save(&vec![2]).unwrap();
        }

        let document = options.at(scratch.path());
        document.save(&vec![3]).unwrap();
        let backups = document.backups().unwrap();
        assert_eq!(values(&backups), [2, 1], "what was saved last is newest");
        assert_eq!(backups[0].path(), scratch.at(new));
        assert_eq!(backups[1].path(), scratch.at(old));
    }
}

/// Copies that another program made in its own time zone do not hide those that were made here.
#[test]
fn copies_named_as_the_setting_says_come_first() {
    let scratch = Scratch::new();
    scratch.write("notes.20991231_235959.backup.json", "[1]");
    let document = numbers().at(scratch.path());
    document.save(&vec![2]).unwrap();
    document.save(&vec![3]).unwrap();
    scratch.write("notes.json", "");
    let recovery = document.load().unwrap().unwrap().recovery.unwrap();
    let Source::Backup(backup) = recovery.source else {
        panic!("{recovery}");
    };
    assert_eq!(values(&[backup]), [2]);
}

#[test]
fn s0_46_s2_28_d8_d29_two_copies_in_one_second_never_collide() {
    for options in [numbers, beside] {
        for layout in [persist::Layout::Wrapped, persist::Layout::Bare] {
            let scratch = Scratch::new();
            let document = options().layout(layout).at(scratch.path());
            document.save(&vec![1]).unwrap();
            let copies = [(); 3].map(|()| document.backup().unwrap());
            document.save(&vec![2]).unwrap();
            document.save(&vec![3]).unwrap();
            let backups = document.backups().unwrap();
            assert_eq!(values(&backups), [2, 1, 1, 1]);
            assert!(
                copies.iter().all(|copy| backups.contains(copy)),
                "{backups:?}"
            );
        }
    }
}

#[test]
fn s2_34_a_copy_tells_name_time_and_size_newest_first() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    for number in 1..=3 {
        document
            .save(&vec![number; 100 * usize::try_from(number).unwrap()])
            .unwrap();
    }
    let backups = document.backups().unwrap();
    assert_eq!(
        names(&backups),
        [
            "notes_20261120_031032_2.json",
            "notes_20261120_031032_1.json"
        ]
    );
    assert!(backups[0].size() > backups[1].size());
    assert_eq!(serde_json::to_value(&backups[1]).unwrap()["pinned"], false);
}

#[test]
fn s2_35_d30_documents_with_alike_names_do_not_see_each_others_copies() {
    let scratch = Scratch::new();
    let documents = [
        "notes.json",
        "notes_old.json",
        "notes.old.json",
        "notes",
        "notes.csv",
        "notes.20261120_031032_1.json",
    ];
    for options in [numbers, beside] {
        for name in documents {
            for number in [1, 2] {
                options().at(scratch.at(name)).save(&vec![number]).unwrap();
            }
        }
    }
    for name in documents {
        let backups = numbers().at(scratch.at(name)).backups().unwrap();
        // The second program's first save kept what the first one had saved last.
        assert_eq!(values(&backups), [1, 1, 2], "{name}: {:?}", names(&backups));
    }
}

#[test]
fn at_the_end_of_the_calendar_a_save_says_what_is_in_its_way() {
    let scratch = Scratch::new();
    let document = numbers().at(scratch.path());
    document.save(&vec![1]).unwrap();
    fs::create_dir(scratch.at("backups")).unwrap();
    let last = "backups/notes_99991231_235959_18446744073709551614.json";
    scratch.write(last, "[0]");
    document.save(&vec![2]).unwrap();
    assert_eq!(values(&document.backups().unwrap()), [1, 0]);
    let before = scratch.files();
    for error in [
        document.save(&vec![3]).unwrap_err(),
        document.backup().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidPath);
        assert!(
            error
                .to_string()
                .contains("99991231_235959_18446744073709551615"),
            "{error}"
        );
    }
    assert_eq!(scratch.files(), before);
}

#[test]
fn backup_at_is_the_newest_not_later() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.at("backups")).unwrap();
    for (name, number) in [
        ("backups/notes_20261118_120000.json", 1),
        ("backups/notes_20261119_120000_1.json", 2),
        ("backups/notes_20261119_120000_2_pinned.json", 3),
        ("notes.20261119_120000_9.backup.json", 4),
        ("notes.20261119_180000.backup.json", 5),
        ("notes.json.bak", 6),
    ] {
        scratch.write(name, format!("[{number}]"));
    }
    let document: Document<Vec<u64>> = numbers().at(scratch.path());
    for (rfc3339, expected) in [
        ("2026-11-18T11:59:59Z", None),
        ("2026-11-18T12:00:00Z", Some(1)),
        ("2026-11-19T11:59:59.9Z", Some(1)),
        // The one that recovery would use first.
        ("2026-11-19T12:00:00Z", Some(3)),
        ("2026-11-19T18:00:00Z", Some(5)),
        ("9999-12-31T23:59:59Z", Some(5)),
    ] {
        let time = humantime::parse_rfc3339(rfc3339).unwrap();
        let found = document.backup_at(time).unwrap();
        assert_eq!(
            found.map(|backup| values(&[backup])[0]),
            expected,
            "{rfc3339}"
        );
    }
}
