//! A counter that processes draw from in turn, while one of its files is lost or goes back.

mod canary;

use persist::{Counter, CounterOptions};

use super::*;
use crate::counter::on;
use crate::scratch::on as on_document;
use crate::scratch::{contents, scribble, sim};

const LOCK_FILE: &str = "/state/notes.json.lock";

/// Reserves two numbers at once, so that few draws see the beginning and the end of a reservation.
fn options() -> CounterOptions {
    Counter::options().ahead(2)
}

fn draw(fs: &SimFs) -> Result<u64, Error> {
    on(fs, options()).next()
}

/// What happens between two draws. Nobody tells anybody whether it has worked.
#[derive(Clone, Copy)]
enum Loss {
    Nothing,
    /// Somebody restores the document as it was after that many numbers.
    Restored(usize),
    DocumentRemoved,
    DocumentDamaged,
    LockFileRemoved,
    LockFileDamaged,
}

impl Loss {
    fn happen(self, fs: &SimFs) {
        let document = Path::new(SIM_PATH);
        // A disk that fails here has lost nothing.
        let _ = match self {
            Self::Nothing => Ok(()),
            Self::Restored(numbers) => {
                let old = document_after(numbers);
                let copy = atomic_io::Options::new().fs(fs.shared()).temp_seed(9);
                copy.replace(SIM_PATH, &old)
                    .map(drop)
                    .map_err(std::io::Error::from)
            }
            Self::DocumentRemoved => fs.remove_file(document),
            Self::LockFileRemoved => fs.remove_file(Path::new(LOCK_FILE)),
            Self::DocumentDamaged => damage(fs, document, 40),
            Self::LockFileDamaged => damage(fs, Path::new(LOCK_FILE), 2 * 4096)
                .and_then(|()| damage(fs, Path::new(LOCK_FILE), 3 * 4096)),
        };
    }
}

/// A bit flips, where something is written.
fn damage(fs: &SimFs, path: &Path, offset: u64) -> std::io::Result<()> {
    let file = fs.open(path, &vfs::OpenOptions::read_write())?;
    if offset < file.size()? {
        file.write_all_at(b"?", offset)?;
    }
    Ok(())
}

/// What the document is after that many numbers.
fn document_after(numbers: usize) -> Vec<u8> {
    let fs = sim();
    for _ in 0..numbers {
        draw(&fs).unwrap();
    }
    contents(&fs, SIM_PATH)
}

/// Processes that draw in turn, with one loss among them.
struct Turns {
    /// How many numbers there were before.
    drawn: usize,
    loss: Loss,
    after: usize,
}

impl Turns {
    fn scenario(&self, fs: &SimFs, ledger: &mut Ledger<u64>) {
        let mut one = |draw: &dyn Fn(&SimFs) -> Result<u64, Error>| {
            if let Ok(number) = draw(&fs.process()) {
                ledger.acknowledge(number);
            }
        };
        one(&draw);
        self.loss.happen(fs);
        for _ in 0..self.after {
            one(&draw);
        }
    }

    /// "A number that was handed out is smaller than every number handed out later, whatever is killed,
    /// fails, loses power, and whichever one of the two files is lost or goes back."
    fn numbers_grow_for_ever(&self) {
        let result = Explore::new(Device::default())
            .fates(8)
            .setup(|fs| {
                fs.create_dir(Path::new("/state")).unwrap();
                for _ in 0..self.drawn {
                    draw(fs).unwrap();
                }
            })
            .run(
                |fs, ledger| {
                    ledger.acknowledge(self.drawn as u64);
                    self.scenario(fs, ledger);
                },
                |fs, ledger| grow(ledger, || draw(fs)),
            );
        explored(result);
    }
}

/// One more number, greater than all before it. What a restart leaves is restarted again by the explorer.
fn grow<E: std::fmt::Debug>(
    ledger: &Ledger<u64>,
    draw: impl FnOnce() -> Result<u64, E>,
) -> Result<(), String> {
    let mut numbers = ledger.acknowledged().to_vec();
    match draw() {
        Ok(number) => numbers.push(number),
        Err(error) => return Err(format!("{error:?} after {numbers:?}")),
    }
    let is_so = numbers.is_sorted_by(|earlier, later| earlier < later);
    is_so
        .then_some(())
        .ok_or_else(|| format!("the numbers {numbers:?}"))
}

/// The draw before the loss is the last of a reservation, or the first of the next one.
fn turns(loss: Loss) {
    for drawn in [2, 3] {
        let after = 1;
        Turns { drawn, loss, after }.numbers_grow_for_ever();
    }
}

#[test]
fn numbers_grow_from_the_first() {
    for (drawn, after) in [(0, 2), (1, 2), (2, 2)] {
        let loss = Loss::Nothing;
        Turns { drawn, loss, after }.numbers_grow_for_ever();
    }
}

#[test]
fn numbers_grow_after_an_older_document_was_restored() {
    for (drawn, restored, after) in [(3, 1, 1), (5, 2, 1)] {
        let loss = Loss::Restored(restored);
        Turns { drawn, loss, after }.numbers_grow_for_ever();
    }
}

#[test]
fn numbers_grow_after_the_document_was_removed() {
    turns(Loss::DocumentRemoved);
}

#[test]
fn numbers_grow_after_the_document_was_damaged() {
    turns(Loss::DocumentDamaged);
}

#[test]
fn numbers_grow_after_the_lock_file_was_removed() {
    turns(Loss::LockFileRemoved);
}

#[test]
fn numbers_grow_after_the_lock_file_was_damaged() {
    turns(Loss::LockFileDamaged);
}

/// "Numbers that were reserved at once, and those up to which the counter was raised, are not handed out
/// again either."
#[test]
fn numbers_grow_above_reservations_and_floors() {
    for drawn in [0, 3] {
        let result = Explore::new(Device::default())
            .fates(8)
            .setup(|fs| {
                fs.create_dir(Path::new("/state")).unwrap();
                for _ in 0..drawn {
                    draw(fs).unwrap();
                }
            })
            .run(
                |fs, ledger| {
                    ledger.acknowledge(drawn);
                    let counter = || on(&fs.process(), options());
                    if let Ok(numbers) = counter().reserve(5) {
                        numbers.for_each(|number| ledger.acknowledge(number));
                    }
                    // Only a floor that is known to be above all is one that the check can place.
                    if counter().raise_above(30).is_ok() {
                        ledger.acknowledge(30);
                    }
                    if let Ok(number) = counter().next() {
                        ledger.acknowledge(number);
                    }
                },
                |fs, ledger| grow(ledger, || draw(fs)),
            );
        explored(result);
    }
}

/// "Where both files are gone there is no number, until somebody says which one was the last; and that
/// survives."
#[test]
fn numbers_grow_again_once_somebody_knows_the_last_one() {
    let result = Explore::new(Device::default())
        .fates(8)
        .setup(|fs| {
            fs.create_dir(Path::new("/state")).unwrap();
            for _ in 0..4 {
                draw(fs).unwrap();
            }
            Loss::LockFileDamaged.happen(fs);
            scribble(fs, SIM_PATH, b"?");
        })
        .run(
            |fs, ledger| {
                ledger.acknowledge(4);
                let counter = || on(&fs.process(), options());
                assert!(counter().next().is_err());
                if counter().raise_above(4).is_ok() {
                    for _ in 0..2 {
                        if let Ok(number) = counter().next() {
                            ledger.acknowledge(number);
                        }
                    }
                }
            },
            |fs, ledger| match draw(fs) {
                Err(error) if error.kind() == persist::ErrorKind::NumbersLost => {
                    let is_new = ledger.acknowledged().len() == 1;
                    is_new.then_some(()).ok_or("lost again".to_owned())
                }
                number => grow(ledger, || number),
            },
        );
    explored(result);
}
