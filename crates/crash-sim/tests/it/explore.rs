//! The explorer finds what is wrong, proves what is right as far as it says, and can't be fooled by doing nothing.

use std::io;
use std::path::Path;

use crash_sim::{Coverage, Device, Explore, Failure, Ledger, SimFs};
use vfs::{Fs, OpenOptions};

/// What a protocol with a known bug leaves out or does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bug {
    None,
    NoFileSync,
    NoDirectorySync,
    RenameBeforeSync,
    InPlace,
    RetriedSync,
}

const STATE: &str = "/state";
const TEMP: &str = "/state.tmp";

/// Replaces the state, if nothing else is said durably.
fn replace(fs: &dyn Fs, content: &[u8], bug: Bug) -> io::Result<()> {
    let (state, temp) = (Path::new(STATE), Path::new(TEMP));
    let path = if bug == Bug::InPlace { state } else { temp };
    let file = fs.open(path, &OpenOptions::read_write().or_create())?;
    file.set_size(0)?;
    file.write_all_at(content, 0)?;
    match bug {
        Bug::NoFileSync => {}
        Bug::RenameBeforeSync => {
            fs.rename(temp, state)?;
            file.sync_all()?;
        }
        Bug::RetriedSync => file.sync_all().or_else(|_| file.sync_all())?,
        _ => file.sync_all()?,
    }
    if bug != Bug::InPlace && bug != Bug::RenameBeforeSync {
        fs.rename(temp, state)?;
    }
    if bug == Bug::NoDirectorySync {
        Ok(())
    } else {
        fs.sync_dir(Path::new("/"))
    }
}

fn contents() -> [Vec<u8>; 3] {
    [vec![b'1'; 600], vec![b'2'; 10], vec![b'3'; 5000]]
}

fn explore(bug: Bug, explore: &Explore<'_>) -> Result<Coverage, Failure> {
    explore.run(|fs, ledger| scenario(fs, ledger, bug), check)
}

fn scenario(fs: &SimFs, ledger: &mut Ledger<Vec<u8>>, bug: Bug) {
    for content in contents() {
        ledger.promise(content.clone(), || replace(fs, &content, bug));
    }
}

/// "After any crash the state is the last acknowledged content, or one that was begun after it, whole."
fn check(fs: &SimFs, ledger: &Ledger<Vec<u8>>) -> Result<Option<Vec<u8>>, String> {
    let found = match (fs as &dyn Fs).read(Path::new(STATE), 1 << 20) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.to_string()),
    };
    if ledger.allowed().contains(&found) {
        Ok(found)
    } else {
        Err(format!(
            "found {:?}…",
            found.map(|found| (found.len(), found.first().copied()))
        ))
    }
}

#[test]
fn the_right_protocol_holds() {
    let coverage = explore(Bug::None, &Explore::new(Device::default())).unwrap();
    assert!(
        coverage.points_exhaustive > 0 && coverage.states() > 500,
        "{coverage}"
    );
    assert_eq!(coverage.acknowledged, 3);
}

#[test]
fn every_planted_bug_is_caught() {
    for bug in [
        Bug::NoFileSync,
        Bug::NoDirectorySync,
        Bug::RenameBeforeSync,
        Bug::InPlace,
        Bug::RetriedSync,
    ] {
        let failure = explore(bug, &Explore::new(Device::default()));
        assert!(
            matches!(failure, Err(Failure::Broken(_))),
            "{bug:?}: {failure:?}"
        );
    }
}

#[test]
fn a_retried_sync_is_found_only_by_faults() {
    let without = Explore::new(Device::default()).faults(false);
    assert!(explore(Bug::RetriedSync, &without).is_ok());
}

#[test]
fn a_failure_prints_a_case_that_replays_and_is_minimal() {
    let settings = Explore::new(Device::default());
    let Err(Failure::Broken(found)) = explore(Bug::NoDirectorySync, &settings) else {
        panic!("not found")
    };
    let text = found.to_string();
    assert!(
        text.contains("CRASH_SIM_REPLAY=")
            && text.contains("never durable")
            && text.contains("ledger: "),
        "{text}"
    );
    let case = found.case().to_string().parse().unwrap();
    let again = settings.replay(
        &case,
        |fs, ledger| scenario(fs, ledger, Bug::NoDirectorySync),
        check,
    );
    let Err(Failure::Broken(again)) = again else {
        panic!("{case} does not fail again")
    };
    assert_eq!(
        again.to_string(),
        text,
        "the same crash, told in the same words"
    );
    // One change of names is enough to lose.
    assert_eq!(case.to_string().matches('D').count(), 1, "{case}");
    // And with the bug mended the same case may not even fit, but never breaks the promise.
    let mended = settings.replay(&case, |fs, ledger| scenario(fs, ledger, Bug::None), check);
    assert!(
        matches!(mended, Ok(()) | Err(Failure::BadCase(_))),
        "{mended:?}"
    );
}

#[test]
fn the_same_seed_meets_the_same_crashes() {
    let run = |seed| {
        explore(
            Bug::None,
            &Explore::new(Device::default()).seed(seed).states(3000),
        )
        .unwrap()
    };
    assert_eq!(run(7), run(7));
}

#[test]
fn more_states_are_drawn_on_request() {
    let few = explore(Bug::None, &Explore::new(Device::default())).unwrap();
    let many = explore(
        Bug::None,
        &Explore::new(Device::default()).states(few.states() + 2000),
    )
    .unwrap();
    assert!(
        many.states() >= few.states() + 2000 || many.saturated,
        "{few} / {many}"
    );
}

#[test]
fn measuring_nothing_is_a_failure() {
    let idle = Explore::new(Device::default()).run(|_, _: &mut Ledger<u8>| {}, |_, _| Ok(()));
    assert!(
        matches!(idle, Err(Failure::NothingMeasured { .. })),
        "{idle:?}"
    );
    let unacknowledged = Explore::new(Device::default()).run(
        |fs, ledger: &mut Ledger<u8>| {
            ledger.begin(1);
            let _ = replace(fs, b"x", Bug::None);
        },
        |_, _| Ok(()),
    );
    assert!(
        matches!(
            unacknowledged,
            Err(Failure::NothingMeasured {
                acknowledged: 0,
                ..
            })
        ),
        "{unacknowledged:?}"
    );
}

#[test]
fn a_panic_an_endless_recovery_and_an_unstable_one_are_broken_promises() {
    let found = |check: &dyn Fn(&SimFs) -> Result<u64, String>| {
        let scenario = |fs: &SimFs, ledger: &mut Ledger<Vec<u8>>| scenario(fs, ledger, Bug::None);
        let explore = Explore::new(Device::default()).faults(false).kills(false);
        match explore.run(scenario, |fs, _| check(fs)) {
            Err(Failure::Broken(found)) => found.promise().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    let panicking = found(&|_| panic!("unwrapped a torn record"));
    assert_eq!(panicking, "recovery panicked: unwrapped a torn record");
    let endless = found(&|fs| {
        while fs.metadata(Path::new("/")).is_ok() {}
        Ok(0)
    });
    assert_eq!(endless, "recovery never ends");
    // Adds a name each time it recovers.
    let unstable = found(&|fs| {
        let count = fs
            .read_dir(Path::new("/"))
            .map_err(|error| error.to_string())?
            .len() as u64;
        fs.create_dir(Path::new(&format!("/{count}")))
            .map_err(|error| error.to_string())?;
        Ok(count)
    });
    assert!(
        unstable.starts_with("recovering again answers"),
        "{unstable}"
    );
}

/// A recovery that moves the new content into place, but forgets that a crash may come before that is durable.
#[test]
fn crashes_inside_recovery_are_explored() {
    let recover = |fs: &SimFs, sync: bool| -> io::Result<()> {
        // Folds the journal into the state, then drops the journal.
        let Ok(journal) = (fs as &dyn Fs).read(Path::new("/journal"), 100) else {
            return Ok(());
        };
        if journal != b"new" {
            return fs.remove_file(Path::new("/journal"));
        }
        let file = fs.open(Path::new(STATE), &OpenOptions::read_write())?;
        file.write_all_at(b"new", 0)?;
        if sync {
            file.sync_all()?;
        }
        fs.remove_file(Path::new("/journal"))
    };
    let run = |sync: bool, depth: usize| {
        Explore::new(Device::default())
            .depth(depth)
            .kills(false)
            .faults(false)
            .setup(|fs| {
                let file = fs
                    .open(Path::new(STATE), &OpenOptions::create_new())
                    .unwrap();
                file.write_all_at(b"old", 0).unwrap();
            })
            .run(
                |fs, ledger| {
                    ledger.promise("new", || {
                        let journal = fs.open(Path::new("/journal"), &OpenOptions::create_new())?;
                        journal.write_all_at(b"new", 0)?;
                        journal.sync_all()?;
                        fs.sync_dir(Path::new("/"))
                    });
                },
                |fs, ledger| {
                    recover(fs, sync).map_err(|error| error.to_string())?;
                    let state = (fs as &dyn Fs)
                        .read(Path::new(STATE), 100)
                        .map_err(|error| error.to_string())?;
                    match (state.as_slice(), ledger.acknowledged()) {
                        (b"new", _) | (b"old", []) => Ok(()),
                        (other, _) => Err(format!("{}", other.escape_ascii())),
                    }
                },
            )
    };
    assert!(run(false, 1).is_ok(), "one crash does not show it");
    assert!(
        matches!(run(false, 2), Err(Failure::Broken(_))),
        "a crash inside recovery does"
    );
    let coverage = run(true, 2).unwrap();
    assert!(
        coverage.points_nested > 0 && coverage.states_nested > 0,
        "{coverage}"
    );
}

/// A killed process leaves names in the cache that the next one takes for durable.
#[test]
fn what_a_killed_process_left_pending_is_still_pending() {
    let run = |kills: bool| {
        Explore::new(Device::default())
            .kills(kills)
            .faults(false)
            .run(
                |fs, ledger| {
                    // Two programs, one after the other; a kill ends only the first.
                    let first = fs
                        .create_dir(Path::new("/d"))
                        .and_then(|()| fs.sync_dir(Path::new("/")));
                    let second = fs.process();
                    if first.is_ok() || second.metadata(Path::new("/d")).is_ok() {
                        ledger.promise(1, || -> io::Result<()> {
                            let file = second.open(
                                Path::new("/d/file"),
                                &OpenOptions::read_write().or_create(),
                            )?;
                            file.sync_all()?;
                            second.sync_dir(Path::new("/d"))
                        });
                    }
                },
                |fs, ledger| match (fs.metadata(Path::new("/d/file")), ledger.acknowledged()) {
                    (Err(_), [_, ..]) => Err("the acknowledged file is gone".to_owned()),
                    _ => Ok(()),
                },
            )
    };
    assert!(run(false).is_ok());
    assert!(matches!(run(true), Err(Failure::Broken(_))));
}

/// "A directory that `create_dir_all` has reported is there", also if its first sync failed and it was called again.
#[test]
fn a_reported_directory_survives() {
    let make = |fs: &SimFs| (fs as &dyn Fs).create_dir_all(Path::new("/a/b"));
    let coverage = Explore::new(Device::default()).run(
        |fs, ledger| {
            for attempt in 0..2 {
                ledger.promise(attempt, || make(fs));
            }
            // And by the next program, if the first was killed in between.
            ledger.promise(2, || make(&fs.process()));
        },
        |fs, ledger| match (fs.metadata(Path::new("/a/b")), ledger.acknowledged()) {
            (Err(_), [_, ..]) => Err("the directory is gone".to_owned()),
            _ => Ok(()),
        },
    );
    assert!(coverage.is_ok(), "{}", coverage.unwrap_err());
}
