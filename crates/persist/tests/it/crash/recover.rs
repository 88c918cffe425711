//! Recovery of a damaged document.

use persist::{RecoveryPolicy, Repair};
use vfs::OpenOptions;

use super::*;
use crate::scratch::scribble;

const DAMAGED: &[u8] = b"\0\0\0 not what was saved \0\0\0";

/// Whether these bytes are the document's or in quarantine.
pub(super) fn is_kept(fs: &SimFs, damaged: &[u8]) -> Result<(), String> {
    let names = fs
        .read_dir(Path::new("/state"))
        .map_err(|error| error.to_string())?;
    let is_it = |name: &std::ffi::OsString| {
        let path = Path::new("/state").join(name);
        let holds = |bytes: Vec<u8>| bytes == damaged;
        fs.shared().read(&path, 1 << 20).is_ok_and(holds)
    };
    let evidence = |name: &&std::ffi::OsString| {
        let name = name.to_string_lossy();
        name == "notes.json" || name.starts_with("notes.json.damaged-")
    };
    let is_so = names.iter().filter(evidence).any(is_it);
    is_so
        .then_some(())
        .ok_or("the damaged bytes are gone".to_owned())
}

struct Recoveries {
    device: Device,
    options: fn() -> Options<State>,
    /// What becomes of the file that was saved last.
    damage: fn(&[u8]) -> Vec<u8>,
    /// States saved before the damage.
    saved: u64,
    /// The state that comes back.
    expected: u64,
}

impl Recoveries {
    /// The damaged file: the same on each run.
    fn damaged(&self) -> Vec<u8> {
        let fs = crate::scratch::sim();
        for number in 1..=self.saved {
            on(&fs, (self.options)()).save(&State::new(number)).unwrap();
        }
        let last = fs
            .shared()
            .read(Path::new(SIM_PATH), 1 << 20)
            .unwrap_or_default();
        (self.damage)(&last)
    }

    fn explore(&self) {
        let restart = Restart::default();
        let result = Explore::new(self.device.clone())
            .setup(|fs| {
                fs.shared().create_dir_all(Path::new("/state")).unwrap();
                for number in 1..=self.saved {
                    on(fs, (self.options)()).save(&State::new(number)).unwrap();
                }
                let last = fs
                    .shared()
                    .read(Path::new(SIM_PATH), 1 << 20)
                    .unwrap_or_default();
                scribble(fs, SIM_PATH, &(self.damage)(&last));
            })
            .run(
                |fs, ledger: &mut Ledger<u64>| {
                    ledger.begin(self.expected);
                    let Ok(Some(loaded)) = on(fs, (self.options)()).load() else {
                        return;
                    };
                    if loaded
                        .recovery
                        .as_ref()
                        .is_some_and(|recovery| recovery.repair == Repair::Done)
                    {
                        assert_eq!(loaded.value.number, self.expected);
                        ledger.acknowledge(self.expected);
                    }
                },
                |fs, ledger| {
                    let damaged = self.damaged();
                    is_kept(fs, &damaged)?;
                    let document = on(fs, (self.options)());
                    let loaded = document.load().map_err(|error| error.to_string())?;
                    let loaded = loaded.ok_or("the document is gone")?;
                    is_kept(fs, &damaged)?;
                    if !ledger.acknowledged().is_empty() && loaded.recovery.is_some() {
                        return Err("repaired, and damaged again".to_owned());
                    }
                    let quarantine = "/state/notes.json.damaged-";
                    let files = listing(fs).into_iter();
                    let quarantines =
                        files.filter(|(path, _)| path.to_string_lossy().starts_with(quarantine));
                    if quarantines.count() > 1 {
                        return Err("set aside twice".to_owned());
                    }
                    restart.goes_on(fs, self.options)?;
                    match loaded.number {
                        number if number == self.expected => Ok(number),
                        number => Err(format!("found {number}")),
                    }
                },
            );
        explored(result);
    }
}

/// "A damaged document comes back as its newest good backup, whatever crashes meanwhile; its bytes are
/// kept, once; and what was repaired stays so."
#[test]
fn the_newest_backup_comes_back() {
    let recoveries = Recoveries {
        device: Device::default(),
        options: plain,
        damage: |_| DAMAGED.to_vec(),
        saved: 3,
        expected: 2,
    };
    recoveries.explore();
    Recoveries {
        device: Device::default().no_hard_links(),
        ..recoveries
    }
    .explore();
}

/// The same from the one backup beside the document.
#[test]
fn the_single_backup_comes_back() {
    Recoveries {
        device: Device::default(),
        options: || plain().backups(persist::Backups::Single),
        damage: |_| DAMAGED.to_vec(),
        saved: 3,
        expected: 2,
    }
    .explore();
}

/// The same where there is none and the policy allows the default.
#[test]
fn the_default_comes_instead_where_that_is_allowed() {
    Recoveries {
        device: Device::default(),
        options: || {
            plain()
                .recovery(RecoveryPolicy::RecoverOrDefault)
                .default_value(|| State::new(7))
        },
        damage: |_| DAMAGED.to_vec(),
        saved: 0,
        expected: 7,
    }
    .explore();
}

/// The same from what still parses in the file, where there is no backup: a restart in the middle gives
/// the same once more.
#[test]
fn what_still_parses_comes_back() {
    let recoveries = Recoveries {
        device: Device::default(),
        options: || plain().backups(persist::Backups::Off),
        // The last member of the envelope, and the end of the file, were never written.
        damage: |last| last[..last.len() - 40].to_vec(),
        saved: 3,
        expected: 3,
    };
    recoveries.explore();
    Recoveries {
        device: Device::default().no_hard_links(),
        ..recoveries
    }
    .explore();
}

/// And before a backup, where nothing is lost or the program decides so.
#[test]
fn what_costs_nothing_or_is_asked_for_comes_before_a_backup() {
    Recoveries {
        device: Device::default(),
        options: plain,
        damage: |last| [last, b"\0\0\0\0"].concat(),
        saved: 3,
        expected: 3,
    }
    .explore();
    Recoveries {
        device: Device::default(),
        options: || plain().on_damage(|_| persist::Decision::Salvage),
        damage: |last| last[..last.len() - 40].to_vec(),
        saved: 3,
        expected: 3,
    }
    .explore();
}

/// "A backup that can't be read just now is not passed over for good: a value may be given, but nothing
/// is written."
#[test]
fn an_error_of_the_disk_does_not_roll_back() {
    let fs = crate::scratch::sim();
    for number in 1..=3 {
        on(&fs, plain()).save(&State::new(number)).unwrap();
    }
    scribble(&fs, SIM_PATH, DAMAGED);
    let calls = {
        let fork = fs.fork();
        let before = fork.now();
        on(&fork, plain()).load().unwrap();
        fork.now() - before
    };
    let mut rolled_back = 0;
    for index in 0..calls {
        let fork = fs.fork();
        fork.inject(fork.now() + index, crash_sim::Fault::Io);
        if let Ok(Some(loaded)) = on(&fork, plain()).load() {
            let repaired = loaded
                .recovery
                .as_ref()
                .is_some_and(|recovery| recovery.repair == Repair::Done);
            assert!(loaded.number == 2 || !repaired, "{index}: {loaded:?}");
            rolled_back += u32::from(loaded.number == 1);
        }
        assert_eq!(
            on(&fork, plain()).load().unwrap().unwrap().number,
            2,
            "{index}"
        );
    }
    assert!(
        rolled_back > 0,
        "no error met the reading of the newest backup"
    );
    let lock = fs.open(Path::new("/state/notes.json.lock"), &OpenOptions::read());
    assert!(lock.is_ok());
}
