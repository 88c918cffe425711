//! Exports and plans that anybody may have written.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crash_sim::{Device, SimFs};
use integrity::manifest::Manifest;
use persist::{Document, Folder, Json, Loaded, OnDisk, Wait};
use vfs::{Fs, OpenOptions};

const OUTSIDE: &str = "/outside.json";
const DOCUMENT: &str = "/state/a.json";
const OLD: &[u8] = b"[1]";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_795_144_232)
}

fn put(fs: &SimFs, path: &str, bytes: &[u8]) {
    let file = fs.open(Path::new(path), &OpenOptions::create_new());
    let file = file.expect("a new disk");
    file.write_all_at(bytes, 0).expect("a new disk");
}

fn holds(fs: &SimFs, path: &str, bytes: &[u8]) -> bool {
    fs.shared()
        .read(Path::new(path), 1 << 20)
        .is_ok_and(|found| found == bytes)
}

fn disk() -> SimFs {
    let fs = SimFs::new(Device::default());
    for dir in ["/state", "/export"] {
        fs.create_dir(Path::new(dir)).expect("a new disk");
    }
    put(&fs, OUTSIDE, OLD);
    put(&fs, DOCUMENT, OLD);
    fs
}

fn folder(fs: &SimFs) -> Folder {
    let folder = Folder::at("/state").fs(fs.shared()).clock(now);
    folder
        .temp_seed(1)
        .lock_wait(Wait::Never)
        .size_limit(1 << 20)
}

fn document(fs: &SimFs) -> Document<Json> {
    let options = Document::<Json>::options().fs(fs.shared()).clock(now);
    options.temp_seed(1).lock_wait(Wait::Never).at(DOCUMENT)
}

/// Whatever stands in an export, or in the plan of an import: no panic, nothing outside of the folder is
/// touched, a refused import changes nothing, and one that is done can be loaded and undone. The first
/// byte chooses which file the others are.
pub fn persist_import(data: &[u8]) {
    let Some((&which, bytes)) = data.split_first() else {
        return;
    };
    let fs = disk();
    match which % 5 {
        3 => planned(&fs, bytes),
        4 => planned(&fs, sealed(bytes).as_bytes()),
        file => imported(&fs, file, bytes),
    }
    assert!(holds(&fs, OUTSIDE, OLD), "something outside was touched");
}

fn imported(fs: &SimFs, file: u8, bytes: &[u8]) {
    let document = if file == 2 { bytes } else { b"[2]" };
    let size = document.len();
    let manifest = format!(
        r#"{{"format":"persist-export/1","exported":"2026-11-20T03:10:32Z","count":1,"documents":[{{"name":"a.json","size":{size}}}]}}"#
    );
    let manifest = if file == 1 {
        bytes
    } else {
        manifest.as_bytes()
    };
    let mut sums = Manifest::new();
    for (name, bytes) in [("a.json", document), ("MANIFEST.json", manifest)] {
        put(fs, &format!("/export/{name}"), bytes);
        sums.insert(name, integrity::digest(bytes)).expect("a name");
    }
    let sums = sums.write();
    let sums = if file == 0 { bytes } else { sums.as_bytes() };
    put(fs, "/export/SHA256SUMS", sums);
    match folder(fs).import("/export") {
        Ok(_) => {
            assert!(holds(fs, DOCUMENT, document));
            self::document(fs).load().expect("it was imported");
            if document != OLD {
                folder(fs).undo_import().expect("it was imported");
            }
            assert!(holds(fs, DOCUMENT, OLD));
        }
        Err(error) => {
            assert_eq!(error.on_disk(), OnDisk::Unchanged, "{error}");
            assert!(holds(fs, DOCUMENT, OLD), "refused, and changed: {error}");
        }
    }
}

/// A list of any names that is closed as it should be.
fn sealed(bytes: &[u8]) -> String {
    let mut plan = Manifest::new();
    for name in String::from_utf8_lossy(bytes).lines() {
        // What is no name of a manifest is none of a plan.
        let _ = plan.insert(name, integrity::digest(OLD));
    }
    plan.write()
}

fn planned(fs: &SimFs, plan: &[u8]) {
    for stage in ["a", "a/new", "a/old"] {
        fs.create_dir(Path::new(&format!("/state/.import.{stage}")))
            .expect("a new disk");
    }
    put(fs, "/state/.import.a/new/a.json", OLD);
    put(fs, "/state/.import.plan", plan);
    let first = document(fs)
        .load()
        .map(|loaded| loaded.map(Loaded::into_value));
    let second = document(fs)
        .load()
        .map(|loaded| loaded.map(Loaded::into_value));
    match (first, second) {
        (Ok(first), Ok(second)) => assert_eq!(first, second, "another state at the second look"),
        (Err(_), Err(_)) => {}
        (first, second) => panic!("{first:?}, and at the second look {second:?}"),
    }
}
