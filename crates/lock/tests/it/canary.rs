//! A planted bug: the lock is taken on the file that it protects, which every save replaces.

use std::io;
use std::path::Path;

use crash_sim::{Device, SimFs};
use vfs::{File, Fs, LockKind, OpenOptions};

const COUNTER: &str = "/counter";

/// One process that counts up, a step at a time, so that two of them can take turns.
struct Writer {
    fs: SimFs,
    lock: Box<dyn File>,
    seen: u64,
}

impl Writer {
    /// Takes the lock and reads; `None` while somebody else has the lock.
    fn begin(fs: &SimFs, lock_file: &str) -> io::Result<Option<Self>> {
        let fs = fs.process();
        let lock = fs.open(Path::new(lock_file), &OpenOptions::read_write().or_create())?;
        if !lock.try_lock(LockKind::Exclusive)? {
            return Ok(None);
        }
        let seen = read(&fs)?;
        Ok(Some(Self { fs, lock, seen }))
    }

    /// Replaces the file, and keeps the lock for the rest of its work.
    fn replace(&mut self) -> io::Result<()> {
        self.seen += 1;
        let temp = Path::new("/counter.tmp");
        let file = self.fs.open(temp, &OpenOptions::create_new())?;
        file.write_all_at(self.seen.to_string().as_bytes(), 0)?;
        file.sync_all()?;
        self.fs.rename(temp, Path::new(COUNTER))?;
        self.fs.sync_dir(Path::new("/"))
    }

    fn end(self) -> io::Result<()> {
        self.lock.unlock()
    }
}

fn read(fs: &SimFs) -> io::Result<u64> {
    let bytes = (fs as &dyn Fs).read(Path::new(COUNTER), 100)?;
    String::from_utf8_lossy(&bytes)
        .parse()
        .map_err(io::Error::other)
}

/// Two writers count up, the first twice under one lock, as interleaved as the lock allows. Returns the count that three updates
/// have led to.
fn three_updates(lock_file: &str) -> io::Result<u64> {
    let fs = SimFs::new(Device::default());
    fs.open(Path::new(COUNTER), &OpenOptions::create_new())?
        .write_all_at(b"0", 0)?;
    let mut first = Writer::begin(&fs, lock_file)?.ok_or(io::ErrorKind::WouldBlock)?;
    first.replace()?;
    let between = Writer::begin(&fs, lock_file)?;
    first.replace()?;
    first.end()?;
    // Who was kept out tries again.
    let second = match between {
        Some(second) => Some(second),
        None => Writer::begin(&fs, lock_file)?,
    };
    let mut second = second.ok_or(io::ErrorKind::WouldBlock)?;
    second.replace()?;
    second.end()?;
    read(&fs)
}

#[test]
fn lock_on_the_replaced_inode() {
    assert_eq!(
        three_updates(COUNTER).unwrap(),
        2,
        "an update is lost, and seen to be lost"
    );
}

#[test]
fn control_a_lock_beside_it() {
    assert_eq!(three_updates("/counter.lock").unwrap(), 3);
}
