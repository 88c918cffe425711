//! Counters that trust one file, and that the same check catches as soon as that file is lost.

use super::*;

/// Draws three numbers, the loss coming before the last, and says which promise breaks.
fn explore(loss: Loss, draw: impl Fn(&SimFs) -> Result<u64, String>) -> Result<Coverage, Failure> {
    Explore::new(Device::default())
        .fates(8)
        .depth(1)
        .setup(|fs| {
            fs.create_dir(Path::new("/state")).unwrap();
        })
        .run(
            |fs, ledger| {
                for loss in [Loss::Nothing, Loss::Nothing, loss] {
                    loss.happen(fs);
                    if let Ok(number) = draw(&fs.process()) {
                        ledger.acknowledge(number);
                    }
                }
            },
            |fs, ledger| grow(ledger, || draw(fs)),
        )
}

fn caught(loss: Loss, draw: impl Fn(&SimFs) -> Result<u64, String>) -> String {
    match explore(loss, draw) {
        Err(Failure::Broken(found)) => found.promise().to_owned(),
        other => panic!("not caught: {other:?}"),
    }
}

/// The document that a real counter writes, and nothing but it.
fn from_the_document(fs: &SimFs) -> Result<u64, String> {
    let options = Document::<serde_json::Value>::options().lock_wait(Wait::Never);
    let document = on_document(fs, options.backups(persist::Backups::Off));
    let drawn = document.update(|value| {
        let last = value["reserved"].as_u64().unwrap_or(0);
        *value = serde_json::json!({ "given": last, "reserved": last + 1 });
        last + 1
    });
    drawn.map_err(|error| error.to_string())
}

fn from_the_lock_file(fs: &SimFs) -> Result<u64, String> {
    let options = lock::Options::new().fs(fs.shared()).wait(Wait::Never);
    let token = options
        .clock(crate::scratch::noon)
        .exclusive(SIM_PATH)
        .and_then(|lock| lock.token());
    token
        .map(lock::FencingToken::get)
        .map_err(|error| error.to_string())
}

#[test]
fn a_document_without_a_witness_that_is_restored_is_caught() {
    let promise = caught(Loss::Restored(1), from_the_document);
    assert!(promise.starts_with("the numbers [1, "), "{promise}");
}

#[test]
fn a_lock_file_without_a_document_that_is_removed_is_caught() {
    let promise = caught(Loss::LockFileRemoved, from_the_lock_file);
    assert!(promise.starts_with("the numbers [1, "), "{promise}");
}

/// The same harness finds nothing wrong with the real counter, whichever of the two it is.
#[test]
fn control_the_real_counter() {
    for loss in [Loss::Restored(1), Loss::LockFileRemoved] {
        let real = explore(loss, |fs| draw(fs).map_err(|error| error.to_string()));
        assert!(real.is_ok(), "{real:?}");
    }
}
