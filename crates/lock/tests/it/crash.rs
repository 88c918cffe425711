//! Tokens through kills, faults and power loss.

use std::path::Path;
use std::time::UNIX_EPOCH;

use crash_sim::{Device, Explore, Ledger, SimFs};
use lock::{Error, Options, Wait};
use vfs::{Fs, OpenOptions};

const NOTES: &str = "/state/notes.json";
const LOCK_FILE: &str = "/state/notes.json.lock";

fn on(fs: &SimFs) -> Options {
    Options::new()
        .fs(fs.shared())
        .wait(Wait::Never)
        .clock(|| UNIX_EPOCH)
}

fn draw(fs: &SimFs, floor: Option<u64>) -> Result<u64, Error> {
    let lock = on(fs).exclusive(NOTES)?;
    let token = match floor {
        None => lock.token()?,
        Some(floor) => lock.token_above(floor)?,
    };
    Ok(token.get())
}

/// Where processes begin that draw tokens in turn, and what they ask for.
struct Turns<'a> {
    device: Device,
    /// How many tokens there were before.
    drawn: u64,
    /// The blocks of the lock file that were damaged since.
    damaged: &'a [u64],
    /// Whether each process knows of a greater number.
    floors: &'a [Option<u64>],
}

impl Turns<'_> {
    fn setup(&self, fs: &SimFs) {
        fs.create_dir(Path::new("/state")).unwrap();
        for _ in 0..self.drawn {
            draw(fs, None).unwrap();
        }
        for block in self.damaged {
            let file = fs
                .open(Path::new(LOCK_FILE), &OpenOptions::read_write())
                .unwrap();
            file.write_all_at(b"?", block * 4096 + 20).unwrap();
        }
    }

    /// They go on after every error, and so does the restart.
    fn scenario(&self, fs: &SimFs, ledger: &mut Ledger<u64>) {
        ledger.acknowledge(self.drawn);
        for &floor in self.floors {
            // A process of its own each time: the page cache is all they share.
            if let Ok(token) = draw(&fs.process(), floor) {
                ledger.acknowledge(token);
            }
        }
    }

    fn check(&self, fs: &SimFs, ledger: &Ledger<u64>) -> Result<(), String> {
        let mut tokens = ledger.acknowledged().to_vec();
        for _ in 0..2 {
            match draw(fs, None) {
                Ok(token) => tokens.push(token),
                Err(Error::TokenLost { .. }) if self.may_be_lost(ledger) => {}
                Err(error) => return Err(format!("{error:?} after {tokens:?}")),
            }
        }
        let grow = tokens.is_sorted_by(|earlier, later| earlier < later);
        if grow {
            Ok(())
        } else {
            Err(format!("tokens {tokens:?}"))
        }
    }

    /// Only if nobody has found a way out since.
    fn may_be_lost(&self, ledger: &Ledger<u64>) -> bool {
        self.damaged == BOTH && ledger.acknowledged().len() == 1
    }

    /// "A token that was handed out is smaller than every token handed out later, whatever is killed,
    /// fails or loses power in between."
    fn tokens_grow_for_ever(&self) {
        let explored = Explore::new(self.device.clone())
            .fates(8)
            .setup(|fs| self.setup(fs))
            .run(
                |fs, ledger| self.scenario(fs, ledger),
                |fs, ledger| self.check(fs, ledger),
            );
        match explored {
            Ok(coverage) => assert_eq!(coverage.acknowledged, 1 + self.floors.len() as u64),
            Err(failure) => panic!("{failure}"),
        }
    }
}

const BOTH: &[u64] = &[2, 3];

fn turns<'a>() -> Turns<'a> {
    Turns {
        device: Device::default(),
        drawn: 0,
        damaged: &[],
        floors: &[None; 3],
    }
}

#[test]
fn tokens_grow_from_the_first() {
    turns().tokens_grow_for_ever();
}

#[test]
fn tokens_grow_on_a_disk_that_garbles_what_it_was_writing() {
    for drawn in [0, 2, 3] {
        let device = Device::default().no_power_safe_overwrite();
        Turns {
            device,
            drawn,
            ..turns()
        }
        .tokens_grow_for_ever();
    }
}

#[test]
fn tokens_grow_from_either_slot() {
    for drawn in 1..4 {
        Turns { drawn, ..turns() }.tokens_grow_for_ever();
    }
}

#[test]
fn tokens_grow_after_any_block_was_damaged() {
    for drawn in [2, 3] {
        for damaged in [&[1][..], &[2], &[3], &[1, 2], &[1, 3]] {
            Turns {
                drawn,
                damaged,
                floors: &[None; 2],
                ..turns()
            }
            .tokens_grow_for_ever();
        }
    }
}

#[test]
fn tokens_grow_above_a_floor() {
    for drawn in 0..3 {
        let floors = &[None, Some(10), Some(3)];
        Turns {
            drawn,
            floors,
            ..turns()
        }
        .tokens_grow_for_ever();
    }
}

#[test]
fn tokens_grow_again_once_somebody_knows_where_they_were() {
    let floors = &[Some(3), None];
    Turns {
        drawn: 3,
        damaged: BOTH,
        floors,
        ..turns()
    }
    .tokens_grow_for_ever();
}

/// "Taking and releasing locks asks nothing of the disk after the lock file's name is durable": only
/// tokens sync.
#[test]
fn a_lock_without_a_token_costs_no_sync() {
    let fs = SimFs::new(Device::default());
    fs.create_dir(Path::new("/state")).unwrap();
    drop(on(&fs).exclusive(NOTES).unwrap());
    let before = fs.trace().to_string().matches("sync").count();
    drop(on(&fs).exclusive(NOTES).unwrap());
    drop(on(&fs).shared(NOTES).unwrap());
    assert_eq!(fs.trace().to_string().matches("sync").count(), before);
}
