//! Every crash point of every way to save.
//!
//! The promise: **an acknowledged save survives power loss at any later point; until then the old
//! content does, or the new, whole; a save that answered `Unchanged` never appears; and what a crash
//! leaves beside the file, a sweep removes.**

use std::io::Write;

use atomic_io::{Durability, Error, Existing, Identical, Metadata, OnDisk, Options, Symlinks};
use crash_sim::{Coverage, Device, Explore, Failure, Fault, Ledger, SimFs};
use vfs::{Fs, OpenOptions, Owner};

use crate::simulated::{calls, options, put, read, temps};

/// Old content: a block and a half, so that it can be torn too.
const OLD: [u8; 6000] = [b'-'; 6000];

#[derive(Clone, Debug, PartialEq)]
enum Promise {
    /// The file holds this.
    Content(Vec<u8>),
    /// The file never holds this: its save has failed and said so.
    Never(Vec<u8>),
}

/// Distinct contents of two blocks and some bytes.
fn content(letter: u8) -> Vec<u8> {
    vec![letter; 8200]
}

/// Saves as a program would, and writes down what it was told.
fn save(ledger: &mut Ledger<Promise>, bytes: &[u8], save: impl FnOnce() -> Result<(), Error>) {
    ledger.begin(Promise::Content(bytes.to_vec()));
    match save() {
        Ok(()) => ledger.acknowledge(Promise::Content(bytes.to_vec())),
        Err(error) if error.on_disk() == OnDisk::Unchanged => {
            ledger.acknowledge(Promise::Never(bytes.to_vec()));
        }
        Err(_) => {} // in doubt
    }
}

fn replace(ledger: &mut Ledger<Promise>, options: &Options, path: &str, bytes: &[u8]) {
    save(ledger, bytes, || options.replace(path, bytes).map(drop));
}

/// What may be found: what was acknowledged last or anything begun later, unless it was called off.
fn is_allowed(ledger: &Ledger<Promise>, old: Option<&[u8]>, found: Option<&[u8]>) -> bool {
    let last = ledger
        .acknowledged()
        .iter()
        .rfind(|promise| matches!(promise, Promise::Content(_)));
    let Some(last) = last else {
        return found == old || found.is_some_and(|found| is_begun(ledger.begun(), ledger, found));
    };
    let from = ledger
        .begun()
        .iter()
        .rposition(|begun| begun == last)
        .unwrap_or(0);
    found.is_some_and(|found| is_begun(&ledger.begun()[from..], ledger, found))
}

fn is_begun(begun: &[Promise], ledger: &Ledger<Promise>, found: &[u8]) -> bool {
    begun.contains(&Promise::Content(found.to_vec()))
        && !ledger
            .acknowledged()
            .contains(&Promise::Never(found.to_vec()))
}

/// The restart: sweep, look, and see that the next save works.
fn recover(
    fs: &SimFs,
    ledger: &Ledger<Promise>,
    old: Option<&[u8]>,
    dir: &str,
    path: &str,
) -> Result<Option<Vec<u8>>, String> {
    let swept = options(fs).sweep(dir).map_err(|error| error.to_string())?;
    if !swept.alive.is_empty() || !swept.failed.is_empty() {
        return Err(format!("not swept: {swept:?}"));
    }
    let found = read(fs, path);
    if !is_allowed(ledger, old, found.as_deref()) {
        let start = found
            .as_ref()
            .map(|found| (found.len(), found.first().copied()));
        return Err(format!("found (length, first byte) {start:?}"));
    }
    let next = fs.fork();
    options(&next)
        .replace(path, "next")
        .map_err(|error| error.to_string())?;
    let is_swept = next.read_dir(dir.as_ref()).is_ok() && temps(&next, dir).is_empty();
    if !is_swept || read(&next, path).as_deref() != Some(b"next") {
        return Err("the next save did not work".into());
    }
    Ok(found)
}

/// Explores `scenario` on `/f`, which holds `old`.
fn explore(
    device: Device,
    old: Option<&'static [u8]>,
    scenario: impl Fn(&SimFs, &mut Ledger<Promise>),
) -> Coverage {
    let setup = move |fs: &SimFs| {
        if let Some(old) = old {
            put(fs, "/f", old, 0o640);
        }
    };
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| recover(fs, ledger, old, "/", "/f");
    Explore::new(device)
        .setup(setup)
        .run(scenario, check)
        .unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn a_new_file() {
    explore(Device::default(), None, |fs, ledger| {
        replace(ledger, &options(fs), "/f", &content(b'a'));
    });
}

#[test]
fn an_existing_file_again_and_again() {
    explore(Device::default(), Some(&OLD), |fs, ledger| {
        for letter in b"abc" {
            replace(ledger, &options(fs), "/f", &content(*letter));
        }
    });
}

#[test]
fn a_disk_whose_torn_writes_take_their_neighbours_along() {
    explore(
        Device::default().no_power_safe_overwrite(),
        Some(&OLD),
        |fs, ledger| {
            for letter in b"ab" {
                replace(ledger, &options(fs), "/f", &content(*letter));
            }
        },
    );
}

#[test]
fn a_disk_that_is_full() {
    explore(
        Device::default().capacity(15_000),
        Some(&OLD),
        |fs, ledger| {
            replace(ledger, &options(fs), "/f", &[b'a'; 12_000]);
            replace(ledger, &options(fs), "/f", &content(b'b'));
        },
    );
}

#[test]
fn a_name_that_only_one_may_take() {
    for device in [Device::default(), Device::default().no_rename_no_replace()] {
        explore(device, None, |fs, ledger| {
            let claim = options(fs).existing(Existing::NoClobber);
            for letter in b"ab" {
                replace(ledger, &claim, "/f", &content(*letter));
            }
        });
    }
}

#[test]
fn identical_content_that_a_killed_process_has_left() {
    explore(Device::default(), Some(&OLD), |fs, ledger| {
        let mut identical = Identical::Skip;
        for process in [fs.process(), fs.process(), fs.process()] {
            let options = options(&process).identical(identical);
            ledger.begin(Promise::Content(content(b'a')));
            identical = match options.replace("/f", content(b'a')) {
                Ok(_) => {
                    ledger.acknowledge(Promise::Content(content(b'a')));
                    Identical::Skip
                }
                // The name may look right and not be durable: see `Identical::Skip`.
                Err(error) if error.on_disk() == OnDisk::InDoubt => Identical::Write,
                Err(_) => identical,
            };
        }
    });
}

#[test]
fn a_stream() {
    explore(Device::default(), Some(&OLD), |fs, ledger| {
        if let Ok(mut file) = options(fs).create("/f") {
            let _ = file.write_all(&content(b'x')).and_then(|()| file.flush());
            ledger.acknowledge(Promise::Never(content(b'x')));
            file.discard();
        }
        save(ledger, &content(b'a'), || {
            let mut file = options(fs).create("/f")?;
            for piece in content(b'a').chunks(3000) {
                let _ = file.write_all(piece).and_then(|()| file.flush());
            }
            file.commit() // refuses if one of the writes has failed
        });
    });
}

#[test]
fn a_stream_larger_than_its_buffer() {
    let bytes = |letter| vec![letter; 100_000];
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        save(ledger, &bytes(b'a'), || {
            let mut file = options(fs).create("/f")?;
            for piece in bytes(b'a').chunks(40_000) {
                let _ = file.write_all(piece);
            }
            file.commit()
        });
    };
    explore(Device::default(), Some(&OLD), scenario);
}

#[test]
fn a_sweep_while_others_save() {
    explore(Device::default(), Some(&OLD), |fs, ledger| {
        let (first, second, sweeper) = (fs.process(), fs.process(), fs.process());
        if let Ok(file) = options(&first).create("/f") {
            first.kill();
            drop(file);
        }
        save(ledger, &content(b'a'), || {
            let mut file = options(&second).create("/f")?;
            let _ = options(&sweeper).sweep("/");
            let _ = file.write_all(&content(b'a')).and_then(|()| file.flush());
            let _ = options(&sweeper).sweep("/");
            file.commit()
        });
    });
}

#[test]
fn new_directories() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        // The second save meets whatever the first has left, in the fault runs half a path.
        for letter in b"ab" {
            replace(ledger, &options(fs), "/a/b/f", &content(*letter));
        }
    };
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| recover(fs, ledger, None, "/a/b", "/a/b/f");
    let explored = Explore::new(Device::default()).run(scenario, check);
    explored.unwrap_or_else(|failure| panic!("{failure}"));
}

/// A link from `/link` to `/dir/f`, which is old.
fn linked(fs: &SimFs) {
    fs.create_dir("/dir".as_ref()).unwrap();
    put(fs, "/dir/f", &OLD, 0o644);
    fs.symlink("dir/f".as_ref(), "/link".as_ref()).unwrap();
}

#[test]
fn a_file_behind_a_link() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        for letter in b"ab" {
            replace(ledger, &options(fs), "/link", &content(*letter));
        }
    };
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| {
        let is_link = fs
            .metadata("/link".as_ref())
            .is_ok_and(|link| link.is_symlink());
        let found = recover(fs, ledger, Some(&OLD), "/dir", "/link")?;
        if is_link {
            Ok(found)
        } else {
            Err("the link is gone".into())
        }
    };
    let explored = Explore::new(Device::default())
        .setup(linked)
        .run(scenario, check);
    explored.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_file_in_place_of_a_link() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        let options = options(fs).symlinks(Symlinks::Replace);
        replace(ledger, &options, "/link", &content(b'a'));
    };
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| {
        let target = read(fs, "/dir/f");
        let found = recover(fs, ledger, Some(&OLD), "/", "/link")?;
        if target.as_deref() == Some(&OLD) {
            Ok(found)
        } else {
            Err("written through the link".into())
        }
    };
    let explored = Explore::new(Device::default())
        .setup(linked)
        .run(scenario, check);
    explored.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Old or new, the file has the mode, the owner and the attributes that it had: never the temporary
/// ones, and never none.
#[test]
fn attributes_survive_with_the_content() {
    let setup = |fs: &SimFs| {
        put(fs, "/f", &OLD, 0o640);
        let file = fs.open("/f".as_ref(), &OpenOptions::read_write()).unwrap();
        file.set_owner(1000, 100).unwrap();
        file.set_xattr("user.origin".as_ref(), b"import").unwrap();
    };
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        for letter in b"ab" {
            replace(
                ledger,
                &options(fs).metadata(Metadata::Keep),
                "/f",
                &content(*letter),
            );
        }
    };
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| {
        let found = recover(fs, ledger, Some(&OLD), "/", "/f")?;
        let look = || {
            let file = fs.open("/f".as_ref(), &OpenOptions::read())?;
            let metadata = file.metadata()?;
            Ok((metadata.mode, metadata.owner, file.xattrs()?))
        };
        let seen = look().map_err(|error: std::io::Error| error.to_string())?;
        let kept = (
            0o640,
            Some(Owner {
                uid: 1000,
                gid: 100,
            }),
            vec![("user.origin".into(), b"import".to_vec())],
        );
        if seen == kept {
            Ok(found)
        } else {
            Err(format!("{seen:?}"))
        }
    };
    // An attribute that is refused is left out, so no faults.
    let explored = Explore::new(Device::default())
        .faults(false)
        .setup(setup)
        .run(scenario, check);
    explored.unwrap_or_else(|failure| panic!("{failure}"));
}

/// These checks can fail: without its two syncs a save does not keep the promise.
#[test]
fn without_syncs_the_promise_is_broken() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Promise>| {
        let options = options(fs).durability(Durability::Atomic);
        replace(ledger, &options, "/f", &content(b'a'));
    };
    let check = |fs: &SimFs, ledger: &Ledger<Promise>| recover(fs, ledger, Some(&OLD), "/", "/f");
    let explored = Explore::new(Device::default())
        .setup(|fs| put(fs, "/f", &OLD, 0o640))
        .run(scenario, check);
    assert!(matches!(explored, Err(Failure::Broken(_))), "{explored:?}");
}

/// Without power loss nothing is lost without syncs either.
#[test]
fn without_syncs_a_kill_is_survived() {
    let fs = crate::simulated::machine();
    put(&fs, "/f", &OLD, 0o640);
    let atomic = |fs: &SimFs| {
        options(fs)
            .durability(Durability::Atomic)
            .replace("/f", content(b'a'))
    };
    let copy = fs.fork();
    let count = calls(&copy, || atomic(&copy).unwrap()).len() as u64;
    for call in 0..count {
        let fs = fs.fork();
        fs.inject(fs.now() + call, Fault::Kill);
        let saved = atomic(&fs).is_ok();
        let found = read(&fs.process(), "/f").unwrap();
        assert_eq!(found == content(b'a'), saved, "{}", fs.trace());
        assert!(saved || found == OLD);
    }
}
