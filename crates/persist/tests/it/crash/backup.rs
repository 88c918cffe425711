//! Backups on demand.

use persist::{BackupKind, Backups};

use super::*;

struct OnDemand {
    device: Device,
    options: fn() -> Options<State>,
}

impl OnDemand {
    fn explore(&self) {
        let document = |fs: &SimFs| on(fs, (self.options)());
        let restart = Restart::default();
        let result = Explore::new(self.device.clone())
            .setup(|fs| drop(document(fs).save(&State::new(1))))
            .run(
                |fs, ledger: &mut Ledger<u64>| {
                    for number in [1, 2] {
                        ledger.begin(number);
                        if document(fs).backup().is_ok() {
                            ledger.acknowledge(number);
                        }
                        if document(fs).save(&State::new(number + 1)).is_err() {
                            return;
                        }
                    }
                },
                |fs, ledger| {
                    let found = whole(&document(fs))?;
                    let copies = copies(fs, &document(fs))?;
                    if let Some(missing) = ledger.acknowledged().iter().find(|number| {
                        !copies.contains(number) && found != Some(**number) && self.keeps_all(fs)
                    }) {
                        return Err(format!("{missing} is in none of {copies:?}"));
                    }
                    restart.goes_on(fs, self.options)?;
                    Ok((found, copies.len()))
                },
            );
        explored(result);
    }

    /// A single backup is replaced by the next.
    fn keeps_all(&self, fs: &SimFs) -> bool {
        let backups = on(fs, (self.options)()).backups().unwrap_or_default();
        backups
            .iter()
            .all(|backup| backup.kind() == BackupKind::Dated)
    }
}

/// "An acknowledged backup is there after every crash, whole, whatever was saved since."
#[test]
fn an_acknowledged_backup_survives() {
    let demand = OnDemand {
        device: Device::default(),
        options: plain,
    };
    demand.explore();
    OnDemand {
        options: || plain().backups(Backups::Off),
        ..demand
    }
    .explore();
}

/// The same for the one beside the document, until the next takes its place.
#[test]
fn an_acknowledged_single_backup_survives() {
    OnDemand {
        device: Device::default(),
        options: || plain().backups(Backups::Single),
    }
    .explore();
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Pin,
    Save(u64),
    Unpin,
}

fn newest() -> Options<State> {
    plain().backups(Backups::newest(1))
}

/// Whether a copy of state 1 is there, and whether it is pinned.
pub(super) fn first(fs: &SimFs) -> Result<(bool, bool), String> {
    let backups = on(fs, newest())
        .backups()
        .map_err(|error| error.to_string())?;
    let mut found = (false, false);
    for backup in backups {
        if number_at(fs, backup.path())? == 1 {
            found = (true, found.1 || backup.is_pinned());
        }
    }
    Ok(found)
}

/// "A copy is never without a name while it is pinned or unpinned; an acknowledged pin survives every
/// crash, also if it was acknowledged at the second try, and keeps the copy through every save; unpinned
/// it goes like others."
#[test]
fn an_acknowledged_pin_survives() {
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| {
            on(fs, newest()).save(&State::new(1)).unwrap();
            on(fs, newest()).save(&State::new(2)).unwrap();
        })
        .run(
            |fs, ledger| {
                let document = on(fs, newest());
                let Some(copy) = document.backups().unwrap_or_default().into_iter().next() else {
                    return;
                };
                let pin = || document.pin(&copy).or_else(|_| document.pin(&copy));
                let save = |number| move || on(fs, newest()).save(&State::new(number));
                let unpin = || document.unpin(&copy).or_else(|_| document.unpin(&copy));
                let _ = ledger.promise(Step::Pin, pin)
                    && ledger.promise(Step::Save(3), save(3))
                    && ledger.promise(Step::Save(4), save(4))
                    && ledger.promise(Step::Unpin, unpin)
                    && ledger.promise(Step::Save(5), save(5));
            },
            |fs, ledger| {
                let found = first(fs)?;
                let (is_there, is_pinned) = found;
                if !is_there && !ledger.begun().contains(&Step::Save(5)) {
                    return Err("it has lost its name".to_owned());
                }
                if !is_pinned
                    && ledger.acknowledged().contains(&Step::Pin)
                    && !ledger.begun().contains(&Step::Unpin)
                {
                    return Err("it is not pinned".to_owned());
                }
                if is_pinned && ledger.acknowledged().contains(&Step::Unpin) {
                    return Err("it is still pinned".to_owned());
                }
                restart.goes_on(fs, newest)?;
                Ok(found)
            },
        );
    explored(result);
}
