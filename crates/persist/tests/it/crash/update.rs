//! Updates of several processes.

use std::io;

use persist::Unchanged;
use vfs::OpenOptions;

use super::*;

/// "What an update has acknowledged is in every later state: no crash and no error loses it, and no
/// process overwrites the work of another."
#[test]
fn no_acknowledged_update_is_lost() {
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| drop(fs.shared().create_dir_all(Path::new("/state"))))
        .run(
            |fs, ledger: &mut Ledger<(u8, bool)>| {
                for process in 0..3 {
                    // A process of its own each time. What it adds, it adds to what is there.
                    let fs = fs.process();
                    ledger.begin((process, true));
                    let updated = on(&fs, plain()).update(|state| {
                        state.number |= 1 << process;
                        state.padding = State::new(state.number).padding;
                    });
                    match updated {
                        Ok(()) => ledger.acknowledge((process, true)),
                        Err(error) if error.on_disk() == OnDisk::Unchanged => {
                            ledger.acknowledge((process, false));
                        }
                        Err(_) => {}
                    }
                }
            },
            |fs, ledger| {
                let found = whole(&on(fs, plain()))?.unwrap_or(0);
                for process in 0..3 {
                    let is_there = found & (1 << process) != 0;
                    let told = |kept| ledger.acknowledged().contains(&(process, kept));
                    let may_be_there = ledger.begun().contains(&(process, true));
                    if (told(true) && !is_there) || (is_there && (told(false) || !may_be_there)) {
                        return Err(format!("update {process} in {found:#b}"));
                    }
                }
                restart.goes_on(fs, plain)?;
                Ok(found)
            },
        );
    explored(result);
}

/// "An update that finds the document damaged repairs it first, and neither the value from the backup
/// nor the damaged bytes are lost."
#[test]
fn an_update_repairs_first() {
    let damaged = b"{ \"format\": ";
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| {
            let document = on(fs, plain());
            document.save(&State::new(1)).unwrap();
            document.save(&State::new(2)).unwrap();
            crate::scratch::scribble(fs, SIM_PATH, damaged);
        })
        .run(
            |fs, ledger| {
                promise(ledger, 3, || {
                    on(fs, plain()).update(|state| {
                        assert_eq!(*state, State::new(1));
                        *state = State::new(3);
                    })
                });
            },
            |fs, ledger| {
                recover::is_kept(fs, damaged)?;
                let document = on(fs, plain());
                let loaded = document.load().map_err(|error| error.to_string())?;
                let found = loaded.map(|loaded| loaded.number);
                is_allowed(ledger, Some(1), found)?;
                recover::is_kept(fs, damaged)?;
                restart.goes_on(fs, plain)?;
                Ok(found)
            },
        );
    explored(result);
}

/// What a process leaves that dies before the last step of its save: the new file has the name, and
/// nobody has made the name durable.
pub(super) fn saved_but_for_the_last_sync(fs: &SimFs, bytes: &[u8]) -> io::Result<()> {
    let temp = Path::new("/state/.notes.json.00000000000000aa.tmp");
    let file = fs.open(temp, &OpenOptions::read_write().or_create())?;
    (*file).write_all_at(bytes, 0)?;
    file.sync_all()?;
    fs.rename(temp, Path::new(SIM_PATH))
}

/// "An update that finds nothing to write acknowledges what it found as durable, also where whoever
/// wrote it has died before he could."
#[test]
fn a_skipped_update_is_durable() {
    let skipping = || plain().unchanged(Unchanged::Skip);
    let new = canary::bytes(2);
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, plain()).save(&State::new(1)).unwrap();
        })
        .run(
            |fs, ledger| {
                // Nobody is told that this one worked.
                ledger.begin(Promise::Holds(2));
                let _ = saved_but_for_the_last_sync(fs, &new);
                promise(ledger, 2, || {
                    on(&fs.process(), skipping()).update(|state| *state = State::new(2))
                });
            },
            |fs, ledger| {
                let found = whole(&on(fs, plain()))?;
                let may_be_there = found == Some(2) && ledger.begun().contains(&Promise::Holds(2));
                if !may_be_there {
                    is_allowed(ledger, Some(1), found)?;
                }
                restart.goes_on(fs, plain)?;
                Ok(found)
            },
        );
    explored(result);
}

/// What a failed sync has left is not made durable by another one: the save after one that was in doubt writes, also what is there already.
#[test]
fn a_save_after_one_in_doubt_is_not_skipped() {
    let skipping = || plain().unchanged(Unchanged::Skip);
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, plain()).save(&State::new(1)).unwrap();
        })
        .run(
            |fs, ledger| {
                let document = on(fs, skipping());
                ledger.begin(Promise::Holds(2));
                let _ = document.save(&State::new(2));
                if document.save(&State::new(2)).is_ok() {
                    ledger.acknowledge(Promise::Holds(2));
                }
            },
            |fs, ledger| {
                let found = whole(&on(fs, plain()))?;
                is_allowed(ledger, Some(1), found)?;
                Ok(found)
            },
        );
    explored(result);
}
