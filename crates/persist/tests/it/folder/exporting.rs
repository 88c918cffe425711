//! Exports.

use std::process::Command;

use persist::{Codec, ErrorKind, Wait};
use serde_json::Value;

use super::*;

fn names(world: &World, folder: &str) -> Vec<String> {
    let start = format!("{folder}/");
    let names = world.scratch.named(&start).into_iter();
    names.map(|name| name[start.len()..].to_owned()).collect()
}

#[test]
fn s2_37_the_export_directory_is_created() {
    let world = World::new();
    let to = world.scratch.at("far/away/export");
    let exported = world.folder().export(&to).unwrap();
    assert_eq!(exported.path, to);
    assert!(to.join("SHA256SUMS").is_file());
}

#[test]
fn s2_38_all_documents_are_copied_and_nothing_else() {
    let world = World::new();
    world.go_on();
    world.notes.backup().unwrap();
    for beside in [
        "readme.md",
        ".hidden.json",
        "MANIFEST.json",
        "notes.20261120_031032_1.backup.json",
        "notes.json.damaged-7",
    ] {
        world.scratch.write(&format!("state/{beside}"), "{}");
    }
    fs::create_dir(world.scratch.at("state/folder.json")).unwrap();
    let packed = Document::<u8>::options()
        .compression(Codec::Gzip)
        .at(world.scratch.at("state/packed.json.gz"));
    packed.save(&1).unwrap();
    let odd = Document::<u8>::at(world.scratch.at("state/odd.state"));
    odd.save(&1).unwrap();

    let to = world.scratch.at("export");
    world.folder().document(&odd).export(&to).unwrap();
    let documents = [
        "config.json",
        "contacts.json",
        "more.json",
        "notes.json",
        "odd.state",
        "packed.json.gz",
    ];
    let lists = ["MANIFEST.json", "SHA256SUMS"];
    assert_eq!(names(&world, "export"), [&lists[..], &documents].concat());
    for name in documents {
        let [from, to] = ["state", "export"].map(|dir| world.scratch.at(dir).join(name));
        assert_eq!(fs::read(from).unwrap(), fs::read(to).unwrap(), "{name}");
    }
}

#[test]
fn s2_39_a_manifest_tells_time_versions_and_sizes_and_sha256sum_checks_it() {
    let world = World::new();
    let to = world.export();
    let manifest: Value =
        serde_json::from_slice(&fs::read(to.join("MANIFEST.json")).unwrap()).unwrap();
    let size = |name: &str| fs::metadata(to.join(name)).unwrap().len();
    let expected = json!({
        "format": "persist-export/1",
        "exported": "2026-11-20T03:10:32.000Z",
        "count": 3,
        "documents": [
            { "name": "config.json", "size": size("config.json") },
            { "name": "contacts.json", "size": size("contacts.json"), "version": 2, "revision": 1,
              "updated": "2026-11-20T03:10:32.000Z" },
            { "name": "notes.json", "size": size("notes.json"), "version": 1, "revision": 1,
              "updated": "2026-11-20T03:10:32.000Z" },
        ],
    });
    assert_eq!(manifest, expected);
    let mut check = Command::new("sha256sum");
    check
        .args(["--check", "--strict", "--warn", "SHA256SUMS"])
        .current_dir(&to);
    match check.output() {
        Ok(output) => {
            let (out, err) = (
                String::from_utf8(output.stdout),
                String::from_utf8(output.stderr),
            );
            assert!(
                output.status.success() && err.as_deref() == Ok(""),
                "{err:?}"
            );
            assert_eq!(out.unwrap().matches(": OK\n").count(), 4);
        }
        Err(error) => eprintln!("no sha256sum here: {error}"),
    }
}

#[test]
fn s2_40_an_export_says_what_it_has_written() {
    let world = World::new();
    let exported = world.folder().export(world.scratch.at("export")).unwrap();
    let text = exported.to_string();
    assert!(
        text.contains("at 2026-11-20T03:10:32.000Z\n  config.json: 16 bytes\n"),
        "{text}"
    );
    let json = serde_json::to_value(&exported).unwrap();
    assert_eq!(json["documents"][2]["name"], "notes.json");
}

#[test]
fn what_stands_at_the_target_is_never_written_over() {
    let world = World::new();
    let to = world.export();
    let before = world.scratch.files();
    for taken in [
        to,
        world.scratch.at("state"),
        world.scratch.at("export/notes.json"),
    ] {
        let error = world.folder().export(&taken).unwrap_err();
        assert_eq!(
            (error.kind(), error.path()),
            (ErrorKind::InvalidPath, &*taken)
        );
    }
    assert_eq!(world.scratch.files(), before);
}

#[test]
fn a_damaged_document_is_not_exported_and_nothing_is_left() {
    let world = World::new();
    world.scratch.write("state/notes.json", "{");
    let error = world
        .folder()
        .export(world.scratch.at("export"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(fs::read_dir(world.scratch.dir()).unwrap().count(), 1);
}

#[test]
fn a_folder_that_is_not_there_is_not_made_by_an_export() {
    let world = World::new();
    let error = world
        .folder_at("nowhere")
        .export(world.scratch.at("export"));
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Missing);
    assert_eq!(fs::read_dir(world.scratch.dir()).unwrap().count(), 1);
}

/// "An export waits for whoever is changing a document."
#[test]
fn an_export_takes_the_lock_of_each_document() {
    let world = World::new();
    let (folder, to) = (
        world.folder().lock_wait(Wait::Never),
        world.scratch.at("export"),
    );
    let error = world
        .contacts
        .update(|_| folder.export(&to).unwrap_err())
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    assert!(!to.exists());
    folder.export(&to).unwrap();
}

#[test]
#[cfg(unix)]
fn a_link_is_no_document_of_the_folder() {
    let world = World::new();
    world.scratch.write("outside.json", "[1]");
    let link = world.scratch.at("state/link.json");
    std::os::unix::fs::symlink(world.scratch.at("outside.json"), &link).unwrap();
    let error = world
        .folder()
        .export(world.scratch.at("export"))
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::InvalidPath, &*link)
    );
}

#[test]
fn only_documents_of_the_folder_can_be_made_known_to_it() {
    let world = World::new();
    for name in [
        "notes.json",
        "state/deeper/notes.json",
        "state/MANIFEST.json",
        "state/.import.plan",
    ] {
        let foreign = Document::<u8>::at(world.scratch.at(name));
        let error = world
            .folder()
            .document(&foreign)
            .documents()
            .map(drop)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPath, "{name}: {error}");
    }
    let spelled = Document::<Notes>::at(world.scratch.at("state/../state/./notes.json"));
    assert_eq!(
        world
            .folder()
            .document(&spelled)
            .documents()
            .unwrap()
            .count(),
        3
    );
}

#[test]
fn an_export_can_be_verified_and_every_change_of_it_is_found() {
    let world = World::new();
    let to = world.export();
    let verified = Folder::verify_export(&to).unwrap().unwrap();
    let names: Vec<_> = verified
        .documents
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(names, ["config.json", "contacts.json", "notes.json"]);
    assert_eq!(
        Folder::verify_export(world.scratch.at("state")).unwrap(),
        None
    );

    for name in ["MANIFEST.json", "SHA256SUMS", "notes.json"] {
        let whole = fs::read(to.join(name)).unwrap();
        fs::remove_file(to.join(name)).unwrap();
        Folder::verify_export(&to).unwrap_err();
        let mut changed = whole.clone();
        changed[10] ^= 1;
        fs::write(to.join(name), changed).unwrap();
        assert_eq!(
            Folder::verify_export(&to).unwrap_err().kind(),
            ErrorKind::Damaged,
            "{name}"
        );
        fs::write(to.join(name), whole).unwrap();
    }
    Folder::verify_export(&to).unwrap().unwrap();
}
