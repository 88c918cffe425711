//! Other processes between two calls, and locks that are none.

use crash_sim::{Device, Locking, SimFs};
use vfs::{Fs, LockKind, OpenOptions};

use crate::model::{create, path, sim};

#[test]
fn another_process_acts_between_two_calls_and_once() {
    let fs = sim();
    let file = create(&fs, "/a");
    fs.meanwhile(fs.now() + 1, |other| {
        let file = other.open(path("/a"), &OpenOptions::read_write()).unwrap();
        assert!(file.try_lock(LockKind::Exclusive).unwrap());
        std::mem::forget(file);
    });
    assert_eq!(file.size().unwrap(), 0);
    assert!(
        fs.fork()
            .open(path("/a"), &OpenOptions::read())
            .unwrap()
            .try_lock(LockKind::Shared)
            .unwrap()
    );
    let before = fs.now();
    assert!(!file.try_lock(LockKind::Shared).unwrap());
    assert_eq!(fs.now(), before + 3, "its calls count");
    assert!(format!("{fs:?}").contains("Meddlers"));
}

#[test]
fn locks_may_be_missing_or_keep_nobody_out() {
    let fs = SimFs::new(Device::default().locking(Locking::Unsupported));
    let error = create(&fs, "/a").try_lock(LockKind::Shared).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
    let fs = SimFs::new(Device::default().locking(Locking::Ignored));
    let (a, b) = (
        create(&fs, "/a"),
        fs.open(path("/a"), &OpenOptions::read()).unwrap(),
    );
    assert!(a.try_lock(LockKind::Exclusive).unwrap() && b.try_lock(LockKind::Exclusive).unwrap());
}
