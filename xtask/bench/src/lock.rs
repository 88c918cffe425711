//! Taking a lock and giving it back, with nobody else asking for it.

use std::fs::File;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::scenario::{Costs, Result, Row, Scenario, WARM_UP, What};

/// Once is too quick for the clock.
const TIMES: u32 = 1000;

pub const SCENARIOS: &[Scenario] = &[Scenario {
    what: What::Lock,
    name: "lock",
    title: "Lock and unlock, 1000 times",
    rounds: 100,
    warm_up: WARM_UP,
    costs: Costs::Nothing,
    build: |dir, _| rows(dir),
}];

fn rows(dir: &Path) -> Result<Vec<Row>> {
    let file = |name: &str| File::create(dir.join(name));
    let open = file("open.lock")?;
    let mut peer = fd_lock::RwLock::new(file("peer.lock")?);
    let path = dir.join("anew.lock");
    File::create(&path)?;
    let ours = dir.join("ours");
    let mut handle = lock::LockFile::open(&ours)?;
    Ok(vec![
        Row::new("`flock`, an open file", move || {
            for _ in 0..TIMES {
                flock(&open, FlockOperation::LockExclusive)?;
                flock(&open, FlockOperation::Unlock)?;
            }
            Ok(())
        }),
        Row::new("`fd-lock`, an open file", move || {
            for _ in 0..TIMES {
                drop(peer.write()?);
            }
            Ok(())
        }),
        Row::new("**`lock::LockFile`**, an open file", move || {
            for _ in 0..TIMES {
                drop(handle.exclusive()?);
            }
            Ok(())
        })
        .at_most(1.1),
        Row::new("open, `flock`, close", move || {
            for _ in 0..TIMES {
                let file = File::options().read(true).write(true).open(&path)?;
                flock(&file, FlockOperation::LockExclusive)?;
            }
            Ok(())
        }),
        Row::new("**`lock::Lock`**, a path", move || {
            for _ in 0..TIMES {
                drop(lock::Lock::exclusive(&ours)?);
            }
            Ok(())
        }),
    ])
}
