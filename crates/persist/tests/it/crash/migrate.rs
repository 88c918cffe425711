//! The first save of a file of an older version.

use persist::{Backups, Chain};
use serde_json::{Value, json};

use super::*;
use crate::scratch::contents;

const COPY: &str = "/state/notes.json.v1.bak";

/// Version 1 had its number under another name.
fn versions() -> Chain {
    Chain::new(1).step(2, |value| {
        let number = value["count"].as_u64().ok_or("no count")?;
        *value = serde_json::to_value(State::new(number))?;
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

fn explore(options: fn() -> Options<State>) {
    let old_file = || {
        let fs = crate::scratch::sim();
        old_release(&fs).save(&json!({ "count": 1 })).unwrap();
        contents(&fs, SIM_PATH)
    };
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
                let is_copied = fs
                    .shared()
                    .read(Path::new(COPY), 1 << 20)
                    .is_ok_and(|copy| copy == old_file);
                if !is_old && !is_copied {
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
