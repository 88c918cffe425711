//! Being told of changes that others make. Nothing here waits for a while: each test waits for the state
//! that must come, for as long as a test may take.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use persist::{Backups, Document, ErrorKind, Folder, Layout, Watch};

use crate::scratch::Scratch;

type Numbers = Vec<u64>;

/// So long that only a state which never comes makes a test fail.
const PATIENCE: Duration = Duration::from_secs(30);

const DOCUMENT: &str = "PERSIST_WATCHED_DOCUMENT";
const SAVES: u64 = 60;

fn numbers(path: impl AsRef<Path>) -> Document<Numbers> {
    Document::options().backups(Backups::Off).at(path)
}

/// The `n`th state: long enough to be seen half, if it could be.
fn state(n: u64) -> Numbers {
    vec![n; 20_000]
}

fn next(watch: &mut Watch<Numbers>) -> Numbers {
    let next = watch.recv_timeout(PATIENCE).expect("nothing was told");
    next.unwrap().into_value()
}

/// The next state told is this one.
fn tells(watch: &mut Watch<Numbers>, expected: &Numbers) {
    assert_eq!(next(watch), *expected);
}

/// This test binary again, asked for one test that does the work.
fn process(test: &str, path: &Path) -> Command {
    let mut process = Command::new(env::current_exe().unwrap());
    let test = format!("watching::{test}");
    process.args(["--exact", &test, "--nocapture", "--quiet"]);
    process.env(DOCUMENT, path).stdout(Stdio::null());
    process
}

/// Does nothing unless it is started by another test.
#[test]
fn a_process_that_saves() {
    if let Ok(path) = env::var(DOCUMENT) {
        for n in 1..=SAVES {
            numbers(&path).save(&state(n)).unwrap();
        }
    }
}

/// "Of the saves of another process each one that is told is whole, they come in their order, each once,
/// and the last one always comes."
#[test]
fn a_watch_tells_what_another_process_saves() {
    let scratch = Scratch::new();
    let mut watch = numbers(scratch.path()).watch().unwrap();
    let mut saver = process("a_process_that_saves", &scratch.path())
        .spawn()
        .unwrap();
    let mut last = 0;
    while last < SAVES {
        let told = next(&mut watch);
        let n = told[0];
        assert_eq!(told, state(n));
        assert!(n > last, "{n} after {last}");
        last = n;
    }
    assert!(saver.wait().unwrap().success());
    assert!(watch.try_recv().is_none(), "the last one was told twice");
}

#[test]
fn clones_and_other_documents_of_the_same_file_are_told_of_each_other() {
    let scratch = Scratch::new();
    let document = numbers(scratch.path());
    let mut watch = document.clone().watch().unwrap();
    document.save(&vec![1]).unwrap();
    tells(&mut watch, &vec![1]);
    numbers(scratch.path()).save(&vec![2]).unwrap();
    assert_eq!(watch.next().unwrap().unwrap().value, [2]);
}

/// "A file that is touched, or written again as it is, is not told."
#[test]
fn the_same_state_is_told_once() {
    let scratch = Scratch::new();
    let document = numbers(scratch.path());
    document.save(&vec![1]).unwrap();
    let mut watch = document.watch().unwrap();
    for _ in 0..3 {
        fs::write(scratch.path(), fs::read(scratch.path()).unwrap()).unwrap();
        scratch.write("other.json", "[]");
    }
    document.save(&vec![2]).unwrap();
    tells(&mut watch, &vec![2]);
    let bytes = fs::read(scratch.path()).unwrap();
    fs::remove_file(scratch.path()).unwrap();
    fs::write(scratch.path(), bytes).unwrap();
    document.save(&vec![3]).unwrap();
    tells(&mut watch, &vec![3]);
}

/// "A program that writes in place is never seen half."
#[test]
fn a_file_that_is_written_in_place_is_told_when_it_is_whole() {
    let scratch = Scratch::new();
    let document = numbers(scratch.path());
    document.save(&state(1)).unwrap();
    let first = fs::read(scratch.path()).unwrap();
    document.save(&state(2)).unwrap();
    let second = fs::read(scratch.path()).unwrap();
    let mut watch = document.watch().unwrap();
    for (bytes, whole) in [(first, state(1)), (second, state(2))] {
        fs::write(scratch.path(), &bytes[..bytes.len() / 2]).unwrap();
        fs::write(scratch.path(), &bytes).unwrap();
        loop {
            match watch.recv_timeout(PATIENCE).expect("nothing was told") {
                Ok(told) => break assert_eq!(told.value, whole),
                // On a machine that stood still for more than a second in between.
                Err(error) => assert_eq!(error.kind(), ErrorKind::Damaged),
            }
        }
    }
    assert!(scratch.named("notes.json.damaged").is_empty());
}

/// "A file that stays damaged is told as an error, once, and left as it is."
#[test]
fn damage_is_told_and_not_repaired() {
    let scratch = Scratch::new();
    let document = numbers(scratch.path());
    document.save(&vec![1]).unwrap();
    document.backup().unwrap();
    let mut watch = document.watch().unwrap();
    scratch.write("notes.json", "{");
    let error = watch.recv_timeout(PATIENCE).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(scratch.text("notes.json"), "{");
    assert_eq!(document.load_or_default().unwrap(), [1], "recovered");
    tells(&mut watch, &vec![1]);
}

#[test]
fn a_file_that_goes_and_comes_again_is_told_when_it_is_there() {
    let scratch = Scratch::new();
    let document = numbers(scratch.path());
    let mut watch = document.watch().unwrap();
    for n in 1..4 {
        document.save(&vec![n]).unwrap();
        tells(&mut watch, &vec![n]);
        fs::remove_file(scratch.path()).unwrap();
    }
}

#[test]
fn a_directory_that_goes_and_comes_again_is_followed() {
    let scratch = Scratch::new();
    let document = numbers(scratch.at("deep/er/notes.json"));
    let mut watch = document.watch().unwrap();
    assert!(watch.is_polling(), "there is no directory yet");
    for n in 1..4 {
        document.save(&vec![n]).unwrap();
        tells(&mut watch, &vec![n]);
        fs::remove_dir_all(scratch.at("deep")).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_link_that_is_changed_is_followed() {
    let scratch = Scratch::new();
    let link = scratch.at("link.json");
    for (folder, n) in [("one", 1), ("two", 2)] {
        numbers(scratch.at(folder).join("notes.json"))
            .save(&vec![n])
            .unwrap();
    }
    std::os::unix::fs::symlink(scratch.at("one/notes.json"), &link).unwrap();
    let mut watch = numbers(&link).watch().unwrap();
    numbers(scratch.at("one/notes.json"))
        .save(&vec![3])
        .unwrap();
    tells(&mut watch, &vec![3]);
    std::os::unix::fs::symlink(scratch.at("two/notes.json"), scratch.at("new")).unwrap();
    fs::rename(scratch.at("new"), &link).unwrap();
    tells(&mut watch, &vec![2]);
    numbers(scratch.at("two/notes.json"))
        .save(&vec![4])
        .unwrap();
    tells(&mut watch, &vec![4]);
}

#[test]
fn an_import_is_told() {
    let scratch = Scratch::new();
    let document = numbers(scratch.at("state/notes.json"));
    document.save(&vec![1]).unwrap();
    let folder = Folder::at(scratch.at("state")).document(&document);
    folder.export(scratch.at("export")).unwrap();
    document.save(&vec![2]).unwrap();
    let mut watch = document.watch().unwrap();
    folder.import(scratch.at("export")).unwrap();
    tells(&mut watch, &vec![1]);
}

#[test]
fn nothing_is_told_where_nothing_has_happened() {
    let scratch = Scratch::new();
    let document = Document::<Numbers>::options()
        .layout(Layout::Bare)
        .at(scratch.path());
    document.save(&vec![1]).unwrap();
    let mut watch = document.watch().unwrap();
    assert!(!watch.is_polling());
    assert!(watch.try_recv().is_none());
    assert!(watch.recv_timeout(Duration::ZERO).is_none());
    document.load().unwrap();
    assert!(watch.recv_timeout(Duration::from_millis(1)).is_none());
}

#[test]
fn only_the_real_file_system_can_be_watched() {
    let fs = crate::scratch::sim();
    let options = Document::<Numbers>::options();
    let error = crate::scratch::on(&fs, options).watch().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let given = Document::<Numbers>::options().fs(vfs::OsFs::shared());
    assert!(given.at(Scratch::new().path()).watch().is_ok());
}

#[test]
fn a_watch_can_go_to_another_thread() {
    fn is_send<V: Send>(_: &V) {}
    let scratch = Scratch::new();
    is_send(&numbers(scratch.path()).watch().unwrap());
}

/// Does nothing unless it is started by another test: its process has no other watches.
#[test]
#[cfg(target_os = "linux")]
fn a_process_that_drops_watches() {
    let Ok(path) = env::var(DOCUMENT) else { return };
    let listeners = || {
        let tasks = fs::read_dir("/proc/self/task").unwrap();
        let names = tasks.map(|task| fs::read_to_string(task.unwrap().path().join("comm")));
        names
            .filter(|name| name.as_ref().is_ok_and(|name| name.starts_with("notify")))
            .count()
    };
    for _ in 0..20 {
        drop(numbers(&path).watch().unwrap());
    }
    let watch = numbers(&path).watch().unwrap();
    // A thread that was told to end does so by itself, soon.
    let ends_with = |left| {
        let start = Instant::now();
        while listeners() > left {
            assert!(start.elapsed() < PATIENCE, "{} are left", listeners());
            std::thread::yield_now();
        }
    };
    ends_with(1);
    drop(watch);
    ends_with(0);
}

/// "A watch that is dropped leaves no thread behind."
#[test]
#[cfg(target_os = "linux")]
fn a_dropped_watch_leaves_no_thread() {
    let scratch = Scratch::new();
    let ended = process("a_process_that_drops_watches", &scratch.path()).status();
    assert!(ended.unwrap().success());
}
