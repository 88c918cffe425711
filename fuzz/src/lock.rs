//! Lock files that anybody may have written, and tokens through any order of kills, faults and crashes.

use std::path::Path;
use std::time::UNIX_EPOCH;

use crash_sim::{Device, SimFs};
use lock::{Error, ErrorKind, Options, Wait};
use vfs::{Fs, OpenOptions};

use crate::mishap::mishap;

const STATE: &str = "/state";
const NOTES: &str = "/state/notes.json";
const LOCK_FILE: &str = "/state/notes.json.lock";

fn options(fs: &SimFs) -> Options {
    Options::new()
        .fs(fs.shared())
        .wait(Wait::Never)
        .clock(|| UNIX_EPOCH)
}

/// Whatever stands in a lock file, the lock can be taken, and its tokens are lost or grow.
pub fn lock_file(data: &[u8]) {
    let fs = SimFs::new(Device::default());
    fs.create_dir(Path::new(STATE)).expect("a new disk");
    let file = fs
        .open(Path::new(LOCK_FILE), &OpenOptions::create_new().mode(0o666))
        .expect("a new directory");
    file.write_all_at(data, 0).expect("room without end");
    let options = options(&fs);

    if let Some(holder) = options.holder(NOTES) {
        let text = holder.to_string();
        assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    }
    drop(options.shared(NOTES).expect("nobody holds it"));
    assert_eq!(options.holder(NOTES), None);

    let lock = options.exclusive(NOTES).expect("nobody holds it");
    let busy = options.shared(NOTES).expect_err("it is held");
    assert_eq!(busy.holder(), options.holder(NOTES).as_ref());
    assert_eq!(
        busy.holder().map(lock::Holder::pid),
        Some(std::process::id())
    );

    let first = match lock.token() {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::TokenLost);
            lock.token_above(41).ok()
        }
        token => token.ok(),
    };
    assert!(file.size().expect("an open file") >= data.len() as u64);
    drop(lock);
    let second = options.exclusive(NOTES).expect("it was released").token();
    match (first, second) {
        (Some(first), Ok(second)) => assert!(first < second),
        // Only where the file says that the numbers are used up.
        (_, second) => {
            let error = second.expect_err("a token after none");
            assert_eq!(error.kind(), ErrorKind::TokenLost);
        }
    }
}

/// Processes draw tokens in turn while the input says what goes wrong: two bytes are one turn. A token is
/// greater than all that were handed out before, and none is lost, however they end. It begins with a lock
/// file that is there: that its name survives one fault is for the exhaustive exploration, that it survives
/// two at once, a failed sync and a death before it could be taken back, is not promised.
pub fn lock_turns(data: &[u8]) {
    let mut fs = SimFs::new(Device::default());
    fs.create_dir(Path::new(STATE)).expect("a new disk");
    let mut last = draw(&fs).expect("a new directory");
    fs.settle();
    for turn in data.chunks_exact(2).take(32) {
        let (event, when) = (turn[0], u64::from(turn[1]));
        mishap(&mut fs, event, when, 32);
        match draw(&fs.process()) {
            Ok(token) => {
                assert!(token > last, "{token} after {last}\n{}", fs.trace());
                last = token;
            }
            Err(error) => assert_ne!(error.kind(), ErrorKind::TokenLost, "{}", fs.trace()),
        }
    }
}

fn draw(fs: &SimFs) -> Result<u64, Error> {
    let token = options(fs).exclusive(NOTES)?.token()?;
    Ok(token.get())
}
