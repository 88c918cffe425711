//! Saves.

mod pruning;

use persist::{Backups, Codec, ErrorKind, FlatNames, Layout};

use super::*;
use crate::scratch::noon;

/// A document that is saved twice more, and what there was before.
struct Saves {
    device: Device,
    options: fn() -> Options<State>,
    /// The last save before, 0 for none.
    before: u64,
    setup: fn(&SimFs),
    /// The one backup may be of the document itself, if the replace after it was cut off.
    single: bool,
}

fn saves() -> Saves {
    Saves {
        device: Device::default(),
        options: plain,
        before: 2,
        setup: |_| {},
        single: false,
    }
}

impl Saves {
    fn document(&self, fs: &SimFs) -> Document<State> {
        on(fs, (self.options)())
    }

    fn explore(&self) {
        let before = (self.before > 0).then_some(self.before);
        let restart = Restart::default();
        let result = Explore::new(self.device.clone())
            .setup(|fs| {
                (self.setup)(fs);
                for number in 1..=self.before {
                    self.document(fs).save(&State::new(number)).unwrap();
                }
            })
            .run(
                |fs, ledger| {
                    for number in self.before + 1..=self.before + 2 {
                        promise(ledger, number, || {
                            self.document(fs).save(&State::new(number))
                        });
                    }
                },
                |fs, ledger| {
                    let document = self.document(fs);
                    let found = whole(&document)?;
                    is_allowed(ledger, before, found)?;
                    let copies = copies(fs, &document)?;
                    if !self.single || !copies.iter().any(|copy| Some(*copy) == found) {
                        keeps_the_one_before(ledger, before, &copies, found)?;
                    }
                    if !self.single {
                        nothing_went_too_early(self.before, &copies, found)?;
                    }
                    restart.goes_on(fs, self.options)?;
                    Ok(found)
                },
            );
        explored(result);
    }
}

/// As long as the document holds what it held before, the copies do.
pub(super) fn nothing_went_too_early(
    before: u64,
    copies: &[u64],
    found: Option<u64>,
) -> Result<(), String> {
    let earlier = before.saturating_sub(1);
    let is_so = found != Some(before) || earlier == 0 || copies.contains(&earlier);
    is_so
        .then_some(())
        .ok_or_else(|| format!("{earlier} went before {before} was replaced"))
}

/// "An acknowledged save survives every crash; before it is acknowledged the old state is there or the
/// new; and at every moment a backup holds the state before the one in the document."
#[test]
fn an_acknowledged_save_survives_and_what_it_replaced_is_kept() {
    saves().explore();
}

/// The same where the document is a single file that was mounted, so that no rename can replace it.
#[test]
fn a_save_of_a_mounted_file_survives() {
    Saves {
        device: Device::default().mount_point(SIM_PATH),
        ..saves()
    }
    .explore();
}

/// The same, and the first save of all makes its directories.
#[test]
fn the_first_save_survives_with_its_directories() {
    Saves {
        before: 0,
        setup: |fs| {
            fs.remove_dir(Path::new("/state")).unwrap_or_default();
        },
        ..saves()
    }
    .explore();
}

/// The same with the one backup beside the document.
#[test]
fn a_save_with_a_single_backup_survives() {
    Saves {
        options: || plain().backups(Backups::Single),
        single: true,
        ..saves()
    }
    .explore();
}

/// The same while old backups are pruned: the newest is never among those that go.
#[test]
fn a_save_that_prunes_survives() {
    Saves {
        options: || plain().backups(Backups::newest(1)),
        before: 3,
        ..saves()
    }
    .explore();
}

/// The same where there are no hard links: the backup is a copy.
#[test]
fn a_save_survives_where_there_are_no_hard_links() {
    let without_links = Saves {
        device: Device::default().no_hard_links(),
        ..saves()
    };
    without_links.explore();
    Saves {
        options: || plain().backups(Backups::Single),
        single: true,
        ..without_links
    }
    .explore();
}

/// The same for other layouts, compressed.
#[test]
fn a_save_survives_in_every_layout() {
    Saves {
        options: || {
            plain()
                .layout(Layout::Flat(FlatNames::default()))
                .compression(Codec::Gzip)
        },
        ..saves()
    }
    .explore();
    Saves {
        options: || plain().layout(Layout::Bare),
        ..saves()
    }
    .explore();
}

/// "A foreign file that nobody had synced is durable as a backup before it is replaced."
#[test]
fn a_foreign_file_is_adopted_without_losing_it() {
    let state = || serde_json::to_string(&State::new(1)).unwrap();
    let restart = Restart::default();
    let result = Explore::new(Device::default())
        .setup(|fs| drop(fs.shared().create_dir_all(Path::new("/state"))))
        .run(
            |fs, ledger| {
                // Written in place, never synced: a crash may take it until somebody adopts it.
                let file = fs.open(Path::new(SIM_PATH), &vfs::OpenOptions::create_new());
                if file
                    .and_then(|file| file.write_all_at(state().as_bytes(), 0))
                    .is_err()
                {
                    return;
                }
                promise(ledger, 2, || {
                    on(fs, plain()).update(|state| *state = State::new(2))
                });
            },
            |fs, ledger| {
                if ledger.acknowledged().contains(&Promise::Holds(2)) {
                    let document = on(fs, plain());
                    let found = whole(&document)?;
                    keeps_the_one_before(ledger, Some(1), &copies(fs, &document)?, found)?;
                    restart.goes_on(fs, plain)?;
                    return Ok(found);
                }
                Ok(None)
            },
        );
    explored(result);
}

/// "A directory that another process has made, which was killed or failed before it was durable, does not
/// take an acknowledged save with it."
#[test]
fn a_process_that_dies_leaves_no_trap() {
    let at = |fs: &SimFs| {
        let options = plain().fs(fs.shared()).clock(noon).temp_seed(1);
        options.at("/state/deep/er/notes.json")
    };
    let result = Explore::new(Device::default()).run(
        |fs, ledger| {
            // Every call of it is killed in turn, and fails in turn.
            let other = fs.process();
            promise(ledger, 1, || at(&other).save(&State::new(1)));
            promise(ledger, 2, || at(fs).save(&State::new(2)));
        },
        |fs, ledger| {
            let found = whole(&at(fs))?;
            is_allowed(ledger, None, found)?;
            Ok(found)
        },
    );
    explored(result);
}

/// "A full disk takes nothing from the one backup beside the document."
#[test]
fn s1_80_s2_18_d23_a_save_to_a_full_disk_leaves_the_single_backup() {
    let fs = crate::scratch::sim_on(Device::default().capacity(24 * 1024));
    let document = on(&fs, plain().backups(Backups::Single));
    document.save(&State::new(1)).unwrap();
    document.save(&State::new(2)).unwrap();
    let mut large = State::new(3);
    large.padding = "x".repeat(20_000);
    let error = document.save(&large).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert_eq!(whole(&document).unwrap(), Some(2));
    assert_eq!(copies(&fs, &document).unwrap(), [1]);
}

/// "A full disk, saved to again and again, does not drive out the history."
#[test]
fn saves_to_a_full_disk_do_not_drive_out_the_backups() {
    let fs = crate::scratch::sim_on(Device::default().capacity(64 * 1024));
    let document = on(&fs, plain().backups(Backups::newest(2)));
    for number in 1..=3 {
        document.save(&State::new(number)).unwrap();
    }
    let ballast = fs
        .open(Path::new("/filler"), &vfs::OpenOptions::create_new())
        .unwrap();
    let mut filled = 0;
    while ballast.write_at(&[0; 64], filled).is_ok() {
        filled += 64;
    }
    for _ in 0..5 {
        let error = document.save(&State::new(4)).unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (ErrorKind::StorageFull, OnDisk::Unchanged)
        );
        assert_eq!(whole(&document).unwrap(), Some(3));
    }
    ballast.set_size(0).unwrap();
    document.save(&State::new(4)).unwrap();
    assert_eq!(copies(&fs, &document).unwrap(), [3, 2]);
}
