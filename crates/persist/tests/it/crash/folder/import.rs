//! Imports, and their undoing.

use std::cell::Cell;

use super::*;

/// That the program goes on after a restart: nothing is left over but the way back, the documents can
/// be saved, and what was imported can be undone. Tried once for each set of names and sizes.
#[derive(Default)]
struct Restart {
    seen: RefCell<HashSet<Vec<(PathBuf, u64)>>>,
}

impl Restart {
    fn goes_on(&self, fs: &SimFs, found: Numbers) -> Result<(), String> {
        if !self.seen.borrow_mut().insert(listing(fs)) {
            return Ok(());
        }
        // On a copy of the machine: it must not change what a second restart finds.
        let fs = fs.fork();
        let text = |error: Error| error.to_string();
        folder(&fs).sweep().map_err(text)?;
        let names = fs.read_dir(Path::new(STATE)).unwrap();
        let hidden = names.iter().filter_map(|name| name.to_str());
        let hidden: Vec<&str> = hidden.filter(|name| name.starts_with('.')).collect();
        match (found, hidden.as_slice()) {
            (OLD, [".import.lock"] | []) => {}
            (_, [".import.a" | ".import.b", ".import.lock", ".import.undo"]) => {
                folder(&fs).undo_import().map_err(text)?;
                let back = loaded(&fs)?;
                if back == found {
                    return Err(format!("undone, and still {back:?}"));
                }
                folder(&fs).undo_import().map_err(text)?;
                if loaded(&fs)? != found {
                    return Err("an undo could not be undone".to_owned());
                }
            }
            _ => return Err(format!("left over: {hidden:?}")),
        }
        save_all(&fs, STATE, [Some(9); 2]);
        match loaded(&fs)? {
            [Some(9), Some(9)] => Ok(()),
            other => Err(format!("saved 9, found {other:?}")),
        }
    }
}

/// Documents that are imported by one process, and what is done after it.
struct Imports {
    explore: Explore<'static>,
    run: fn(&SimFs, &mut Ledger<Numbers>),
    /// What may be found if nothing was acknowledged.
    before: Numbers,
}

impl Imports {
    fn explore(self) {
        let restart = Restart::default();
        let pending = Cell::new(0_u64);
        let result = self.explore.run(self.run, |fs, ledger| {
            let was_pending = is_pending(fs);
            pending.set(pending.get() + u64::from(was_pending));
            if was_pending {
                reads_the_same_without_locks(fs, NEW)
                    .or_else(|_| reads_the_same_without_locks(fs, OLD))?;
            }
            let found = all_or_nothing(fs)?;
            if was_pending && is_pending(fs) {
                return Err("loaded, and not finished".to_owned());
            }
            let last = ledger.acknowledged().last().copied().unwrap_or(self.before);
            let begun = ledger.begun().last().copied().unwrap_or(self.before);
            if found != last && found != begun {
                return Err(format!("found {found:?}, neither {last:?} nor {begun:?}"));
            }
            restart.goes_on(fs, found)?;
            Ok(found)
        });
        explored(result);
        assert!(
            pending.get() > 0,
            "no crash came between decision and finish"
        );
    }
}

/// What is crashed first is crashed again only in one of them: finishing is some hundred calls long.
fn once() -> Explore<'static> {
    let explore = Explore::new(Device::default()).depth(1).fates(16);
    explore.setup(old_and_export)
}

/// An import and what its caller was told.
fn import(fs: &SimFs, ledger: &mut Ledger<Numbers>) {
    ledger.promise(NEW, || folder(fs).import(EXPORT));
}

/// "After an acknowledged import every document is as imported, and before it all of them are as they
/// were or all are as imported, whatever crashes and however often; nothing of it is left over; and it
/// can be undone."
#[test]
fn an_import_is_all_or_nothing() {
    Imports {
        explore: once(),
        run: import,
        before: OLD,
    }
    .explore();
}

/// The same if whoever finishes it is cut off as well.
#[test]
fn an_import_that_is_finished_by_others_is_all_or_nothing() {
    Imports {
        explore: once().depth(2).faults(false).kills(false).fates(4),
        run: import,
        before: OLD,
    }
    .explore();
}

/// The same where there are no hard links: what is replaced is copied.
#[test]
fn an_import_is_all_or_nothing_where_there_are_no_hard_links() {
    Imports {
        explore: Explore::new(Device::default().no_hard_links())
            .depth(1)
            .faults(false)
            .setup(old_and_export),
        run: import,
        before: OLD,
    }
    .explore();
}

/// The same for an undo, and for undoing that: the documents that came go, and come again.
#[test]
fn an_undo_is_all_or_nothing() {
    Imports {
        explore: once().setup(|fs| {
            old_and_export(fs);
            folder(fs).import(EXPORT).unwrap();
        }),
        run: |fs, ledger| {
            if ledger.promise(OLD, || folder(fs).undo_import()) {
                ledger.promise(NEW, || folder(fs).undo_import());
            }
        },
        before: NEW,
    }
    .explore();
}

/// "Whatever becomes of an import, what is saved after it is never taken back by it, and what is loaded
/// beside it belongs to the same state."
#[test]
fn what_is_saved_after_an_import_stays() {
    let result = once().run(
        |fs, ledger: &mut Ledger<u64>| {
            // Another process, which is killed at every call and fails at every call.
            let _ = folder(&fs.process()).import(EXPORT);
            ledger.promise(7, || {
                document(fs, STATE, "a.json").update(|state| {
                    let seven = 7 + 10 * state.number;
                    *state = State::new(seven);
                })
            });
        },
        |fs, ledger| match (loaded(fs)?, ledger.acknowledged().is_empty()) {
            (found @ ([Some(17), None] | [Some(27), Some(2)]), _) => Ok(found),
            (OLD, true) => Ok(OLD),
            (NEW, true) => Ok(NEW),
            (found, _) => Err(format!("found {found:?}")),
        },
    );
    explored(result);
}

/// "A damaged document that an import replaces is kept, whatever crashes, and an undo brings it back."
#[test]
fn what_was_damaged_before_an_import_is_kept() {
    const DAMAGED: &[u8] = b"\0\0\0 not what was saved \0\0\0";
    let is_kept = |fs: &SimFs| {
        let names = fs.read_dir(Path::new(STATE)).unwrap();
        let kept = names.iter().filter_map(|name| name.to_str());
        let mut kept = kept.filter(|name| *name == "a.json" || name.starts_with("a.json.damaged-"));
        let holds = |name: &str| {
            let path = Path::new(STATE).join(name);
            fs.shared()
                .read(&path, 1 << 20)
                .is_ok_and(|bytes| bytes == DAMAGED)
        };
        kept.any(holds)
    };
    let result = once()
        .setup(|fs| {
            old_and_export(fs);
            crate::scratch::scribble(fs, "/state/a.json", DAMAGED);
        })
        .run(import, |fs, ledger| {
            if !is_kept(fs) {
                return Err("the damaged bytes are gone".to_owned());
            }
            if ledger.acknowledged().is_empty() {
                return Ok(OLD);
            }
            let found = loaded(fs)?;
            let fs = fs.fork();
            folder(&fs)
                .undo_import()
                .map_err(|error| error.to_string())?;
            let back = crate::scratch::contents(&fs, "/state/a.json");
            if back != DAMAGED || whole(&document(&fs, STATE, "b.json"))?.is_some() {
                return Err("the undo did not bring it back".to_owned());
            }
            Ok(found)
        });
    explored(result);
}
