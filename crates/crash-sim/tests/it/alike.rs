//! Machines that nobody can tell apart, and those that somebody can.

use std::path::Path;

use crash_sim::{Device, Fate, Fault, SimFs};
use vfs::{Fs, LockKind, OpenOptions};

const PATH: &str = "/f";

fn opened(fs: &SimFs) -> Box<dyn vfs::File> {
    let options = OpenOptions::read_write().or_create();
    fs.open(Path::new(PATH), &options).unwrap()
}

/// A machine with one file, all of it durable.
fn settled(bytes: &[u8]) -> SimFs {
    let fs = SimFs::new(Device::default());
    opened(&fs).write_all_at(bytes, 0).unwrap();
    fs.settle();
    fs
}

/// How it came about makes no difference once everything is durable.
#[test]
fn ways_to_the_same_disk() {
    let (short, long) = (settled(b"new"), settled(b"old"));
    let file = opened(&long);
    for piece in [&b"n"[..], b"ne", b"new"] {
        file.write_all_at(piece, 0).unwrap();
        file.sync_all().unwrap();
    }
    assert_eq!(short.fingerprint(), long.fingerprint());
    assert_ne!(short.fingerprint(), settled(b"old").fingerprint());
}

/// What a process sees is the same, but not what a crash leaves.
#[test]
fn what_is_pending_counts() {
    let (durable, pending) = (settled(b"new"), settled(b"old"));
    opened(&pending).write_all_at(b"new", 0).unwrap();
    let other = settled(b"odd");
    opened(&other).write_all_at(b"new", 0).unwrap();
    assert_ne!(durable.fingerprint(), pending.fingerprint());
    assert_ne!(pending.fingerprint(), other.fingerprint());
    opened(&pending).sync_all().unwrap();
    assert_eq!(durable.fingerprint(), pending.fingerprint());
}

/// A sync that fails takes with it what no later one brings back.
#[test]
fn what_is_poisoned_counts() {
    let (durable, poisoned) = (settled(b"old"), settled(b"old"));
    for fs in [&durable, &poisoned] {
        opened(fs).write_all_at(b"new", 0).unwrap();
    }
    poisoned.inject(poisoned.now() + 1, Fault::Io);
    assert!(opened(&poisoned).sync_all().is_err());
    for fs in [&durable, &poisoned] {
        opened(fs).sync_all().unwrap();
    }
    assert_ne!(durable.fingerprint(), poisoned.fingerprint());
}

/// Two files that read alike, of which one had been written as far as it went: the other's may be anything.
#[test]
fn what_was_never_written_counts() {
    let booted = |bytes: &[u8]| settled(bytes).power_loss(&Fate::nothing());
    let (zeros, empty) = (booted(&[0; 4096]), booted(b""));
    for fs in [&zeros, &empty] {
        let file = opened(fs);
        file.allocate(8192).unwrap();
        file.sync_all().unwrap();
    }
    assert_ne!(zeros.fingerprint(), empty.fingerprint());
}

/// Who waits for a lock, a fault or another process may not find what it would find elsewhere.
#[test]
fn what_is_yet_to_come_has_no_fingerprint() {
    let fs = settled(b"old");
    let file = opened(&fs);
    assert!(file.try_lock(LockKind::Exclusive).unwrap());
    assert_eq!(fs.fingerprint(), None);
    drop(file);
    assert_eq!(fs.fingerprint(), settled(b"old").fingerprint());
    fs.meanwhile(fs.now() + 5, |_| {});
    assert_eq!(fs.fingerprint(), None);
    let fs = settled(b"old");
    fs.inject(fs.now() + 5, Fault::Kill);
    assert_eq!(fs.fingerprint(), None);
}
