//! Everything at once: out, in, and back. "All files or none, and only what can be loaded."

use super::State;

const EXPORT: &str = "/home/ada/export";

/// A file in the export.
fn exported(name: &str) -> String {
    format!("../export/{name}")
}

/// Three files, and an export of them; then a change to each.
fn used() -> State {
    let state = State::new();
    state.ran("contact add Ada --phone 1");
    state.ran("note add a");
    state.ran("config set date_format %d.%m.%Y");
    state.ran(&format!("export {EXPORT}"));
    state.ran("contact edit ada --phone 2");
    state.ran("note add b");
    state.ran("config set date_format %Y");
    state
}

fn texts(state: &State) -> Vec<String> {
    let names = ["contacts.json", "notes.json", "config.json"];
    names.iter().map(|name| state.text(name)).collect()
}

#[test]
fn s2_37_s2_38_s2_39_s2_75_s2_83_an_export_holds_every_file_with_its_checksum() {
    let state = State::new();
    state.ran("contact add Ada");
    state.ran("config set backup_count 3");
    let said = state.ran(&format!("export {EXPORT}"));
    assert!(said.contains("contacts.json: 255 bytes"), "{said}");
    for name in ["contacts.json", "config.json"] {
        assert_eq!(state.text(&exported(name)), state.text(name));
        let digest = integrity::digest(state.text(name).as_bytes()).to_string();
        let line = format!("{digest}  {name}");
        assert!(state.text(&exported("SHA256SUMS")).contains(&line));
    }
    let manifest = state.text(&exported("MANIFEST.json"));
    assert!(
        manifest.contains("\"exported\": \"2026-11-20T03:10:32.000Z\""),
        "{manifest}"
    );
    // What stands there already is not written over.
    assert!(state.run(&format!("export {EXPORT}")).is_err());
}

#[test]
fn s2_42_s2_43_s2_75_s2_83_s2_86_an_import_takes_all_of_it_over_and_can_be_undone() {
    let state = used();
    let before = texts(&state);
    let preview = state.ran(&format!("import {EXPORT} --dry-run"));
    assert!(preview.contains("/0/phone"), "{preview}");
    assert_eq!(texts(&state), before);

    state.ran(&format!("import {EXPORT}"));
    assert!(state.ran("contact show ada").contains("phone\t1"));
    assert_eq!(state.ran("note list"), "00000002\ta");
    assert_eq!(state.ran("config get date_format"), "%d.%m.%Y");
    // What was there is a backup of each.
    for (name, text) in ["contacts", "notes", "config"].iter().zip(&before) {
        let newest = state.ran(&format!("backup list {name}"));
        let newest = newest.split('\t').next().unwrap();
        assert_eq!(state.text(&format!("backups/{newest}")), *text);
    }
    state.ran("undo");
    assert_eq!(texts(&state), before);
}

#[test]
fn s2_41_s2_44_d35_an_import_of_what_can_not_be_right_changes_nothing() {
    for (name, text) in [
        ("notes.json", "[{\"title\": "),
        ("notes.json", "42"),
        ("config.json", ""),
        ("MANIFEST.json", "{}"),
        ("SHA256SUMS", ""),
    ] {
        let state = used();
        let before = state.files();
        state.write(&exported(name), text);
        assert!(state.run(&format!("import {EXPORT}")).is_err(), "{name}");
        assert_eq!(state.files(), before, "{name}");
    }
    let state = used();
    let before = state.files();
    assert!(state.run("import /home/ada/nothing").is_err());
    assert_eq!(state.files(), before);
    assert!(state.refused("undo").contains("nothing was imported"));
}
