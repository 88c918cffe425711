//! A file that is a mount point: no rename can replace it, and its save is as crash-safe as any other.

use atomic_io::{Mounted, Recovered, Retry};

use super::*;

/// Shorter than what was there before, and less than a block.
const SHORT: &[u8] = b"short";

pub(super) fn device() -> Device {
    Device::default().mount_point("/f")
}

/// `EBUSY` will not pass.
pub(super) fn in_place(fs: &SimFs) -> Options {
    options(fs).retry(Retry::Never)
}

/// Saves, and takes a journal that is said to be durable at its word.
fn replace(ledger: &mut Ledger<Promise>, fs: &SimFs, bytes: &[u8]) {
    save(ledger, bytes, || {
        match in_place(fs).replace("/f", bytes).map(drop) {
            Err(error) if error.on_disk() == OnDisk::Journaled => Ok(()),
            answer => answer,
        }
    });
}

/// The restart: recover, sweep, look, and see that nothing is left and the next save works.
pub(super) fn check(fs: &SimFs, ledger: &Ledger<Promise>) -> Result<Option<Vec<u8>>, String> {
    let said = |error: Error| error.to_string();
    in_place(fs).recover("/f").map_err(said)?;
    in_place(fs).sweep("/").map_err(said)?;
    let found = read(fs, "/f");
    if !is_allowed(ledger, Some(&OLD), found.as_deref()) {
        let start = found
            .as_ref()
            .map(|found| (found.len(), found.first().copied()));
        return Err(format!("found (length, first byte) {start:?}"));
    }
    let next = fs.fork();
    in_place(&next).replace("/f", "next").map_err(said)?;
    let names = next
        .read_dir("/".as_ref())
        .map_err(|error| error.to_string())?;
    if names != ["f"] || read(&next, "/f").as_deref() != Some(b"next") {
        return Err(format!("the next save did not work: {names:?}"));
    }
    Ok(found)
}

fn explore(device: Device, scenario: impl Fn(&SimFs, &mut Ledger<Promise>)) {
    let explored = Explore::new(device)
        .setup(|fs| put(fs, "/f", &OLD, 0o640))
        .run(scenario, check);
    explored.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_mounted_file_again_and_again() {
    explore(device(), |fs, ledger| {
        replace(ledger, fs, &content(b'a'));
        replace(ledger, fs, SHORT);
    });
}

/// Whatever a process leaves that was killed, the next one finishes it before its own save.
#[test]
fn a_mounted_file_that_a_killed_process_has_left() {
    explore(device(), |fs, ledger| {
        for (process, letter) in [(fs.process(), b'a'), (fs.process(), b'b')] {
            replace(ledger, &process, &content(letter));
        }
    });
}

#[test]
fn a_mounted_file_on_a_disk_whose_torn_writes_take_their_neighbours_along() {
    explore(device().no_power_safe_overwrite(), |fs, ledger| {
        replace(ledger, fs, &content(b'a'));
    });
}

#[test]
fn a_mounted_file_where_no_rename_refuses() {
    explore(device().no_rename_no_replace(), |fs, ledger| {
        replace(ledger, fs, SHORT);
    });
}

#[test]
fn nothing_is_recovered_where_nothing_was_cut_off() {
    let fs = SimFs::new(device());
    assert_eq!(in_place(&fs).recover("/f").unwrap(), Recovered::Nothing);
    put(&fs, "/f", &OLD, 0o640);
    assert_eq!(in_place(&fs).recover("/f").unwrap(), Recovered::Nothing);
    in_place(&fs).replace("/f", "new").unwrap();
    assert_eq!(in_place(&fs).recover("/f").unwrap(), Recovered::Nothing);
    assert!(!in_place(&fs).is_half_written("/f").unwrap());
}

#[test]
fn a_journal_of_another_file_is_left_alone() {
    let fs = SimFs::new(device());
    put(&fs, "/f", &OLD, 0o640);
    put(
        &fs,
        "/.f.00000000000fffff.journal",
        b"of a file that is gone",
        0o640,
    );
    assert_eq!(in_place(&fs).recover("/f").unwrap(), Recovered::Nothing);
    assert_eq!(read(&fs, "/f").unwrap(), OLD);
}

#[test]
fn a_save_that_is_at_work_is_not_disturbed() {
    let fs = SimFs::new(device());
    put(&fs, "/f", &OLD, 0o640);
    let path = journal(&fs).unwrap();
    put(&fs, &path, b"new", 0o640);
    let writer = fs.process();
    let held = writer
        .open(path.as_ref(), &vfs::OpenOptions::read_write())
        .unwrap();
    assert!(held.try_lock(vfs::LockKind::Exclusive).unwrap());

    assert_eq!(in_place(&fs).recover("/f").unwrap(), Recovered::Alive);
    let error = in_place(&fs).replace("/f", "other").unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (atomic_io::ErrorKind::Busy, OnDisk::Unchanged)
    );
    assert_eq!(read(&fs, "/f").unwrap(), OLD);
    assert!(temps(&fs, "/").is_empty());

    drop(held);
    assert_eq!(in_place(&fs).recover("/f").unwrap(), Recovered::Finished);
    assert_eq!(read(&fs, "/f").unwrap(), b"new");
}

#[test]
fn who_must_never_see_a_mixture_refuses() {
    let fs = SimFs::new(device());
    put(&fs, "/f", &OLD, 0o640);
    for refusing in [
        in_place(&fs).mounted(Mounted::Refuse),
        in_place(&fs).durability(atomic_io::Durability::Atomic),
        in_place(&fs).metadata(atomic_io::Metadata::Mode(0o600)),
    ] {
        let error = refusing.replace("/f", "new").unwrap_err();
        assert_eq!(
            (error.kind(), error.on_disk()),
            (atomic_io::ErrorKind::MountPoint, OnDisk::Unchanged)
        );
    }
    assert_eq!(read(&fs, "/f").unwrap(), OLD);
}

/// Written in place, the other name would show the new content too.
#[test]
fn a_file_with_another_name_is_not_written_in_place() {
    let fs = SimFs::new(Device::default());
    put(&fs, "/f", &OLD, 0o640);
    fs.hard_link("/f".as_ref(), "/backup".as_ref()).unwrap();
    let rename = crate::simulated::index_of(&fs, "rename", 0, |copy| {
        in_place(copy).replace("/f", "new").map(drop)
    });
    fs.inject(rename, crash_sim::Fault::Busy);
    let error = in_place(&fs).replace("/f", "new").unwrap_err();
    assert_eq!(error.on_disk(), OnDisk::Unchanged);
    assert_eq!(read(&fs, "/backup").unwrap(), OLD);
}

/// Where the journal of `/f` is.
pub(super) fn journal(fs: &SimFs) -> std::io::Result<String> {
    let id = fs.metadata("/f".as_ref())?.id;
    Ok(format!("/.f.{:016x}.journal", id.unwrap().inode))
}
