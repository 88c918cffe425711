//! Random sequences of everything that can be done to a document, against a model of it.

use std::path::Path;

use crash_sim::{Device, SimFs};
use persist::{
    Backup, BackupKind, Backups, Codec, Decision, Document, ErrorKind, FlatNames, Layout, Options,
    RecoveryPolicy,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde::{Deserialize, Serialize};
use vfs::Fs;

use crate::scratch::{SIM_PATH, contents, on, scribble, sim_on};

const KEEP: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    number: u64,
}

#[derive(Clone, Debug)]
enum Act {
    Save,
    Update,
    RefusedUpdate,
    CompareFresh,
    CompareStale,
    Overwrite,
    Backup,
    Restore(usize),
    Undo,
    Damage(u8),
    Remove,
    Load,
    Sweep,
    /// Another program, with other settings for new files.
    Layout(u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Save),
        4 => Just(Act::Update),
        1 => Just(Act::RefusedUpdate),
        1 => Just(Act::CompareFresh),
        1 => Just(Act::CompareStale),
        1 => Just(Act::Overwrite),
        2 => Just(Act::Backup),
        2 => (0..4_usize).prop_map(Act::Restore),
        2 => Just(Act::Undo),
        2 => any::<u8>().prop_map(Act::Damage),
        1 => Just(Act::Remove),
        2 => Just(Act::Load),
        1 => Just(Act::Sweep),
        1 => (0..5_u8).prop_map(Act::Layout),
    ]
}

/// What the document is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Now {
    Missing,
    Good(u64),
    Damaged,
}

#[derive(Debug)]
struct Model {
    now: Now,
    /// Newest first.
    backups: Vec<u64>,
    before_restore: Option<u64>,
    damaged: Vec<Vec<u8>>,
}

impl Model {
    /// What a good document that is about to be replaced leaves in the folder: nothing, if it came from
    /// the newest one.
    fn keep(&mut self) {
        if let Now::Good(number) = self.now
            && self.backups.first() != Some(&number)
        {
            self.backups.insert(0, number);
        }
    }

    fn save(&mut self, number: u64) {
        let was_good = matches!(self.now, Now::Good(_));
        self.keep();
        if was_good {
            self.backups.truncate(KEEP);
        }
        self.now = Now::Good(number);
    }

    /// What a load or an update finds.
    fn recover(&mut self) -> Result<Option<u64>, ErrorKind> {
        if self.now == Now::Damaged {
            let newest = self.backups.first().ok_or(ErrorKind::Damaged)?;
            self.now = Now::Good(*newest);
        }
        match self.now {
            Now::Good(number) => Ok(Some(number)),
            _ => Ok(None),
        }
    }
}

struct World {
    fs: SimFs,
    document: Document<Value>,
    model: Model,
    next: u64,
}

fn options(which: u8) -> Options<Value> {
    let names = FlatNames::default();
    // What can be salvaged depends on where a byte was hit: tried elsewhere.
    let options = Document::options()
        .backups(Backups::newest(KEEP))
        .on_damage(|_| Decision::Backup);
    match which {
        0 => options,
        1 => options.layout(Layout::Flat(names)),
        2 => options.compression(Codec::Gzip),
        3 => options.layout(Layout::Bare),
        _ => options
            .layout(Layout::Flat(names))
            .compression(Codec::Plain),
    }
}

fn kind<T>(result: persist::Result<T>) -> Result<(), ErrorKind> {
    result.map(drop).map_err(|error| error.kind())
}

impl World {
    fn new(device: Device) -> Self {
        let fs = sim_on(device);
        let document = on(&fs, options(0));
        let model = Model {
            now: Now::Missing,
            backups: Vec::new(),
            before_restore: None,
            damaged: Vec::new(),
        };
        Self {
            fs,
            document,
            model,
            next: 0,
        }
    }

    fn act(&mut self, act: &Act) {
        self.next += 1;
        let value = Value { number: self.next };
        let if_not_damaged = match self.model.now {
            Now::Damaged => Err(ErrorKind::Damaged),
            _ => Ok(()),
        };
        match act {
            Act::Save => {
                assert_eq!(kind(self.document.save(&value)), if_not_damaged);
                if if_not_damaged.is_ok() {
                    self.model.save(self.next);
                }
            }
            Act::Update => {
                let updated = self
                    .document
                    .update(|state| std::mem::replace(state, value).number);
                let expected = self.model.recover();
                assert_eq!(
                    updated.map_err(|error| error.kind()),
                    expected.map(Option::unwrap_or_default)
                );
                if expected.is_ok() {
                    self.model.save(self.next);
                }
            }
            Act::RefusedUpdate => {
                let refused = self.document.try_update(|state| {
                    state.number = 0;
                    Err::<(), Box<dyn std::error::Error>>("no".into())
                });
                assert!(refused.is_err());
                let _ = self.model.recover();
            }
            Act::CompareFresh => self.compare(&value, true),
            Act::CompareStale => self.compare(&value, false),
            Act::Overwrite => {
                self.document.overwrite(&value).unwrap();
                self.model.save(self.next);
            }
            Act::Backup => match (self.document.backup(), self.model.now) {
                (Ok(_), Now::Good(number)) => {
                    self.model.backups.insert(0, number);
                    self.model.backups.truncate(KEEP);
                }
                (Err(error), now) => {
                    let expected = if now == Now::Missing {
                        ErrorKind::Missing
                    } else {
                        ErrorKind::Damaged
                    };
                    assert_eq!(error.kind(), expected);
                }
                (Ok(backup), now) => panic!("{backup:?} of {now:?}"),
            },
            Act::Restore(index) => self.restore(*index),
            Act::Undo => self.undo(),
            Act::Damage(seed) => self.damage(*seed),
            Act::Remove => {
                let _ = self.fs.remove_file(Path::new(SIM_PATH));
                self.model.now = Now::Missing;
            }
            Act::Load => {
                let loaded = self.document.load();
                let number = loaded.map(|loaded| loaded.map(|loaded| loaded.number));
                assert_eq!(number.map_err(|error| error.kind()), self.model.recover());
            }
            Act::Sweep => assert!(self.document.sweep().unwrap().is_empty()),
            Act::Layout(which) => self.document = on(&self.fs, options(*which)),
        }
    }

    fn compare(&mut self, value: &Value, fresh: bool) {
        let loaded = self.document.load();
        let expected = self.model.recover();
        if expected.is_err() {
            assert_eq!(loaded.unwrap_err().kind(), ErrorKind::Damaged);
            return;
        }
        let revision = loaded.unwrap().and_then(|loaded| loaded.revision);
        if !fresh {
            let between = Value {
                number: value.number + 1_000_000,
            };
            self.document.save(&between).unwrap();
            self.model.save(between.number);
        }
        let saved = kind(self.document.compare_and_save(&revision, value));
        assert_eq!(
            saved,
            if fresh {
                Ok(())
            } else {
                Err(ErrorKind::Conflict)
            }
        );
        if fresh {
            self.model.save(value.number);
        }
    }

    fn folder(&self) -> Vec<Backup> {
        let mut backups = self.document.backups().unwrap();
        backups.retain(|backup| backup.kind() == BackupKind::Dated);
        backups
    }

    fn restore(&mut self, index: usize) {
        let backups = self.folder();
        let Some(backup) = backups.get(index) else {
            return;
        };
        let number = self.model.backups[index];
        self.document.restore(backup).unwrap();
        self.model.keep();
        self.model.before_restore = match self.model.now {
            Now::Good(number) => Some(number),
            _ => None,
        };
        self.model.now = Now::Good(number);
    }

    fn undo(&mut self) {
        let undone = kind(self.document.undo_restore());
        let Some(number) = self.model.before_restore else {
            assert_eq!(undone, Err(ErrorKind::NothingToUndo));
            return;
        };
        assert_eq!(undone, Ok(()));
        self.model.keep();
        self.model.before_restore = match self.model.now {
            Now::Good(number) => Some(number),
            _ => None,
        };
        self.model.now = Now::Good(number);
    }

    fn damage(&mut self, seed: u8) {
        if self.model.now == Now::Missing {
            return;
        }
        let mut bytes = contents(&self.fs, SIM_PATH);
        match seed % 4 {
            0 => bytes.clear(),
            1 => bytes.truncate(bytes.len() / 2),
            2 => bytes.fill(0),
            _ => bytes.insert(usize::from(seed) % (bytes.len() + 1), b'\xff'),
        }
        scribble(&self.fs, SIM_PATH, &bytes);
        self.model.now = Now::Damaged;
        self.model.damaged.push(bytes);
    }

    /// Every copy holds what the model says, and no damaged byte that a repair has met is gone.
    fn check(&self) {
        let found: Vec<u64> = self
            .folder()
            .iter()
            .map(|backup| on_copy(&self.fs, backup.path()).number)
            .collect();
        assert_eq!(found, self.model.backups);
        if let Now::Good(number) = self.model.now {
            assert_eq!(on_copy(&self.fs, Path::new(SIM_PATH)).number, number);
        }
        if self.model.now != Now::Damaged {
            return;
        }
        let last = self.model.damaged.last().unwrap();
        assert_eq!(
            &contents(&self.fs, SIM_PATH),
            last,
            "damaged bytes stay until they are set aside"
        );
    }
}

fn on_copy(fs: &SimFs, path: &Path) -> Value {
    let copy = options(0)
        .recovery(RecoveryPolicy::Fail)
        .fs(fs.shared())
        .at(path);
    copy.load().unwrap().unwrap().value
}

proptest! {
    #![proptest_config(Config {
        cases: 200,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn a_document_does_what_its_model_does(
        links in any::<bool>(),
        acts in prop::collection::vec(act(), 1..60),
    ) {
        let device = if links { Device::default() } else { Device::default().no_hard_links() };
        let mut world = World::new(device);
        for act in &acts {
            world.act(act);
            world.check();
        }
    }
}
