//! Programs that do not take the lock, steps that were cut off, and files that are refused: what comes of each is
//! an answer, and nothing that could be read is lost.

use std::path::{Path, PathBuf};

use crash_sim::{Device, Fault, SimFs};
use persist::{Backups, Decision, Document, ErrorKind, Options, RecoveryPolicy, Repair, Source};
use vfs::Fs;

use crate::scratch::{SIM_PATH, contents, on, scribble, sim, sim_on};

const NEWER: &[u8] = br#"{"format": "persist/2"}"#;
const DAMAGED: &[u8] = b"rotten";
const ASIDE: &str = "/state/notes.json.before-restore";
const PENDING: &str = "/state/notes.json.before-undo";

fn numbers() -> Options<Vec<u64>> {
    Document::options()
}

/// Saved three times, and so with backups of 1 and 2.
fn three() -> SimFs {
    let fs = sim();
    for number in 1..=3 {
        on(&fs, numbers()).save(&vec![number]).unwrap();
    }
    fs
}

fn damaged() -> SimFs {
    let fs = three();
    scribble(&fs, SIM_PATH, DAMAGED);
    fs
}

/// The contents of all files in the folder.
fn all(fs: &SimFs) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut dirs = vec![PathBuf::from("/state")];
    while let Some(dir) = dirs.pop() {
        for name in fs.read_dir(&dir).unwrap() {
            let path = dir.join(name);
            if fs.metadata(&path).unwrap().is_file() {
                all.push(contents(fs, path));
            } else {
                dirs.push(path);
            }
        }
    }
    all
}

fn newest(fs: &SimFs) -> PathBuf {
    let backups = on(fs, numbers()).backups().unwrap();
    backups[0].path().to_owned()
}

type Act = (&'static str, fn(&SimFs));

/// What a program without manners does to a document.
const ACTS: [Act; 5] = [
    ("removes", |fs| drop(fs.remove_file(Path::new(SIM_PATH)))),
    ("damages", |fs| scribble(fs, SIM_PATH, b"{")),
    ("renews", |fs| scribble(fs, SIM_PATH, NEWER)),
    ("replaces", |fs| {
        scribble(fs, "/state/other", b"[7]\n");
        fs.rename(Path::new("/state/other"), Path::new(SIM_PATH))
            .unwrap();
    }),
    ("prunes", |fs| {
        for backup in on(fs, numbers()).backups().unwrap_or_default() {
            drop(fs.remove_file(backup.path()));
        }
    }),
];

type Operation = (&'static str, fn(&Document<Vec<u64>>) -> Option<Vec<u64>>);

const OPERATIONS: [Operation; 5] = [
    ("load", |document| {
        let loaded = document.load().ok().flatten();
        loaded.map(|loaded| loaded.value)
    }),
    ("recover", |document| {
        drop(document.recover(Decision::AsPolicy));
        None
    }),
    ("update", |document| {
        drop(document.update(|list| list.push(9)));
        None
    }),
    ("restore", |document| {
        let backups = document.backups().ok()?;
        drop(document.restore(backups.first()?));
        None
    }),
    ("overwrite", |document| {
        drop(document.overwrite(&vec![8]));
        None
    }),
];

#[test]
fn who_changes_a_document_amid_its_recovery_gets_an_answer_and_no_invention() {
    let mut answers = 0;
    for (operation, run) in OPERATIONS {
        let calls = {
            let fs = damaged();
            let begin = fs.now();
            run(&on(&fs, numbers()));
            fs.now() - begin
        };
        for (act, meddle) in ACTS {
            for call in 0..calls {
                let fs = damaged();
                fs.meanwhile(fs.now() + call, meddle);
                let what = format!("{operation}, of which another {act} at call {call}");
                if let Some(value) = run(&on(&fs, numbers())) {
                    assert!(
                        [vec![1], vec![2], vec![7]].contains(&value),
                        "{what}: {value:?}"
                    );
                    answers += 1;
                }
                // Once he is gone all goes on.
                let after = on(&fs, numbers()).overwrite(&vec![5]);
                assert!(after.is_ok(), "{what}: {after:?}");
                assert_eq!(on(&fs, numbers()).load_or_default().unwrap(), [5], "{what}");
            }
        }
    }
    assert!(answers > 10, "{answers}");
}

#[test]
fn a_link_that_is_changed_while_its_lock_is_awaited_leads_to_the_other_file() {
    let begin = |fs: &SimFs| {
        for (name, number) in [("a", 1), ("b", 2)] {
            let path = format!("/state/{name}.json");
            let document = numbers().fs(fs.shared()).temp_seed(1).at(path);
            document.save(&vec![number]).unwrap();
        }
        fs.symlink(Path::new("a.json"), Path::new(SIM_PATH))
            .unwrap();
    };
    let save = |fs: &SimFs| on(fs, numbers()).update(|list| list.push(9)).unwrap();
    let fs = sim();
    begin(&fs);
    let calls = {
        let fork = fs.fork();
        save(&fork);
        fork.now() - fs.now()
    };
    let mut moved = 0;
    for call in 0..calls {
        let fs = sim();
        begin(&fs);
        fs.meanwhile(fs.now() + call, |other| {
            other.remove_file(Path::new(SIM_PATH)).unwrap();
            other
                .symlink(Path::new("b.json"), Path::new(SIM_PATH))
                .unwrap();
        });
        save(&fs);
        let read = |name: &str| {
            let path = format!("/state/{name}.json");
            let document = numbers().fs(fs.shared()).at(path);
            document.load_or_default().unwrap()
        };
        let (a, b) = (read("a"), read("b"));
        let went = (a == [1, 9], b == [2, 9]);
        assert!(
            went == (true, false) || went == (false, true),
            "{a:?} {b:?}"
        );
        moved += u32::from(went.1);
    }
    assert!(moved > 0);
}

#[test]
fn a_newer_file_is_set_aside_by_a_restore_and_refused_by_a_recovery() {
    let fs = three();
    scribble(&fs, SIM_PATH, NEWER);
    let document = on(&fs, numbers());
    for error in [
        document.recover(Decision::Backup).unwrap_err(),
        document.salvage().map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NewerFormat, "{error}");
    }
    document.restore(newest(&fs)).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [2]);
    assert!(all(&fs).contains(&NEWER.to_vec()));
}

#[test]
fn an_undo_that_was_cut_off_before_its_last_step_is_finished_by_a_restore_of_what_it_undid() {
    let fs = three();
    let document = on(&fs, numbers());
    document.restore(newest(&fs)).unwrap();
    let undone = fs.fork();
    on(&undone, numbers()).undo_restore().unwrap();
    let last = undone
        .trace()
        .names()
        .enumerate()
        .filter(|(_, name)| *name == "rename")
        .last();
    fs.inject(last.unwrap().0 as u64, Fault::Io);
    document.undo_restore().unwrap();
    assert!(fs.metadata(Path::new(PENDING)).is_ok());
    assert_eq!(document.load_or_default().unwrap(), [3]);

    document.restore(ASIDE).unwrap();
    assert_eq!(document.load_or_default().unwrap(), [3]);
    assert!(fs.metadata(Path::new(PENDING)).is_err());
    document.undo_restore().unwrap();
    assert_eq!(document.load_or_default().unwrap(), [2]);
}

#[test]
fn a_file_under_the_name_of_an_undo_that_is_none_is_left_alone() {
    for broken in [false, true] {
        let fs = three();
        let backup = newest(&fs);
        scribble(&fs, PENDING, b"mine");
        if broken {
            scribble(&fs, SIM_PATH, DAMAGED);
        }
        on(&fs, numbers()).restore(&backup).unwrap();
        assert_eq!(on(&fs, numbers()).load_or_default().unwrap(), [2]);
        assert_eq!(contents(&fs, PENDING), b"mine");
    }
}

#[test]
fn a_file_that_is_too_large_is_set_aside_by_its_name_and_where_that_can_not_be_is_not_replaced() {
    let large = vec![b' '; 4096];
    let small = |fs: &SimFs| on(fs, numbers().size_limit(300));
    let fs = sim();
    small(&fs).save(&vec![1]).unwrap();
    scribble(&fs, "/state/notes.json.damaged-1", b"of another time");
    scribble(&fs, SIM_PATH, &large);
    let written = small(&fs).overwrite(&vec![2]).unwrap();
    assert_eq!(contents(&fs, written.set_aside.unwrap()), large);

    let fs = sim_on(Device::default().no_hard_links());
    small(&fs).save(&vec![1]).unwrap();
    scribble(&fs, SIM_PATH, &large);
    let error = small(&fs).overwrite(&vec![2]).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("no hard links"), "{source}");
    assert_eq!(contents(&fs, SIM_PATH), large);
}

#[test]
fn without_links_what_is_damaged_is_copied_beside_what_was_before() {
    let fs = sim_on(Device::default().no_hard_links());
    for bytes in [&b"one"[..], b"two", b"three"] {
        scribble(&fs, SIM_PATH, bytes);
        on(&fs, numbers()).overwrite(&vec![1]).unwrap();
    }
    let all = all(&fs);
    for bytes in [&b"one"[..], b"two", b"three"] {
        assert!(all.contains(&bytes.to_vec()));
    }
}

#[test]
fn what_is_set_aside_twice_is_copied_where_it_can_not_be_linked_again() {
    let fs = damaged();
    // Cut off after the quarantine: the repair has no room.
    let recover = |fs: &SimFs| on(fs, numbers()).recover(Decision::AsPolicy);
    let begin = fs.now();
    let calls = {
        let fork = fs.fork();
        recover(&fork).unwrap();
        fork.now() - begin
    };
    let (mut copied, mut unrepaired) = (0, 0);
    for call in 0..calls {
        let cut = fs.fork();
        cut.inject(begin + call, Fault::NoSpace);
        if let Ok(Some(recovery)) = recover(&cut)
            && let Repair::NotDone(_) = recovery.repair
        {
            unrepaired += 1;
            assert!(matches!(recovery.source, Source::Backup(_)));
        }
        let links = {
            let fork = cut.fork();
            let before = fork.now();
            drop(recover(&fork));
            let names: Vec<_> = fork.trace().names().collect();
            let names = names.into_iter().enumerate();
            let links = names.filter(|(at, name)| *name == "hard_link" && *at as u64 >= before);
            links.map(|(at, _)| at as u64).collect::<Vec<_>>()
        };
        for at in links {
            let fork = cut.fork();
            fork.inject(at, Fault::Denied);
            recover(&fork).unwrap();
            assert_eq!(on(&fork, numbers()).load_or_default().unwrap(), [2]);
            assert!(all(&fork).contains(&DAMAGED.to_vec()));
            copied += 1;
        }
    }
    assert!(copied > 0 && unrepaired > 0, "{copied} {unrepaired}");
}

#[test]
fn what_is_of_no_use_says_what_would_be() {
    let fs = sim();
    let without = |policy| Options::<Vec<u64>>::without_default().recovery(policy);
    scribble(&fs, SIM_PATH, DAMAGED);
    let document = on(&fs, without(RecoveryPolicy::Fail).backups(Backups::Off));
    for (decision, says) in [
        (Decision::Salvage, "recover it from a backup"),
        (Decision::Default, "it has no default value"),
        (Decision::Backup, "no backup is usable"),
        (Decision::Fail, "restore a backup"),
    ] {
        let error = document.recover(decision).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged);
        assert!(error.to_string().contains(says), "{decision:?}: {error}");
        assert_eq!(contents(&fs, SIM_PATH), DAMAGED);
    }
}
