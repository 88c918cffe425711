//! Restoring, and undoing it.

use persist::{BackupKind, Backups};

use super::*;

struct Restores {
    options: fn() -> Options<State>,
}

impl Restores {
    fn document(&self, fs: &SimFs) -> Document<State> {
        on(fs, (self.options)())
    }

    fn explore(&self) {
        let restart = Restart::default();
        let result = Explore::new(Device::default())
            .setup(|fs| {
                self.document(fs).save(&State::new(1)).unwrap();
                self.document(fs).backup().unwrap();
                self.document(fs).save(&State::new(2)).unwrap();
            })
            .run(
                |fs, ledger| self.there_and_back(fs, ledger),
                |fs, ledger| {
                    let document = self.document(fs);
                    let found = whole(&document)?;
                    if !allowed_of(ledger).contains(&found) {
                        return Err(format!("found {found:?}"));
                    }
                    both_are_kept(fs, self.options)?;
                    restart.goes_on(fs, self.options)?;
                    Ok(found)
                },
            );
        explored(result);
    }

    /// 2 → 1 → 2 → 1.
    fn there_and_back(&self, fs: &SimFs, ledger: &mut Ledger<(u8, u64)>) {
        let document = self.document(fs);
        let Ok(backups) = document.backups() else {
            return;
        };
        let is_first = |path: &Path| number_at(fs, path).is_ok_and(|number| number == 1);
        let Some(first) = backups.iter().rfind(|backup| is_first(backup.path())) else {
            return;
        };
        if !ledger.promise((0, 1), || document.restore(first)) {
            return;
        }
        if ledger.promise((1, 2), || document.undo_restore()) {
            ledger.promise((2, 1), || document.undo_restore());
        }
    }
}

/// Neither state is ever without a name.
pub(super) fn both_are_kept(fs: &SimFs, options: fn() -> Options<State>) -> Result<(), String> {
    let document = on(fs, options());
    let mut kept = copies(fs, &document)?;
    kept.extend(whole(&document)?);
    let pending = Path::new("/state/notes.json.before-undo");
    if fs.metadata(pending).is_ok() {
        kept.push(number_at(fs, pending)?);
    }
    let is_so = kept.contains(&1) && kept.contains(&2);
    is_so
        .then_some(())
        .ok_or_else(|| format!("only {kept:?} are kept"))
}

/// The steps go one after the other, and each begins only when the one before was acknowledged.
fn allowed_of(ledger: &Ledger<(u8, u64)>) -> Vec<Option<u64>> {
    let last = ledger
        .acknowledged()
        .last()
        .map_or(2, |(_, number)| *number);
    let begun = ledger.begun().last().map(|(_, number)| *number);
    vec![Some(last), begun.or(Some(last))]
}

/// "An acknowledged restore, and an acknowledged undo of it, survive every crash; in between the
/// document holds the one state or the other; and neither of them is ever lost."
#[test]
fn a_restore_and_its_undo_survive() {
    Restores { options: plain }.explore();
}

/// The same without backups: what is restored over is kept all the same.
#[test]
fn a_restore_without_backups_keeps_what_it_replaces() {
    Restores {
        options: || plain().backups(Backups::Off),
    }
    .explore();
}

/// The same with one copy, which is the one that is restored.
#[test]
fn a_restore_of_the_single_copy_keeps_both() {
    Restores {
        options: || plain().backups(Backups::Single),
    }
    .explore();
}

/// "A restore over a damaged document keeps the damaged bytes."
#[test]
fn a_restore_over_damage_keeps_the_damage() {
    let damaged = b"{}x";
    let options = || plain().recovery(persist::RecoveryPolicy::Fail);
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, options()).save(&State::new(1)).unwrap();
            on(fs, options()).save(&State::new(2)).unwrap();
            crate::scratch::scribble(fs, SIM_PATH, damaged);
        })
        .run(
            |fs, ledger: &mut Ledger<u64>| {
                let document = on(fs, options());
                let Ok(backups) = document.backups() else {
                    return;
                };
                let Some(newest) = backups
                    .iter()
                    .find(|backup| backup.kind() == BackupKind::Dated)
                else {
                    return;
                };
                ledger.promise(1, || document.restore(newest));
            },
            |fs, ledger| {
                recover::is_kept(fs, damaged)?;
                let found = match on(fs, options()).load() {
                    Ok(loaded) => loaded.map(|loaded| loaded.number),
                    Err(error) if error.kind() == persist::ErrorKind::Damaged => None,
                    Err(error) => return Err(error.to_string()),
                };
                if found.is_none() && !ledger.acknowledged().is_empty() {
                    return Err("restored, and damaged".to_owned());
                }
                if found.is_some() {
                    restart.goes_on(fs, options)?;
                }
                Ok(found)
            },
        );
    explored(result);
}
