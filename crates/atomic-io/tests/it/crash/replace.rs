//! One call that replaces a file.

use atomic_io::{Existing, Identical, Metadata, Symlinks};
use crash_sim::Explore;
use vfs::{OpenOptions, Owner};

use super::*;

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
