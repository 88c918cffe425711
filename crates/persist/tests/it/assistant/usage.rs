//! The usage examples of the Python program's specification, and where its files are.

use std::ffi::OsString;
use std::path::PathBuf;

use persist::{Records, RecoveryPolicy};

use super::program::base_dir::{Dirs, base_dir};
use super::program::contact::Contact;
use super::program::error::Error;
use super::program::kept::{choose, name, when};
use super::program::record::Record;
use super::program::storage::{File, Storage};
use super::{DIR, State, world};

fn contact(name: &str) -> Contact {
    Contact::new(
        format!("id-{name}"),
        name.to_owned(),
        "2024-01-15T12:00:00".to_owned(),
    )
}

#[test]
fn s2_72_basic_usage() {
    let state = State::new();
    let storage = state.storage();
    let contacts = vec![contact("Ada"), contact("Bo")];
    storage.contacts().save(&contacts.clone().into()).unwrap();

    let loaded = storage.contacts().load().unwrap().unwrap();
    assert_eq!(**loaded, contacts);
}

#[test]
fn s2_73_with_backup() {
    let state = State::new();
    let storage = state.storage();
    storage
        .contacts()
        .save(&vec![contact("Ada")].into())
        .unwrap();

    // Create backup before saving. (A save makes one itself, and finds this one.)
    let contacts = storage.kept(File::Contacts, RecoveryPolicy::Recover);
    contacts.back_up().unwrap();
    storage.contacts().save(&Records::default()).unwrap();

    // List available backups
    let listed = contacts.backups().unwrap().into_iter();
    let listed: Vec<_> = listed
        .map(|backup| format!("Backup: {} - {}", name(&backup), when(&backup).unwrap()))
        .collect();
    assert_eq!(
        listed,
        ["Backup: contacts_20261120_031032_1.json - 2026-11-20T03:10:32+00:00"]
    );

    // Restore from backup
    contacts
        .restore(&choose(&*contacts, None).unwrap())
        .unwrap();
    assert_eq!(
        storage.contacts().load_or_default().unwrap(),
        vec![contact("Ada")].into()
    );
}

#[test]
fn s2_74_with_error_handling() {
    let state = State::with(&[("contacts.json", "nothing of a list")]);
    // Who wants to see the error says so, or recovery has come first.
    let storage = Storage::open(DIR, world(&state.fs), RecoveryPolicy::Fail).unwrap();
    let contacts = match storage.contacts().load_or_default().map_err(Error::from) {
        Ok(contacts) => contacts,
        Err(Error::CorruptedData(_)) => {
            let policy = RecoveryPolicy::RecoverOrDefault;
            let recovery = storage.kept(File::Contacts, policy).recover().unwrap();
            assert!(recovery.unwrap().quarantined.is_some());
            storage.contacts().load_or_default().unwrap()
        }
        Err(other) => panic!("{other}"),
    };
    assert_eq!(contacts, Records::default());
}

#[test]
fn s2_2_s2_9_s2_10_the_directory_is_in_the_home_directory_or_where_the_system_wants_it() {
    let at = |dirs, system: &str, variables: &[(&str, &str)]| {
        let variable = |name: &str| {
            let found = variables.iter().find(|(there, _)| *there == name);
            found.map(|(_, value)| OsString::from(value))
        };
        base_dir(dirs, system, variable)
    };
    let home: &[_] = &[
        ("HOME", "/home/ada"),
        ("USERPROFILE", "/users/ada"),
        ("APPDATA", "/data"),
    ];
    let xdg: &[_] = &[("HOME", "/home/ada"), ("XDG_DATA_HOME", "/xdg")];
    let relative: &[_] = &[("HOME", "/home/ada"), ("XDG_DATA_HOME", "xdg")];
    for (dirs, system, variables, expected) in [
        (Dirs::Home, "linux", home, "/home/ada/.personal_assistant"),
        (Dirs::Home, "linux", xdg, "/home/ada/.personal_assistant"),
        (
            Dirs::Home,
            "windows",
            home,
            "/users/ada/.personal_assistant",
        ),
        (
            Dirs::Platform,
            "linux",
            home,
            "/home/ada/.local/share/personal_assistant",
        ),
        (Dirs::Platform, "linux", xdg, "/xdg/personal_assistant"),
        (
            Dirs::Platform,
            "linux",
            relative,
            "/home/ada/.local/share/personal_assistant",
        ),
        (
            Dirs::Platform,
            "macos",
            home,
            "/home/ada/Library/Application Support/personal_assistant",
        ),
        (Dirs::Platform, "windows", home, "/data/personal_assistant"),
    ] {
        assert_eq!(at(dirs, system, variables), Some(PathBuf::from(expected)));
    }
    assert_eq!(at(Dirs::Home, "linux", &[]), None);
}
