//! All documents of a folder: exports, imports, and the way back.

mod exporting;
mod importing;
mod refusing;
mod undoing;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use persist::{Backups, Chain, Document, Folder};
use serde_json::json;

use crate::scratch::{Scratch, noon};

type Notes = Vec<String>;
type Contacts = BTreeMap<String, u32>;

/// A folder `state` with two documents that the program knows and one that it does not, and room for
/// exports beside it.
struct World {
    scratch: Scratch,
    notes: Document<Notes>,
    contacts: Document<Contacts>,
}

impl World {
    fn new() -> Self {
        let scratch = Scratch::new();
        let state = scratch.at("state");
        let notes = Document::options().clock(noon).at(state.join("notes.json"));
        let contacts = Document::<Contacts>::options()
            .clock(noon)
            .backups(Backups::Single)
            .validate(|all| match all.get("nobody") {
                Some(_) => Err("`nobody` is no name".to_owned()),
                None => Ok(()),
            })
            .versions(Chain::new(1).step(2, |value| {
                let all = value.as_object_mut().ok_or("no object")?;
                all.insert("new".into(), json!(1));
                Ok(())
            }))
            .at(state.join("contacts.json"));
        notes.save(&vec!["tea".into()]).unwrap();
        contacts.save(&[("ada".to_owned(), 36)].into()).unwrap();
        fs::write(state.join("config.json"), "{ \"a\" : 1.50 }\r\n").unwrap();
        Self {
            scratch,
            notes,
            contacts,
        }
    }

    fn folder(&self) -> Folder {
        self.folder_at("state")
            .document(&self.notes)
            .document(&self.contacts)
    }

    fn folder_at(&self, name: &str) -> Folder {
        Folder::at(self.scratch.at(name)).clock(noon)
    }

    fn export(&self) -> PathBuf {
        let to = self.scratch.at("export");
        self.folder().export(&to).unwrap();
        to
    }

    /// What the documents hold, byte for byte, all copies aside.
    fn documents(&self) -> BTreeMap<String, Vec<u8>> {
        let names = self.folder().documents().unwrap();
        let read = |name: String| {
            let bytes = fs::read(self.scratch.at("state").join(&name)).unwrap();
            (name, bytes)
        };
        names.map(read).collect()
    }

    /// Changes every document and brings one more.
    fn go_on(&self) {
        self.notes
            .update(|notes| notes.push("milk".into()))
            .unwrap();
        self.contacts
            .update(|all| all.insert("bob".into(), 7))
            .unwrap();
        self.scratch.write("state/config.json", "{\"a\":2}");
        self.scratch.write("state/more.json", "[]");
    }
}
