//! The first save of a file of an older version, a migration that was asked for, and a downgrade.

use persist::{Backups, Chain, Loaded};
use serde_json::{Value, json};

use super::*;
use crate::scratch::contents;

const COPY: &str = "/state/notes.json.v1.bak";
const NEWER_COPY: &str = "/state/notes.json.v2.bak";

/// Version 1 had its number under another name.
fn versions() -> Chain {
    Chain::new(1)
        .step(2, |value| {
            let number = value["count"].as_u64().ok_or("no count")?;
            *value = serde_json::to_value(State::new(number))?;
            Ok(())
        })
        .down(1, |value| {
            *value = json!({ "count": value["number"] });
            Ok(())
        })
}

fn old_release(fs: &SimFs) -> Document<Value> {
    on(fs, Document::options().backups(Backups::Off))
}

fn options() -> Options<State> {
    plain().versions(versions())
}

fn options_without_backups() -> Options<State> {
    options().backups(Backups::Off)
}

fn old_file() -> Vec<u8> {
    let fs = crate::scratch::sim();
    old_release(&fs).save(&json!({ "count": 1 })).unwrap();
    contents(&fs, SIM_PATH)
}

fn holds(fs: &SimFs, path: &str, bytes: &[u8]) -> bool {
    let there = fs.shared().read(Path::new(path), 1 << 20);
    there.is_ok_and(|there| there == bytes)
}

fn explore(options: fn() -> Options<State>) {
    let old_file = old_file();
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| {
            old_release(fs).save(&json!({ "count": 1 })).unwrap();
        })
        .run(
            |fs, ledger| {
                for number in [2, 3] {
                    promise(ledger, number, || {
                        on(fs, options()).update(|state| *state = State::new(number))
                    });
                }
            },
            |fs, ledger| {
                let found = whole(&on(fs, options()))?;
                is_allowed(ledger, Some(1), found)?;
                let is_old = contents(fs, SIM_PATH) == old_file;
                if !is_old && !holds(fs, COPY, &old_file) {
                    return Err("migrated, and the old version is nowhere".to_owned());
                }
                restart.goes_on(fs, options)?;
                Ok(found)
            },
        );
    explored(result);
}

/// "A document is never of the new version without a durable copy of the old one, byte for byte."
#[test]
fn the_old_version_is_kept_before_the_new_one_is_written() {
    explore(options);
}

/// The same where automatic backups are off.
#[test]
fn the_old_version_is_kept_also_without_backups() {
    explore(options_without_backups);
}

/// "The document is of the old version or of the new one, whole; of the new one never without a durable
/// copy of the old file; and of the new one once the migration was acknowledged."
#[test]
fn a_migration_that_was_asked_for_keeps_the_old_version() {
    let old_file = old_file();
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| {
            old_release(fs).save(&json!({ "count": 1 })).unwrap();
        })
        .run(
            |fs, ledger| {
                ledger.promise((), || on(fs, options()).migrate());
            },
            |fs, ledger| {
                let document = on(fs, options());
                let loaded = document.load().map_err(|error| error.to_string())?;
                let loaded = loaded.filter(|loaded| loaded.value == State::new(1));
                let loaded = loaded.ok_or("the value is another one")?;
                let is_old = loaded.migrated_from.is_some();
                if is_old && !ledger.acknowledged().is_empty() {
                    return Err("acknowledged, and not migrated".to_owned());
                }
                if !is_old && !holds(fs, COPY, &old_file) {
                    return Err("migrated, and the old version is nowhere".to_owned());
                }
                restart.goes_on(fs, options)?;
                Ok(is_old)
            },
        );
    explored(result);
}

/// "The document is of the newer version or of the older one, whole; of the older one never without a
/// durable copy of the newer file; and the older release reads it once the downgrade was acknowledged."
#[test]
fn a_downgrade_keeps_the_newer_version() {
    let new_file = || {
        let fs = crate::scratch::sim();
        on(&fs, options()).save(&State::new(1)).unwrap();
        contents(&fs, SIM_PATH)
    };
    let new_file = new_file();
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, options()).save(&State::new(1)).unwrap();
        })
        .run(
            |fs, ledger| {
                ledger.promise((), || on(fs, options()).downgrade(1));
            },
            |fs, ledger| {
                let is_new = contents(fs, SIM_PATH) == new_file;
                if is_new && !ledger.acknowledged().is_empty() {
                    return Err("acknowledged, and not downgraded".to_owned());
                }
                if !is_new && !holds(fs, NEWER_COPY, &new_file) {
                    return Err("downgraded, and the newer version is nowhere".to_owned());
                }
                if !is_new {
                    let read = old_release(fs).load().map_err(|error| error.to_string())?;
                    if read.map(Loaded::into_value) != Some(json!({ "count": 1 })) {
                        return Err("the older release reads something else".to_owned());
                    }
                }
                whole(&on(fs, options()))?;
                restart.goes_on(fs, options)?;
                Ok(is_new)
            },
        );
    explored(result);
}
