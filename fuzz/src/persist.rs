//! Document files that anybody may have written, and documents through any order of acts, faults and
//! crashes.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crash_sim::{Device, Fate, Fault, SimFs};
use persist::{
    Backups, Chain, Codec, Document, ErrorKind, FlatNames, HandEdits, Layout, Member, Naming,
    OnDisk, Options, Repair, Retention, Source, Wait,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use vfs::{Fs, OpenOptions};

const NOTES: &str = "/state/notes.json";

/// No file of the corpus is as large; what a compressed one holds may be.
const SIZE_LIMIT: u64 = 1 << 20;

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_144_232)
}

fn disk() -> SimFs {
    let fs = SimFs::new(Device::default());
    fs.create_dir(Path::new("/state")).expect("a new disk");
    fs
}

fn on<T>(fs: &SimFs, options: Options<T>) -> Document<T> {
    let options = options
        .fs(fs.shared())
        .clock(now)
        .temp_seed(1)
        .lock_wait(Wait::Never);
    options.size_limit(SIZE_LIMIT).at(NOTES)
}

fn contents(fs: &SimFs, path: &Path) -> Vec<u8> {
    fs.shared()
        .read(path, SIZE_LIMIT)
        .expect("it was just named")
}

/// Whatever stands in a document's file: no panic; it is left alone, or taken and given back after a save,
/// or replaced by the backup and kept. The first byte chooses the settings.
pub fn persist_envelope(data: &[u8]) {
    let Some((&settings, file)) = data.split_first() else {
        return;
    };
    if settings & 1 == 0 {
        envelope(settings, file, &json!({ "backup": [1, "two", null] }));
    } else {
        // Almost nothing fits.
        envelope(settings, file, &vec![(1_u8, "two".to_owned())]);
    }
}

fn options<T>(settings: u8) -> Options<T> {
    let names = FlatNames::default().called(Member::Version, "dataModelVersion");
    let layouts = [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default()),
        Layout::Flat(names.without(Member::Checksum)),
        Layout::Bare,
    ];
    let hand_edits = [HandEdits::Reject, HandEdits::Accept];
    let options = Options::without_default()
        .layout(layouts[usize::from(settings >> 1) % 4].clone())
        .hand_edits(hand_edits[usize::from(settings >> 3) % 2]);
    match settings >> 4 & 1 {
        0 => options,
        _ => options.versions(Chain::new("1.0").step("1.1", |_| Ok(())).unlabelled("1.0")),
    }
}

fn envelope<T>(settings: u8, file: &[u8], backup: &T)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let fs = disk();
    // The backup is of a document in a layout that holds every value and every version.
    let kept = options::<T>(settings).layout(Layout::Wrapped);
    on(&fs, kept).save(backup).expect("a new disk");
    let document = on(&fs, options::<T>(settings));
    document.backup().expect("a good document");
    let handle = fs
        .open(Path::new(NOTES), &OpenOptions::read_write())
        .expect("a document");
    handle.set_size(0).expect("an open file");
    handle.write_all_at(file, 0).expect("room without end");

    document.verify().expect("nothing fails here");
    let loaded = match document.load() {
        Ok(loaded) => loaded.expect("it is there"),
        Err(error) => {
            assert_ne!(
                error.kind(),
                ErrorKind::Damaged,
                "there is a backup: {error}"
            );
            assert_eq!(contents(&fs, Path::new(NOTES)), file, "left alone");
            let refused = document.save(backup).expect_err("what could not be read");
            assert_eq!(
                (refused.kind(), refused.on_disk()),
                (error.kind(), OnDisk::Unchanged)
            );
            assert_eq!(contents(&fs, Path::new(NOTES)), file, "left alone");
            return;
        }
    };
    match &loaded.recovery {
        None => assert_eq!(
            contents(&fs, Path::new(NOTES)),
            file,
            "reading changes nothing"
        ),
        Some(recovery) => {
            match &recovery.source {
                Source::Backup(_) => assert_eq!(&loaded.value, backup),
                // Only before a backup, so only if it cost nothing.
                source => {
                    assert_eq!(*source, Source::Salvage);
                    assert!(recovery.lost.is_empty());
                }
            }
            assert_eq!(recovery.repair, Repair::Done);
            let kept = recovery.quarantined.as_ref().expect("set aside");
            assert_eq!(contents(&fs, kept), file);
        }
    }
    match document.save(&loaded.value) {
        Ok(revision) => {
            let again = document
                .load()
                .expect("it was saved")
                .expect("it was saved");
            assert_eq!(
                (again.value, again.revision),
                (loaded.value, Some(revision))
            );
            assert_eq!(
                (again.recovery, again.hand_edited, again.migrated_from),
                (None, false, None)
            );
        }
        // A value that this layout can't hold, or with a version that it has no place for.
        Err(error) => assert_eq!(error.kind(), ErrorKind::Invalid, "{error}"),
    }
}

/// Acts on a document while the input says what goes wrong: two bytes are one turn. What was acknowledged
/// is there after every crash, what was called off never is, and a crash is never seen as damage.
pub fn persist_ops(data: &[u8]) {
    let mut fs = disk();
    let mut turns = Turns {
        allowed: BTreeSet::from([0]),
        next: 0,
    };
    let Some((&settings, data)) = data.split_first() else {
        return;
    };
    numbers(&fs, settings)
        .save(&json!({ "n": 0 }))
        .expect("a new disk");
    fs.settle();
    for turn in data.chunks_exact(2).take(24) {
        let (event, when) = (turn[0], u64::from(turn[1]));
        let fault = match event >> 4 {
            0 => Some(Fault::Kill),
            1 => Some(Fault::Io),
            2 => Some(Fault::NoSpace),
            3 => Some(Fault::Denied),
            4 => Some(Fault::SyncedButFailed),
            5 | 6 => {
                fs = fs.power_loss(&Fate::seeded(when));
                turns.settle(&fs, settings);
                None
            }
            _ => None,
        };
        let process = fs.process();
        if let Some(fault) = fault {
            fs.inject(fs.now() + when % 64, fault);
        }
        turns.act(&process, settings, event % 8);
    }
    turns.settle(&fs.power_loss(&Fate::seeded(u64::from(settings))), settings);
}

fn numbers(fs: &SimFs, settings: u8) -> Document<Value> {
    let layouts = [Layout::Wrapped, Layout::Flat(FlatNames::default())];
    let backups = [
        Backups::newest(2),
        Backups::Single,
        Backups::Off,
        Backups::Dated {
            naming: Naming::Beside,
            retention: Retention::newest(1).daily(2).max_total_size(4096),
        },
    ];
    let options = Options::without_default()
        .layout(layouts[usize::from(settings) % 2].clone())
        .backups(backups[usize::from(settings >> 1) % 4])
        .compression(if settings & 8 == 0 {
            Codec::Plain
        } else {
            Codec::Gzip
        });
    on(fs, options)
}

struct Turns {
    /// The states that may be found after a crash.
    allowed: BTreeSet<u64>,
    next: u64,
}

impl Turns {
    fn act(&mut self, fs: &SimFs, settings: u8, act: u8) {
        let document = &numbers(fs, settings);
        self.next += 1;
        let number = self.next;
        let value = json!({ "n": number });
        match act {
            0..=2 => self.told(number, document.save(&value)),
            3 => self.told(number, document.update(|there| *there = value)),
            4 => self.told(
                number,
                document.overwrite(&value).map(|written| written.revision),
            ),
            5 => drop(document.backup()),
            6 => drop(document.sweep()),
            _ => self.restore(fs, document),
        }
    }

    /// The oldest copy. Which state that is, is seen before.
    fn restore(&mut self, fs: &SimFs, document: &Document<Value>) {
        let Ok(backups) = document.backups() else {
            return;
        };
        let Some(oldest) = backups.last() else { return };
        let copy = Options::<Value>::without_default()
            .fs(fs.fork().shared())
            .at(oldest.path());
        let Ok(Some(copy)) = copy.load() else { return };
        let Some(number) = copy.value["n"].as_u64() else {
            return;
        };
        self.told(number, document.restore(oldest));
    }

    fn told<R>(&mut self, number: u64, result: persist::Result<R>) {
        match result {
            Ok(_) => self.allowed = BTreeSet::from([number]),
            Err(error) if error.on_disk() == OnDisk::Unchanged => {}
            Err(_) => drop(self.allowed.insert(number)),
        }
    }

    /// After a crash.
    fn settle(&mut self, fs: &SimFs, settings: u8) {
        let document = numbers(&fs.fork(), settings);
        let loaded = document
            .load()
            .expect("a crash is no damage")
            .expect("it is there");
        assert_eq!(loaded.recovery, None);
        let found = loaded.value["n"].as_u64().expect("a number");
        assert!(
            self.allowed.contains(&found),
            "{found}, not one of {:?}",
            self.allowed
        );
        self.allowed = BTreeSet::from([found]);
    }
}
