//! Saving and loading documents.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use persist::{Backups, Document};
use serde::{Deserialize, Serialize};

use crate::replace::{publish, raw, text, write_temp};
use crate::scenario::{Costs, Result, Row, Scenario, WARM_UP, What};

/// The size of the document that is loaded, in bytes: about this.
const LOADED: usize = 10_000_000;

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        what: What::Document,
        name: "save",
        title: "Save a document of 1 KiB",
        rounds: 300,
        warm_up: WARM_UP,
        costs: Costs::Calls,
        build: |dir, _| saving(dir),
    },
    Scenario {
        what: What::Document,
        name: "load",
        title: "Load a sealed document of 10 MB",
        rounds: 30,
        warm_up: WARM_UP,
        costs: Costs::Memory(LOADED as u64),
        build: |dir, _| loading(dir),
    },
];

#[derive(Debug, Default, Serialize, Deserialize)]
struct Note {
    text: String,
}

fn saving(dir: &Path) -> Result<Vec<Row>> {
    // Each in a directory of its own, because of the backups.
    let new_place = |name: &str| -> Result<_> {
        let dir = dir.join(name);
        fs::create_dir(&dir)?;
        Ok(dir.join("note.json"))
    };
    let note = || Note {
        text: text(1 << 10),
    };
    let row = |name, place: &str, backups| -> Result<Row> {
        let path = new_place(place)?;
        let (document, note) = (
            Document::<Note>::options().backups(backups).at(path),
            note(),
        );
        Ok(Row::new(name, move || {
            document.save(&note)?;
            Ok(())
        }))
    };
    // What the raw row writes is what a document writes.
    let raw_path = new_place("raw")?;
    Document::<Note>::options()
        .backups(Backups::Off)
        .at(&raw_path)
        .save(&note())?;
    let bytes = fs::read(&raw_path)?;
    let mut raw_ten = raw_with_copies(new_place("raw-ten")?, bytes.clone())?;
    let (confy_path, confy_note) = (new_place("confy")?, note());
    Ok(vec![
        Row::new("open, write, fdatasync, rename, fsync(dir)", move || {
            raw(&raw_path, &bytes)
        }),
        row("**`Document::save`**, no backups", "off", Backups::Off)?.at_most(1.15),
        Row::new("the same, `link`, fsync(backups), remove", move || {
            raw_ten()
        }),
        row(
            "**`Document::save`**, ten backups",
            "ten",
            Backups::default(),
        )?
        .at_most(1.35),
        row("**`Document::save`**, one backup", "one", Backups::Single)?.at_most(1.35),
        Row::new("`confy` (TOML)", move || {
            confy::store_path(&confy_path, &confy_note)?;
            Ok(())
        }),
    ])
}

/// [`raw`], and what it takes to keep the last ten states: a second name for the old file, in a folder that is
/// synced before the rename, and one name less.
fn raw_with_copies(path: PathBuf, bytes: Vec<u8>) -> Result<impl FnMut() -> Result<()>> {
    const COPIES: u64 = 10;
    let backups = path.with_file_name("backups");
    fs::create_dir(&backups)?;
    fs::write(&path, &bytes)?;
    let mut number = 0_u64;
    Ok(move || {
        number += 1;
        let copy = |number: u64| backups.join(format!("{number}.json"));
        fs::hard_link(&path, copy(number))?;
        let temp = write_temp(&path, &bytes)?;
        File::open(&backups)?.sync_all()?;
        publish(&temp, &path)?;
        if let Some(oldest) = number.checked_sub(COPIES).filter(|oldest| *oldest > 0) {
            fs::remove_file(copy(oldest))?;
        }
        Ok(())
    })
}

/// A typed value as programs have them: records of text, numbers and lists.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Contacts {
    contacts: Vec<Contact>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Contact {
    id: u64,
    name: String,
    email: String,
    score: f64,
    active: bool,
    tags: Vec<String>,
}

impl Contacts {
    /// One whose pretty-printed JSON has about `size` bytes.
    pub fn of_size(size: usize) -> Self {
        const RECORD_LEN: usize = 218;
        let contact = |id: u64| {
            let mixed = id.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            Contact {
                id,
                name: format!("Person {mixed:016x}"),
                email: format!("person{:08}@example.org", mixed % 100_000_000),
                score: f64::from(u32::try_from(mixed >> 40).unwrap_or(0)) / 1000.0,
                active: mixed & 1 == 0,
                tags: vec![format!("tag{}", mixed % 100), "person".to_owned()],
            }
        };
        let count = u64::try_from(size / RECORD_LEN).unwrap_or(0);
        Self {
            contacts: (0..count).map(contact).collect(),
        }
    }
}

/// A document as `serde_json` alone would read it, nothing checked.
#[derive(Debug, Deserialize)]
struct Envelope {
    data: Contacts,
}

fn loading(dir: &Path) -> Result<Vec<Row>> {
    let path = dir.join("contacts.json");
    let document = Document::<Contacts>::options()
        .backups(Backups::Off)
        .at(&path);
    // Not where a process before this one has done so: what saving took would hide what loading takes.
    if !path.exists() {
        document.save(&Contacts::of_size(LOADED))?;
    }
    Ok(vec![
        Row::new("read, `serde_json::from_slice`", move || {
            let envelope: Envelope = serde_json::from_slice(&fs::read(&path)?)?;
            std::hint::black_box(envelope.data);
            Ok(())
        }),
        Row::new("**`Document::load`**", move || {
            let loaded = document.load()?.ok_or("no document")?;
            std::hint::black_box(loaded.into_value());
            Ok(())
        })
        .at_most(1.25),
    ])
}
