//! "The same program runs on any kind of storage, and reading never asks it."

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::{fmt, fs};

use super::program::domain::library::FeatureLibrary;
use super::program::domain::{Rejected, Service};
use super::program::error::Error;
use super::program::files::{Filed, JsonFile, VERSION};
use super::program::persistence::Persistence;
use super::program::shelf::{Change, Shelf, Shelved};
use super::{Data, Feature, feature, setting};

/// The same work on any shelf, by two runs of the program.
fn work(shelf: impl Fn() -> Persistence<FeatureLibrary>) {
    let mut first = shelf();
    assert_eq!(first.load().unwrap(), 0);
    first.add_and_save(feature("f1", "CRUD API")).unwrap();
    first.add_and_save(feature("f2", "Login")).unwrap();
    first.change(|library| library.delete("f1")).unwrap();
    let refused = first.add_and_save(feature("f2", "Another"));
    assert!(matches!(refused, Err(Error::Rejected(_))), "{refused:?}");

    let mut second = shelf();
    assert_eq!(second.load().unwrap(), 1);
    assert_eq!(second.service().records(), [feature("f2", "Login")]);
    assert!(second.failed().is_empty());
}

/// Records in memory. Clones share them, as processes share files.
#[derive(Debug)]
struct Memory<R>(Rc<RefCell<Option<Vec<R>>>>);

impl<R> Clone for Memory<R> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<R> Default for Memory<R> {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(None)))
    }
}

impl<R: Clone + fmt::Debug> Shelf<R> for Memory<R> {
    fn load(&self) -> Result<Option<Shelved<R>>, Error> {
        let records = self.0.borrow().clone();
        Ok(records.map(|records| Shelved {
            records: records.into_iter().enumerate().collect(),
            unread: Vec::new(),
        }))
    }

    fn update(&self, change: Change<'_, R>) -> Result<(), Error> {
        let mut records = self.0.borrow().clone().unwrap_or_default();
        change(&mut records)?;
        *self.0.borrow_mut() = Some(records);
        Ok(())
    }
}

#[test]
fn s0_6_the_same_program_runs_on_text_on_compressed_files_and_in_memory() {
    for codec in [persist::Codec::Plain, persist::Codec::Gzip] {
        let data = Data::new();
        work(|| {
            let setting = super::Setting {
                codec,
                ..setting(&data.fs)
            };
            Persistence::new(JsonFile::<Feature>::new(
                Some(&Data::path("features.json")),
                setting,
            ))
        });
        let bytes = data
            .fs
            .shared()
            .read(&Data::path("features.json"), 1 << 20)
            .unwrap();
        assert_eq!(persist::Codec::detect(&bytes), codec);
    }
    let memory = Memory::default();
    work(|| Persistence::new(memory.clone()));
}

#[test]
fn s0_1_s0_7_the_domain_knows_nothing_of_storage() {
    let domain = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/feature_library/domain");
    let mut files = vec![domain.with_extension("rs")];
    files.extend(
        fs::read_dir(domain)
            .unwrap()
            .map(|entry| entry.unwrap().path()),
    );
    assert!(files.len() > 5);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for used in text.lines().filter(|line| line.starts_with("use ")) {
            let is_domain = ["super::", "serde::", "std::fmt", "std::str", "std::time"]
                .iter()
                .any(|allowed| used.starts_with(&format!("use {allowed}")));
            assert!(is_domain, "{}: {used}", path.display());
        }
        for word in ["persist::", "vfs::", "std::fs", "std::io", "crate::"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

/// Counts what it is asked for.
#[derive(Debug)]
struct Counting {
    shelf: Memory<Feature>,
    calls: Rc<Cell<u32>>,
}

impl Shelf<Feature> for Counting {
    fn load(&self) -> Result<Option<Shelved<Feature>>, Error> {
        self.calls.set(self.calls.get() + 1);
        self.shelf.load()
    }

    fn update(&self, change: Change<'_, Feature>) -> Result<(), Error> {
        self.calls.set(self.calls.get() + 1);
        self.shelf.update(change)
    }
}

#[test]
fn s0_8_s0_9_reading_asks_memory_alone_and_every_change_is_one_save() {
    let calls = Rc::new(Cell::new(0));
    let mut features = Persistence::<FeatureLibrary>::new(Counting {
        shelf: Memory::default(),
        calls: Rc::clone(&calls),
    });
    features.load().unwrap();
    assert_eq!(calls.get(), 1);
    features.add_and_save(feature("f1", "CRUD API")).unwrap();
    assert_eq!(calls.get(), 2);
    assert!(features.service().find("CRUD").is_some());
    assert_eq!(features.service().records().len(), 1);
    assert_eq!(calls.get(), 2);
    features
        .change(|library| library.update("f1", |feature| feature.notes = "new".into()))
        .unwrap();
    assert_eq!(calls.get(), 3);
    assert_eq!(features.service().records()[0].notes, "new");
}

#[test]
fn s0_10_s0_18_s0_29_two_files_each_at_its_default_place() {
    assert_eq!(Feature::DEFAULT_PATH, "data/features.json");
    assert_eq!(
        super::program::domain::entry::TimeEntry::DEFAULT_PATH,
        "data/tracked_time.json"
    );
    assert_eq!(VERSION, "1.1");
    let data = Data::new();
    let unnamed = JsonFile::<Feature>::new(None, setting(&data.fs));
    assert_eq!(unnamed.document().path(), Path::new("data/features.json"));
}

#[test]
fn a_rejected_change_says_why() {
    let mut library = FeatureLibrary::default();
    library.add(feature("f1", "CRUD API")).unwrap();
    for (wrong, reason) in [
        (
            feature("f1", "Other"),
            "there is a feature with the id `f1` already",
        ),
        (
            feature("f2", "crud api"),
            "there is a feature called `CRUD API` already",
        ),
        (feature("", "Other"), "the id is empty"),
        (feature("f2", " "), "the name is empty"),
        (
            Feature {
                seed_time_hours: -1.0,
                ..feature("f2", "Other")
            },
            "the seed time can't be -1 hours",
        ),
    ] {
        assert_eq!(library.add(wrong), Err(Rejected(reason.to_owned())));
    }
}
