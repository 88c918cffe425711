//! Imports that are refused before anything is touched.

use integrity::manifest::Manifest;
use persist::{ErrorKind, OnDisk};
use serde_json::Value;

use super::*;

/// Lists what is in an export anew, as whoever made it could have, under names of his choice.
fn list_again(export: &std::path::Path, more: &[&str]) {
    let mut sums = Manifest::new();
    for entry in fs::read_dir(export).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name != "SHA256SUMS" {
            let bytes = fs::read(export.join(&name)).unwrap();
            sums.insert(name, integrity::digest(&bytes)).unwrap();
        }
    }
    for name in more {
        sums.insert(*name, integrity::digest(b"{}")).unwrap();
    }
    fs::write(export.join("SHA256SUMS"), sums.write()).unwrap();
}

fn edit_manifest(export: &std::path::Path, edit: impl FnOnce(&mut Value)) {
    let path = export.join("MANIFEST.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut manifest);
    fs::write(&path, manifest.to_string()).unwrap();
}

/// Writes a file of an export over, and lists it as if it had been so from the beginning.
fn plant(export: &std::path::Path, name: &str, bytes: &[u8]) {
    fs::write(export.join(name), bytes).unwrap();
    edit_manifest(export, |manifest| {
        let documents = manifest["documents"].as_array_mut().unwrap();
        documents.retain(|document| document["name"] != name);
        documents.push(json!({ "name": name, "size": bytes.len() }));
        manifest["count"] = documents.len().into();
    });
    list_again(export, &[]);
}

/// That an export, spoiled so, is refused with that kind, by the preview too, and nothing is touched.
fn refused(kind: ErrorKind, spoil: impl FnOnce(&World, &std::path::Path)) -> String {
    let world = World::new();
    let to = world.export();
    world.go_on();
    spoil(&world, &to);
    let before = world.scratch.files();
    let preview = world.folder().preview_import(&to).unwrap_err();
    let error = world.folder().import(&to).unwrap_err();
    assert_eq!(error.to_string(), preview.to_string());
    assert_eq!(
        (error.kind(), error.on_disk()),
        (kind, OnDisk::Unchanged),
        "{error}"
    );
    assert_eq!(world.scratch.files(), before);
    assert_eq!(
        world.folder().undo_import().unwrap_err().kind(),
        ErrorKind::NothingToUndo
    );
    error.to_string()
}

#[test]
fn s2_41_the_directory_is_validated_first() {
    let damaged = |spoil: fn(&std::path::Path)| refused(ErrorKind::Damaged, |_, to| spoil(to));
    let text = damaged(|to| fs::write(to.join("notes.json"), "[]").unwrap());
    assert!(text.contains("size"), "{text}");
    let text = damaged(|to| {
        let mut bytes = fs::read(to.join("notes.json")).unwrap();
        bytes[20] ^= 1;
        fs::write(to.join("notes.json"), bytes).unwrap();
    });
    assert!(text.contains("checksum mismatch"), "{text}");
    let text = damaged(|to| fs::remove_file(to.join("notes.json")).unwrap());
    assert!(text.contains("listed and missing"), "{text}");
    let text = damaged(|to| fs::write(to.join("extra.json"), "{}").unwrap());
    assert!(text.contains("no list names it"), "{text}");
    let text = damaged(|to| fs::remove_file(to.join("SHA256SUMS")).unwrap());
    assert!(text.contains("no whole export"), "{text}");
    damaged(|to| {
        let sums = fs::read(to.join("SHA256SUMS")).unwrap();
        fs::write(to.join("SHA256SUMS"), &sums[..sums.len() - 1]).unwrap();
    });
    damaged(|to| fs::remove_file(to.join("MANIFEST.json")).unwrap());
    let text = damaged(|to| {
        edit_manifest(to, |manifest| {
            manifest["documents"][0]["name"] = json!("other.json");
        });
        list_again(to, &[]);
    });
    assert!(text.contains("do not list the same"), "{text}");
    for not_one in [
        "",
        "[]",
        "{\"format\":\"persist/1\"}",
        "{\"format\":\"persist-export/1\"}",
    ] {
        refused(ErrorKind::Damaged, |_, to| {
            fs::write(to.join("MANIFEST.json"), not_one).unwrap();
            list_again(to, &[]);
        });
    }
    refused(ErrorKind::Missing, |_, to| fs::remove_dir_all(to).unwrap());
}

#[test]
fn a_later_format_of_exports_is_refused() {
    let text = refused(ErrorKind::NewerFormat, |_, to| {
        fs::write(
            to.join("MANIFEST.json"),
            "{\"format\":\"persist-export/2\"}",
        )
        .unwrap();
        list_again(to, &[]);
    });
    assert!(text.contains("persist-export/2"), "{text}");
}

#[test]
fn s2_20_no_name_leads_out_of_the_folder() {
    for name in [
        "../x.json",
        "/tmp/x.json",
        "sub/x.json",
        "./x.json",
        "..",
        ".hidden.json",
        ".import.plan",
        "SHA256SUMS",
        "notes.json.lock",
        "run.sh",
    ] {
        let text = refused(ErrorKind::InvalidPath, |_, to| list_again(to, &[name]));
        assert!(text.contains(&format!("`{name}`")), "{text}");
    }
}

#[test]
#[cfg(unix)]
fn s2_20_links_and_folders_in_an_export_are_refused() {
    refused(ErrorKind::InvalidPath, |world, to| {
        fs::remove_file(to.join("notes.json")).unwrap();
        std::os::unix::fs::symlink(world.notes.path(), to.join("notes.json")).unwrap();
    });
    refused(ErrorKind::InvalidPath, |_, to| {
        fs::create_dir(to.join("sub")).unwrap();
    });
}

#[test]
#[cfg(unix)]
fn s2_20_a_link_in_the_folder_is_not_written_through() {
    let world = World::new();
    let to = world.export();
    world.scratch.write("outside.json", "{}");
    fs::remove_file(world.scratch.at("state/config.json")).unwrap();
    let link = world.scratch.at("state/config.json");
    std::os::unix::fs::symlink(world.scratch.at("outside.json"), &link).unwrap();
    let error = world.folder().import(&to).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidPath);
    assert_eq!(world.scratch.text("outside.json"), "{}");
}

#[test]
fn s2_44_a_value_that_is_not_valid_is_refused_before_anything_is_touched() {
    let sealed = |world: &World, text: &str| {
        let path = world.scratch.at("made.json");
        Document::<Value>::at(&path)
            .save(&serde_json::from_str(text).unwrap())
            .unwrap();
        fs::read(path).unwrap()
    };
    let text = refused(ErrorKind::Invalid, |world, to| {
        plant(to, "contacts.json", &sealed(world, "{\"nobody\":1}"));
    });
    assert!(text.contains("`nobody` is no name"), "{text}");
    refused(ErrorKind::Type, |world, to| {
        plant(to, "notes.json", &sealed(world, "{}"));
    });
    refused(ErrorKind::Damaged, |_, to| plant(to, "notes.json", b"{}"));
    refused(ErrorKind::Damaged, |_, to| plant(to, "config.json", b"{"));
    refused(ErrorKind::NewerVersion, |world, to| {
        let newer = Document::<u8>::options().versions(Chain::new(3));
        let path = world.scratch.at("newer.json");
        newer.at(&path).save(&1).unwrap();
        plant(to, "contacts.json", &fs::read(path).unwrap());
    });
    // The step to version 2 wants an object.
    refused(ErrorKind::Migration, |world, to| {
        let path = world.scratch.at("old.json");
        Document::<u8>::at(&path).save(&1).unwrap();
        plant(to, "contacts.json", &fs::read(path).unwrap());
    });
}

#[test]
fn a_document_larger_than_its_limit_is_refused() {
    let world = World::new();
    let to = world.export();
    plant(&to, "config.json", &[b' '; 2000]);
    let error = world.folder().size_limit(1000).import(&to).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}
