//! Planted bugs, each of which the explorations catch. Whoever finds one uncaught has found that the harness can't fail.
//!
//! What a log does wrong to its file system is planted under the real one, in a file system that does less than it is asked for; what it
//! does wrong in its format, in a log of a hundred lines.

mod toy;
mod wrong;

use crash_sim::{Coverage, Device, Failure, Ledger, Rot, SimFs};

use super::explorer;
use super::records::Size;
use super::restart::Restart;
use super::story::{DIR, Promise, Story, View};
use crate::scratch::small;
use toy::{Bug, Toy};

/// The promise that an exploration has found broken.
fn broken(result: Result<Coverage, Failure>) -> String {
    match result {
        Err(Failure::Broken(found)) => found.promise().to_owned(),
        other => panic!("not caught: {other:?}"),
    }
}

/// A story of the real log on a file system that is not what it says.
fn told(view: View) -> Result<Coverage, Failure> {
    let options = small();
    let restart = Restart::new(&options, &[]);
    explorer(Device::default()).run(
        |fs: &SimFs, ledger: &mut Ledger<Promise>| {
            let mut story = Story::new(fs, ledger, small(), &[]).seeing(view);
            story.open();
            story.batch(&[Size::FirstPage, Size::Short]);
            story.append_durable(Size::Long);
        },
        |fs, ledger| restart.check(fs, ledger),
    )
}

#[test]
fn ack_before_sync() {
    let promise = broken(told(wrong::no_sync));
    assert!(promise.contains("damaged"), "{promise}");
}

#[test]
fn segment_without_directory_sync() {
    let promise = broken(told(wrong::no_sync_dir));
    assert!(promise.contains("not one of"), "{promise}");
}

#[test]
fn failed_sync_that_is_tried_again() {
    let promise = broken(told(wrong::sync_again));
    assert!(
        promise.contains("not one of") || promise.contains("damaged"),
        "{promise}"
    );
}

#[test]
fn control_the_file_system_as_it_is() {
    told(SimFs::shared).unwrap();
}

/// A story of the toy, which may be damaged before it ends.
fn toyed(bug: Option<Bug>, rots: bool) -> Result<Coverage, Failure> {
    let toy = Toy { bug };
    explorer(Device::default())
        .setup(move |fs| {
            if rots {
                for record in [1, 2, 3] {
                    toy.append(fs, record).unwrap();
                }
                fs.rot(toy::PATH.as_ref(), Rot::Zero { sector: 3 }).unwrap();
            }
        })
        .run(
            |fs: &SimFs, ledger: &mut Ledger<Vec<u16>>| {
                if rots {
                    ledger.promise(vec![1, 2, 3], || toy::sync(fs));
                    return;
                }
                let mut records = Vec::new();
                for record in 1..=6 {
                    if record % 3 == 0 {
                        records.clear();
                        if !ledger.promise(records.clone(), || toy.begin(fs)) {
                            return;
                        }
                    }
                    records.push(record);
                    if !ledger.promise(records.clone(), || toy.append(fs, record)) {
                        return;
                    }
                }
            },
            |fs, ledger| match toy.read(fs) {
                Err(_) if rots || ledger.acknowledged().is_empty() => Ok(Vec::new()),
                Err(error) => Err(error.to_string()),
                Ok(found) if ledger.allowed().contains(&Some(found.clone())) => Ok(found),
                Ok(found) if found.is_empty() && ledger.allowed().contains(&None) => Ok(found),
                Ok(found) => Err(format!("{found:?}, not one of {:?}", ledger.allowed())),
            },
        )
}

#[test]
fn no_identity_in_the_checksum() {
    let promise = broken(toyed(Some(Bug::NoIdentity), false));
    assert!(promise.contains("not one of"), "{promise}");
}

#[test]
fn length_trusted_before_the_checksum() {
    let promise = broken(toyed(Some(Bug::LengthTrusted), false));
    assert!(promise.contains("panicked"), "{promise}");
}

#[test]
fn header_rewritten_in_place() {
    let promise = broken(toyed(Some(Bug::HeaderInPlace), false));
    assert!(promise.contains("there is no header"), "{promise}");
}

#[test]
fn scan_that_stops_silently_at_damage() {
    let promise = broken(toyed(Some(Bug::SilentStop), true));
    assert!(promise.contains("not one of"), "{promise}");
}

#[test]
fn control_the_toy_without_a_bug() {
    for rots in [false, true] {
        toyed(None, rots).unwrap();
    }
}
