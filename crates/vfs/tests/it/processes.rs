//! A lock between processes, and what becomes of it when its holder dies.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use vfs::{Fs, LockKind, OpenOptions, OsFs};

/// Tells the test below, run as another process, which file to lock.
const PATH: &str = "VFS_TEST_LOCK";

#[test]
#[ignore = "the other process of the test below"]
fn holder() {
    let Some(path) = std::env::var_os(PATH).map(PathBuf::from) else {
        return;
    };
    let file = OsFs.open(&path, &OpenOptions::read_write()).unwrap();
    assert!(file.try_lock(LockKind::Exclusive).unwrap());
    println!("\nlocked");
    std::io::stdout().flush().unwrap();
    // Until this process is killed.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

fn spawn_holder(path: &PathBuf) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::holder", "--ignored", "--nocapture"])
        .env(PATH, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.as_mut().unwrap());
    assert!(
        output.lines().any(|line| line.unwrap() == "locked"),
        "the holder has no lock"
    );
    child
}

#[test]
fn a_lock_is_seen_by_other_processes_and_dies_with_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    let file = OsFs.open(&path, &OpenOptions::create_new()).unwrap();

    let mut child = spawn_holder(&path);
    assert!(!file.try_lock(LockKind::Exclusive).unwrap());
    assert!(!file.try_lock(LockKind::Shared).unwrap());

    child.kill().unwrap();
    child.wait().unwrap();
    assert!(file.try_lock(LockKind::Exclusive).unwrap());
}
