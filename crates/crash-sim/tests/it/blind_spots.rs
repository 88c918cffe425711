//! Crashes that an explorer could overlook: each of these programs has a bug that shows in one kind of crash only.

use std::path::Path;

use crash_sim::{Coverage, Device, Explore, Failure, Ledger, SimFs};
use vfs::{Fs, OpenOptions};

fn path(text: &str) -> &Path {
    Path::new(text)
}

fn read(fs: &SimFs, name: &str) -> Option<Vec<u8>> {
    (fs as &dyn Fs).read(path(name), 1 << 20).ok()
}

fn there(fs: &SimFs, name: &str) -> bool {
    fs.metadata(path(name)).is_ok()
}

fn create(fs: &SimFs, name: &str, content: &[u8]) -> std::io::Result<()> {
    let file = fs.open(path(name), &OpenOptions::read_write().or_create())?;
    file.write_all_at(content, 0)
}

/// Promises something that is always kept, so that the ledger tells no two crashes apart.
fn acknowledge_nothing(fs: &SimFs, ledger: &mut Ledger<()>) {
    ledger.promise((), || fs.metadata(path("/")));
}

fn quiet<'s>() -> Explore<'s> {
    Explore::new(Device::default()).kills(false).faults(false)
}

fn broken(found: Result<Coverage, Failure>) -> String {
    match found {
        Err(Failure::Broken(found)) => found.promise().to_owned(),
        other => panic!("not found: {other:?}"),
    }
}

/// Trusts one `write_at` to take everything. That shows between the rename and its sync, in content that no pending operation
/// holds any more.
#[test]
fn crash_points_that_differ_in_durable_content_alone() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<Vec<u8>>| {
        ledger.begin(b"AB".to_vec());
        let write = || {
            let file = fs.open(path("/temp"), &OpenOptions::create_new())?;
            file.write_at(b"AB", 0)?;
            file.sync_all()?;
            fs.rename(path("/temp"), path("/state"))?;
            fs.sync_dir(path("/"))
        };
        if write().is_ok()
            && let Some(found) = read(fs, "/state")
        {
            ledger.promise(found, || Ok::<_, ()>(()));
        }
    };
    let check = |fs: &SimFs, ledger: &Ledger<Vec<u8>>| match read(fs, "/state") {
        Some(found) if !ledger.begun().contains(&found) => Err(format!("{found:?}")),
        _ => Ok(()),
    };
    let without = Explore::new(Device::default()).faults(false);
    without.run(scenario, check).unwrap();
    assert_eq!(
        broken(Explore::new(Device::default()).run(scenario, check)),
        format!("{:?}", b"A")
    );
}

/// The state with `/x` is met inside a recovery first, where crashes are deep enough, and then right after the scenario.
#[test]
fn a_state_that_was_met_inside_a_recovery_before() {
    let found = quiet().setup(|fs| create(fs, "/keep", b"").unwrap()).run(
        |fs, ledger| {
            acknowledge_nothing(fs, ledger);
            create(fs, "/x", b"").unwrap();
        },
        |fs, _| {
            if !there(fs, "/x") {
                create(fs, "/x", b"").unwrap();
            } else if there(fs, "/keep") {
                fs.remove_file(path("/keep")).unwrap();
                create(fs, "/kept", b"").unwrap();
            } else if !there(fs, "/kept") {
                return Err("both names are gone".to_owned());
            }
            Ok(())
        },
    );
    assert_eq!(broken(found), "both names are gone");
}

/// Recovery takes what it reads for durable, which is false only if the last call was no sync and the machine stayed up.
#[test]
fn an_end_after_the_last_call() {
    let recover = |fs: &SimFs| -> std::io::Result<()> {
        if read(fs, "/state").as_deref() != Some(b"new") {
            create(fs, "/state", b"new")?;
            fs.open(path("/state"), &OpenOptions::read())?.sync_all()?;
        }
        fs.remove_file(path("/journal"))?;
        fs.sync_dir(path("/"))
    };
    let found = Explore::new(Device::default())
        .faults(false)
        .setup(|fs| {
            create(fs, "/state", b"old").unwrap();
            create(fs, "/journal", b"").unwrap();
        })
        .run(
            |fs, ledger| {
                acknowledge_nothing(fs, ledger);
                let _ = create(fs, "/state", b"new");
            },
            |fs, _| {
                if there(fs, "/journal") {
                    recover(fs).unwrap();
                }
                match read(fs, "/state").as_deref() {
                    Some(b"new") => Ok(()),
                    _ => Err("the journal went before what it held".to_owned()),
                }
            },
        );
    assert_eq!(broken(found), "the journal went before what it held");
}

#[test]
fn a_kill_between_two_blocks_of_a_write() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<()>| {
        acknowledge_nothing(fs, ledger);
        let _ = create(fs, "/state", &[b'x'; 8192]);
    };
    // Complains only on the machine that has seen the write: after a reboot there are tears anyway.
    let check = |fs: &SimFs, _: &Ledger<()>| match read(fs, "/state") {
        Some(state) if state.len() == 4096 && fs.trace().names().any(|name| name == "write_at") => {
            Err("half of it".to_owned())
        }
        _ => Ok(()),
    };
    let explore = Explore::new(Device::default()).faults(false);
    assert_eq!(broken(explore.run(scenario, check)), "half of it");
}

/// Recovery overwrites two sectors in place.
#[test]
fn a_tear_inside_recovery() {
    let found = quiet()
        .setup(|fs| create(fs, "/state", &[b'o'; 1024]).unwrap())
        .run(several_states, |fs, _| {
            let state = read(fs, "/state").unwrap_or_default();
            if state == [b'o'; 1024] {
                create(fs, "/state", &[b'n'; 1024]).unwrap();
            } else if state != [b'n'; 1024] {
                return Err("torn".to_owned());
            }
            Ok(())
        });
    assert_eq!(broken(found), "torn");
}

/// Several crash points with several states, so that chance has its chances.
fn several_states(fs: &SimFs, ledger: &mut Ledger<()>) {
    acknowledge_nothing(fs, ledger);
    for name in ["/1", "/2", "/3"] {
        let _ = create(fs, name, b"");
    }
}

#[test]
fn what_was_settled_is_never_shown_to_an_earlier_crash() {
    quiet()
        .run(
            |fs, ledger| {
                fs.sync_dir(path("/")).unwrap();
                ledger.begin(1);
                create(fs, "/state", b"").unwrap();
                fs.settle();
                ledger.acknowledge(1);
            },
            |fs, ledger: &Ledger<u8>| {
                if there(fs, "/state") && ledger.begun().is_empty() {
                    return Err("not begun".to_owned());
                }
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn the_dead_acknowledge_nothing() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<u8>| {
        let _ = fs
            .create_dir(path("/d"))
            .and_then(|()| fs.sync_dir(path("/")));
        ledger.promise(1, || Ok::<_, ()>(()));
    };
    let check = |fs: &SimFs, ledger: &Ledger<u8>| match ledger.acknowledged() {
        [_, ..] if !there(fs, "/d") => Err("the directory is gone".to_owned()),
        _ => Ok(()),
    };
    let explore = Explore::new(Device::default()).faults(false);
    explore.run(scenario, check).unwrap();
}

#[test]
fn a_ledger_allows_what_was_begun_since_the_last_acknowledgement() {
    let scenario = |fs: &SimFs, ledger: &mut Ledger<&str>| {
        assert!(there(fs, "/"));
        assert_eq!(ledger.allowed(), [None]);
        ledger.begin("a");
        assert_eq!(ledger.allowed(), [None, Some("a")]);
        ledger.acknowledge("a");
        ledger.begin("b");
        ledger.begin("a");
        assert_eq!(ledger.allowed(), [Some("a"), Some("b"), Some("a")]);
        ledger.acknowledge("never begun");
        assert_eq!(ledger.allowed(), [Some("never begun")]);
    };
    quiet().run(scenario, |_, _| Ok(())).unwrap();
}

#[test]
fn a_scenario_that_calls_nothing_measures_nothing() {
    let idle = quiet().run(|_, ledger| ledger.acknowledge(1), |_, _| Ok(()));
    assert!(
        matches!(idle, Err(Failure::NothingMeasured { .. })),
        "{idle:?}"
    );
}

#[test]
fn an_unwrapped_failure_reads_like_a_printed_one() {
    let failure = quiet()
        .run(acknowledge_nothing, |_, _| Err::<(), _>("no".to_owned()))
        .unwrap_err();
    assert_eq!(format!("{failure:?}"), failure.to_string());
}
