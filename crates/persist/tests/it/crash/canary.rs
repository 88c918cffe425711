//! Planted bugs: protocols that are wrong in one point, and that the explorations above catch. Whoever
//! finds them uncaught has found that the harness can't fail.

use std::io;

use persist::{Backups, Durability, Unchanged};
use vfs::OpenOptions;

use super::*;
use crate::scratch::{contents, noon, scribble};
use recover::is_kept;

const BACKUP: &str = "/state/notes.json.bak";
const DAMAGED: &[u8] = b"\0\0\0";

fn single() -> Options<State> {
    plain().backups(Backups::Single)
}

/// A well-formed document.
pub(super) fn bytes(number: u64) -> Vec<u8> {
    let fs = crate::scratch::sim();
    on(&fs, single()).save(&State::new(number)).unwrap();
    contents(&fs, SIM_PATH)
}

fn replace(fs: &SimFs, path: &str, bytes: &[u8]) -> io::Result<()> {
    let options = atomic_io::Options::new().fs(fs.shared()).temp_seed(2);
    options
        .replace(path, bytes)
        .map(drop)
        .map_err(io::Error::from)
}

fn read(fs: &SimFs, path: &str) -> io::Result<Vec<u8>> {
    fs.shared().read(Path::new(path), 1 << 20)
}

/// Runs a wrong way to save state 3 over 2, with 1 in the backup, and says which promise breaks.
fn caught(damaged: bool, save: impl Fn(&SimFs, &[u8]) -> io::Result<()>) -> String {
    let new = bytes(3);
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, single()).save(&State::new(1)).unwrap();
            on(fs, single()).save(&State::new(2)).unwrap();
            if damaged {
                scribble(fs, SIM_PATH, DAMAGED);
            }
        })
        .run(
            |fs, ledger| {
                ledger.promise(Promise::Holds(3), || save(fs, &new));
            },
            |fs, ledger| {
                let document = on(fs, single());
                if damaged {
                    is_kept(fs, DAMAGED)?;
                    let loaded = document.load().map_err(|error| error.to_string())?;
                    is_kept(fs, DAMAGED)?;
                    return Ok(loaded.map(|loaded| loaded.number));
                }
                let found = whole(&document)?;
                keeps_the_one_before(ledger, Some(2), &copies(fs, &document)?, found)?;
                is_allowed(ledger, Some(2), found)?;
                Ok(found)
            },
        );
    broken(result)
}

/// The promise that an exploration has found broken.
fn broken(result: Result<Coverage, Failure>) -> String {
    match result {
        Err(Failure::Broken(found)) => found.promise().to_owned(),
        other => panic!("not caught: {other:?}"),
    }
}

#[test]
fn a_skipped_save_that_syncs_nothing_is_caught() {
    let promise = caught(false, |fs, new| {
        let temp = Path::new("/state/.notes.json.bak.0000000000000000.tmp");
        fs.hard_link(Path::new(SIM_PATH), temp)?;
        fs.rename(temp, Path::new(BACKUP))?;
        fs.sync_dir(Path::new("/state"))?;
        update::saved_but_for_the_last_sync(fs, new)?;
        let careless = single()
            .unchanged(Unchanged::Skip)
            .durability(Durability::Atomic);
        let saved = on(fs, careless).save(&State::new(3));
        saved.map(drop).map_err(io::Error::other)
    });
    assert!(
        promise.contains("found Some(2), not one of [Some(3)]"),
        "{promise}"
    );
}

#[test]
fn a_backup_after_the_replace_is_caught() {
    let promise = caught(false, |fs, new| {
        let old = read(fs, SIM_PATH)?;
        replace(fs, SIM_PATH, new)?;
        replace(fs, BACKUP, &old)
    });
    assert!(promise.contains("2 is in none of [1]"), "{promise}");
}

#[test]
fn a_backup_that_is_not_synced_before_the_replace_is_caught() {
    let promise = caught(false, |fs, new| {
        let temp = Path::new("/state/.notes.json.bak.0000000000000000.tmp");
        fs.hard_link(Path::new(SIM_PATH), temp)?;
        fs.rename(temp, Path::new(BACKUP))?;
        replace(fs, SIM_PATH, new)
    });
    assert!(promise.contains("2 is in none of [1]"), "{promise}");
}

#[test]
fn a_backup_written_in_place_is_caught() {
    let promise = caught(false, |fs, new| {
        let old = read(fs, SIM_PATH)?;
        let file = fs.open(Path::new(BACKUP), &OpenOptions::read_write())?;
        file.set_size(0)?;
        file.write_all_at(&old, 0)?;
        file.sync_all()?;
        replace(fs, SIM_PATH, new)
    });
    assert!(promise.contains("is damaged"), "{promise}");
}

#[test]
fn a_damaged_file_that_is_backed_up_over_the_good_one_is_caught() {
    let promise = caught(true, |fs, new| {
        let old = read(fs, SIM_PATH)?;
        replace(fs, "/state/notes.json.damaged-x", &old)?;
        replace(fs, BACKUP, &old)?;
        replace(fs, SIM_PATH, new)
    });
    assert!(promise.contains("no backup is usable"), "{promise}");
}

#[test]
fn a_repair_without_a_quarantine_is_caught() {
    let promise = caught(true, |fs, _| {
        let backup = read(fs, BACKUP)?;
        replace(fs, SIM_PATH, &backup)
    });
    assert_eq!(promise, "the damaged bytes are gone");
}

#[test]
fn a_quarantine_that_is_not_synced_before_the_repair_is_caught() {
    let promise = caught(true, |fs, _| {
        let backup = read(fs, BACKUP)?;
        fs.rename(
            Path::new(SIM_PATH),
            Path::new("/state/notes.json.damaged-x"),
        )?;
        replace(fs, SIM_PATH, &backup)
    });
    assert!(
        promise.contains("gone") || promise.contains("None"),
        "{promise}"
    );
}

#[test]
fn a_prune_before_the_replace_is_caught() {
    let new = bytes(3);
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, pair()).save(&State::new(1)).unwrap();
            on(fs, pair()).save(&State::new(2)).unwrap();
        })
        .run(
            |fs, ledger| {
                ledger.promise("saved", || {
                    let folder = Path::new("/state/backups");
                    let name = |number| folder.join(format!("notes_20261120_031032_{number}.json"));
                    fs.hard_link(Path::new(SIM_PATH), &name(2))?;
                    fs.sync_dir(folder)?;
                    fs.remove_file(&name(1))?;
                    replace(fs, SIM_PATH, &new)
                });
            },
            |fs, _| {
                let document = on(fs, pair());
                save::nothing_went_too_early(2, &copies(fs, &document)?, whole(&document)?)
            },
        );
    assert_eq!(broken(result), "1 went before 2 was replaced");
}

/// Runs a way to save state 3 over 2, with 1 in a backup and two newer ones that are rotten.
fn amid_rot(save: impl Fn(&SimFs, &[u8]) -> io::Result<()>) -> Result<(), String> {
    let new = bytes(3);
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, pair()).save(&State::new(1)).unwrap();
            on(fs, pair()).save(&State::new(2)).unwrap();
            for number in [8, 9] {
                let name = format!("/state/backups/notes_20261120_031032_{number}.json");
                scribble(fs, name, b"rotten");
            }
        })
        .run(
            |fs, ledger| {
                ledger.promise(Promise::Holds(3), || save(fs, &new));
            },
            |fs, _| {
                let backups = on(fs, pair())
                    .backups()
                    .map_err(|error| error.to_string())?;
                let is_first = |path: &Path| number_at(fs, path) == Ok(1);
                let is_there = backups.iter().any(|backup| is_first(backup.path()));
                is_there
                    .then_some(())
                    .ok_or_else(|| "a good copy went for a rotten one".to_owned())
            },
        );
    match result {
        Ok(_) => Ok(()),
        Err(Failure::Broken(found)) => Err(found.promise().to_owned()),
        Err(other) => panic!("{other}"),
    }
}

fn pair() -> Options<State> {
    plain().backups(Backups::newest(2))
}

#[test]
fn a_rotten_copy_that_evicts_a_good_one_is_caught() {
    let by_count = amid_rot(|fs, new| {
        let folder = Path::new("/state/backups");
        fs.hard_link(
            Path::new(SIM_PATH),
            &folder.join("notes_20261120_031033_2.json"),
        )?;
        fs.sync_dir(folder)?;
        replace(fs, SIM_PATH, new)?;
        let names = fs.read_dir(folder)?;
        let surplus = names.iter().rev().skip(2);
        surplus
            .into_iter()
            .try_for_each(|name| fs.remove_file(&folder.join(name)))
    });
    assert_eq!(by_count.unwrap_err(), "a good copy went for a rotten one");
}

#[test]
fn control_the_real_prune_amid_rot() {
    let real = amid_rot(|fs, _| {
        let saved = on(fs, pair()).save(&State::new(3));
        saved.map(drop).map_err(io::Error::other)
    });
    assert_eq!(real, Ok(()));
}

#[test]
fn a_pin_that_is_not_synced_is_caught() {
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, pair()).save(&State::new(1)).unwrap();
            on(fs, pair()).save(&State::new(2)).unwrap();
        })
        .run(
            |fs, ledger| {
                let folder = Path::new("/state/backups");
                let name = |end| folder.join(format!("notes_20261120_031032_1{end}.json"));
                ledger.promise("pinned", || fs.rename(&name(""), &name("_pinned")));
            },
            |fs, ledger| {
                let (_, is_pinned) = backup::first(fs)?;
                let is_so = is_pinned || ledger.acknowledged().is_empty();
                is_so
                    .then_some(is_pinned)
                    .ok_or_else(|| "it is not pinned".to_owned())
            },
        );
    assert_eq!(broken(result), "it is not pinned");
}

#[test]
fn a_restore_that_writes_over_what_it_restores_is_caught() {
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, single()).save(&State::new(1)).unwrap();
            on(fs, single()).save(&State::new(2)).unwrap();
        })
        .run(
            |fs, ledger| {
                ledger.promise("restored", || {
                    let (old, new) = (read(fs, SIM_PATH)?, read(fs, BACKUP)?);
                    replace(fs, BACKUP, &old)?;
                    replace(fs, SIM_PATH, &new)
                });
            },
            |fs, _| restore::both_are_kept(fs, single),
        );
    let promise = broken(result);
    assert!(promise.contains("only [2, 2] are kept"), "{promise}");
}

/// The same harness finds nothing wrong with the real protocol.
#[test]
fn control_the_real_save() {
    let new = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, single()).save(&State::new(1)).unwrap();
            on(fs, single()).save(&State::new(2)).unwrap();
        })
        .run(
            |fs, ledger| {
                let options = single().fs(fs.shared()).clock(noon).temp_seed(2);
                promise(ledger, 3, || options.at(SIM_PATH).save(&State::new(3)));
            },
            |fs, ledger| {
                let found = whole(&on(fs, single()))?;
                keeps_the_one_before(ledger, Some(2), &copies(fs, &on(fs, single()))?, found)?;
                Ok(found)
            },
        );
    assert!(new.is_ok(), "{new:?}");
}
