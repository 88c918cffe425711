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
