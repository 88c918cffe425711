//! A file written in pieces, and the sweep of those that were never finished.

use std::io::Write;

use super::*;

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

/// "What is prepared is not seen, whatever happens meanwhile, and survives once it is committed."
#[test]
fn a_file_that_is_prepared() {
    explore(Device::default(), Some(&OLD), |fs, ledger| {
        if let Ok(prepared) = options(fs).prepare("/f", content(b'x')) {
            ledger.acknowledge(Promise::Never(content(b'x')));
            prepared.discard();
        }
        save(ledger, &content(b'a'), || {
            let prepared = options(fs).prepare("/f", content(b'a'))?;
            let _ = options(fs).sweep("/");
            prepared.commit()
        });
    });
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
