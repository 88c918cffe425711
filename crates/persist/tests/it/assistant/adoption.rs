//! Files that the Python program wrote, and the Python program on files that were written here.
//!
//! `golden/` holds what `seed.py` wrote: Python is needed only to go on with it.

use std::path::Path;

use persist::RecoveryPolicy;
use serde_json::{Value, json};

use super::State;
use super::program::book::Change;
use super::program::contact::{Contact, ContactFields};
use super::program::desk::Desk;
use super::program::record::{Record, checked};
use super::program::storage::{File, Storage, World};
use crate::python::Python;

const CONTACTS: &str = include_str!("golden/contacts.json");
const BACKUP: &str = include_str!("golden/contacts_20240115_120000.json");

/// As the Python program left it.
fn golden() -> State {
    State::with(&[
        ("contacts.json", CONTACTS),
        ("backups/contacts_20240115_120000.json", BACKUP),
        ("notes.json", include_str!("golden/notes.json")),
        ("config.json", include_str!("golden/config.json")),
    ])
}

#[test]
fn s2_7_s2_10_looking_changes_nothing() {
    let state = golden();
    let before = state.files();
    assert_eq!(
        state.ran("contact list"),
        "c0ffee00\tBo\n8d5f2c1a\tŽofie Nováková"
    );
    assert!(state.ran("contact show bo").contains("address\tHlavní 1\n"));
    assert!(
        state
            .ran("note show shopping")
            .contains("content\tmilk\nžitný chléb")
    );
    assert_eq!(state.ran("config get backup_count"), "3");
    assert!(
        state
            .ran("backup list")
            .starts_with("contacts_20240115_120000.json\t2024-01-15 12:00:00\t")
    );
    state.ran("verify");
    assert_eq!(state.files(), before);
}

#[test]
fn s2_53_a_change_keeps_what_nobody_here_knows() {
    let state = golden();
    state.ran("contact edit bo --phone 155");
    let [mut before, after]: [Value; 2] = [CONTACTS.to_owned(), state.text("contacts.json")]
        .map(|text| serde_json::from_str(&text).unwrap());
    before[1]["phone"] = json!("155");
    before[1]["updated_at"] = json!("2026-11-20T03:10:32+00:00");
    assert_eq!(after, before);
    // Byte for byte but for that: the same order, the same spaces.
    let expected = CONTACTS.replace("\"112\"", "\"155\"").replace(
        "\"updated_at\": \"2024-01-16T08:31:00\"",
        "\"updated_at\": \"2026-11-20T03:10:32+00:00\"",
    );
    assert_eq!(state.text("contacts.json").trim_end(), expected);
    // What Python wrote is the newest backup.
    let newest = state.ran("backup list contacts");
    let newest = newest.split('\t').next().unwrap();
    assert_eq!(state.text(&format!("backups/{newest}")), CONTACTS);
}

#[test]
fn s2_53_what_is_not_changed_stays_as_it_was_typed() {
    let typed = r#"[ {"name": "Bo", "rating": 4.50, "id": "b", "serial": 12345678901234567890123},
  {"id":"c",   "name":"Cy", "seen": {"at": "noon"} } ]
"#;
    let state = State::with(&[("contacts.json", typed)]);
    state.ran("contact edit bo --phone 1");
    let text = state.text("contacts.json");
    let [rest, edited] = [
        "  {\"id\":\"c\",   \"name\":\"Cy\", \"seen\": {\"at\": \"noon\"} } ]\n",
        "\"phone\": \"1\", ",
    ];
    assert!(text.ends_with(rest) && text.contains(edited), "{text}");
    let now = ", \"updated_at\": \"2026-11-20T03:10:32+00:00\"";
    assert_eq!(text.replace(edited, "").replace(now, ""), typed);
}

#[test]
fn s2_53_d6_a_record_that_is_no_contact_is_told_of_and_stays() {
    let odd = "\"not a record\", {\"name\": 7, \"phone\": [\"1\", \"2\"]}";
    let state = State::with(&[("contacts.json", &format!("[{{\"name\": \"Bo\"}}, {odd}]"))]);
    let listed = state.ran("contact list");
    assert!(
        listed.starts_with("-\tBo\n?\tcontact 1: invalid type: string"),
        "{listed}"
    );
    assert!(
        listed.contains("\n?\tcontact 2: invalid type: integer `7`"),
        "{listed}"
    );
    state.ran("contact add Ada");
    state.ran("contact remove bo");
    let text = state.text("contacts.json");
    assert!(text.contains(odd), "{text}");
    assert!(!state.names().iter().any(|name| name.contains("damaged")));
}

#[test]
fn s2_8_s2_30_a_backup_of_python_is_restored_and_used() {
    let state = golden();
    state.ran("backup restore contacts --at 2024-01-15T12:00:00");
    assert_eq!(state.text("contacts.json"), BACKUP);
    state.write("contacts.json", "");
    state.ran("recover contacts");
    assert!(!state.text("contacts.json").is_empty());
}

/// Files on the real file system, with both programs on them.
struct Both<'d> {
    python: Python<'d>,
    dir: &'d Path,
}

impl Both<'_> {
    fn storage(&self) -> Storage {
        Storage::open(self.dir, World::default(), RecoveryPolicy::Recover).unwrap()
    }

    fn load(&self, name: &str) -> Value {
        serde_json::from_str(&self.python.run(&["load", name])).unwrap()
    }

    fn add(&self, name: &str) {
        let mut desk = Desk::new(&self.storage());
        let contact = Contact::new(format!("id-{name}"), name.to_owned(), "now".to_owned());
        let contact = checked(contact, &ContactFields::default(), "now").unwrap();
        desk.contacts.change(Change::Add(contact));
        desk.save().unwrap();
    }
}

#[test]
fn s2_77_both_programs_go_on_with_each_others_files() {
    if !Python::is_there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let both = Both {
        python: Python {
            of: "assistant",
            dir,
        },
        dir,
    };
    let python = &both.python;

    python.run(&[
        "save",
        "contacts.json",
        r#"[{"id": "id-P", "name": "P", "rating": 4.5}]"#,
    ]);
    both.add("Žofie");
    let mut contacts = both.load("contacts.json");
    assert_eq!(contacts[0]["rating"], 4.5);
    assert_eq!(contacts[1]["name"], "Žofie");

    contacts[0]["name"] = json!("Q");
    python.run(&["save", "contacts.json", &contacts.to_string()]);
    both.add("R");
    let records = both.storage().contacts().load_or_default().unwrap();
    let names: Vec<_> = records
        .iter()
        .map(|contact| contact.name.as_str())
        .collect();
    assert_eq!(names, ["Q", "Žofie", "R"]);

    // Options, in both directions.
    python.run(&["set", "backup_count", "3"]);
    let mut storage = both.storage();
    assert_eq!(storage.config.values()["backup_count"], 3);
    storage.set("date_format", json!("%d.%m.%Y")).unwrap();
    assert_eq!(python.run(&["get", "date_format"]), "\"%d.%m.%Y\"");
    assert_eq!(python.run(&["get", "backup_count"]), "3");
}

#[test]
fn s2_34_both_programs_see_each_others_backups() {
    if !Python::is_there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let both = Both {
        python: Python {
            of: "assistant",
            dir,
        },
        dir,
    };
    both.add("A");
    assert_eq!(both.python.run(&["create_backup", "contacts.json"]), "true");
    both.add("B");
    both.add("C");

    let kept = both.storage().kept(File::Contacts, RecoveryPolicy::Fail);
    let listed = kept.backups().unwrap();
    let mut ours: Vec<_> = listed.iter().map(super::program::kept::name).collect();
    let theirs = both.python.run(&["list_backups", "contacts.json"]);
    let mut theirs: Vec<String> = serde_json::from_str(&theirs).unwrap();
    // Python's own was found again by the save after it.
    assert_eq!(theirs.len(), 2);
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs);
}

#[test]
fn s2_83_python_imports_our_export() {
    if !Python::is_there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let [ours, theirs, export] = ["ours", "theirs", "export"].map(|name| dir.path().join(name));
    let of = "assistant";
    let [python, other] = [&ours, &theirs].map(|dir| Python { of, dir });
    let both = Both { python, dir: &ours };
    both.add("Žofie");
    both.storage().folder().export(&export).unwrap();
    assert_eq!(other.run(&["import", export.to_str().unwrap()]), "true");
    let listed = other.run(&["load", "contacts.json"]);
    assert_eq!(listed, both.python.run(&["load", "contacts.json"]));
    // What it exports has no checksums, so nobody knows whether it is whole.
    let theirs = dir.path().join("their export");
    other.run(&["export", theirs.to_str().unwrap()]);
    both.storage().folder().import(&theirs).unwrap_err();
}

#[test]
fn s2_60_d26_what_python_would_write_over_is_kept() {
    if !Python::is_there() {
        return;
    }
    // The same damage: Python copies a bad backup over the file first, and looks at it later.
    let damaged = [
        ("contacts.json", "lost"),
        ("backups/contacts_20240115_120000.json", "[{"),
    ];
    let dir = tempfile::tempdir().unwrap();
    let python = Python {
        of: "assistant",
        dir: dir.path(),
    };
    python.run(&["load", "contacts.json"]);
    for (name, text) in damaged {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    assert_eq!(python.run(&["recover", "contacts.json"]), "[]");
    assert_eq!(
        std::fs::read_to_string(dir.path().join("contacts.json")).unwrap(),
        "[{"
    );

    let state = State::with(&damaged);
    state.refused("recover contacts");
    assert_eq!(state.text("contacts.json"), "lost");
}
