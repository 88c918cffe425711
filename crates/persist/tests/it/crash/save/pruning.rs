//! Saves that prune by several rules at once.

use persist::{BackupKind, Retention};

use super::*;
use crate::scratch::scribble;

const ROTTEN: &str = "20261119_130000";

/// Copies of several days by their marks, and what they hold; after the first save `true` stays.
const COPIES: [(&str, u64, bool); 5] = [
    ("20261018_120000", 1, true), // month
    ("20261117_120000", 2, false),
    ("20261118_120000", 3, false),
    ("20261119_100000_pinned", 4, true),
    ("20261119_120000", 5, true), // day
];

fn options() -> Options<State> {
    plain().backups(Retention::newest(1).daily(2).monthly(2))
}

fn old_copies(fs: &SimFs) {
    on(fs, options()).save(&State::new(6)).unwrap();
    fs.create_dir(Path::new("/state/backups")).unwrap();
    let path = |mark| format!("/state/backups/notes_{mark}.json");
    for (mark, number, _) in COPIES {
        let text = serde_json::to_vec(&State::new(number)).unwrap();
        scribble(fs, path(mark), &text);
    }
    scribble(fs, path(ROTTEN), b"rotten");
}

/// The numbers of the copies that are good; the rotten one, which has no good one in its place, stays.
fn good_copies(fs: &SimFs) -> Result<Vec<u64>, String> {
    let backups = on(fs, options()).backups();
    let backups = backups.map_err(|error| error.to_string())?;
    let (rotten, good): (Vec<_>, Vec<_>) = backups.iter().partition(|backup| {
        assert_eq!(backup.kind(), BackupKind::Dated);
        backup.path().to_string_lossy().contains(ROTTEN)
    });
    if rotten.len() != 1 {
        return Err("what does not verify went before its time".to_owned());
    }
    good.iter()
        .map(|backup| number_at(fs, backup.path()))
        .collect()
}

/// "Whatever crashes during a save that prunes: what a rule keeps is there, what is pinned is there, what
/// does not verify has driven nothing out, and what cannot be removed fails no save."
#[test]
fn what_the_rules_keep_is_there_at_every_moment() {
    let result = Explore::new(Device::default())
        .setup(|fs| {
            fs.shared().create_dir_all(Path::new("/state")).unwrap();
            old_copies(fs);
        })
        .run(
            |fs, ledger| {
                for number in [7, 8] {
                    promise(ledger, number, || {
                        on(fs, options()).save(&State::new(number))
                    });
                }
            },
            |fs, ledger| {
                let found = whole(&on(fs, options()))?;
                is_allowed(ledger, Some(6), found)?;
                let copies = good_copies(fs)?;
                keeps_the_one_before(ledger, Some(6), &copies, found)?;
                for (mark, number, stays) in COPIES {
                    if stays && !copies.contains(&number) {
                        return Err(format!("{mark} is gone, of {copies:?}"));
                    }
                }
                Ok(found)
            },
        );
    explored(result);
}

/// "Pruning on demand removes what the rules let go and nothing else, whatever crashes meanwhile."
#[test]
fn a_prune_on_demand() {
    let result = Explore::new(Device::default())
        .setup(|fs| {
            fs.shared().create_dir_all(Path::new("/state")).unwrap();
            old_copies(fs);
        })
        .run(
            |fs, ledger: &mut Ledger<&str>| {
                ledger.promise("pruned", || on(fs, options()).prune());
            },
            |fs, _| {
                let copies = good_copies(fs)?;
                // Without a copy of this day there is room for one more day.
                for number in [1, 3, 4, 5] {
                    if !copies.contains(&number) {
                        return Err(format!("{number} is in none of {copies:?}"));
                    }
                }
                whole(&on(fs, options()))
            },
        );
    explored(result);
}
