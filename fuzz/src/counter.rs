//! Numbers through any order of kills, faults and crashes.

use std::path::Path;
use std::time::UNIX_EPOCH;

use crash_sim::{Device, SimFs};
use persist::Counter;
use vfs::Fs;

use crate::mishap::mishap;

const STATE: &str = "/state";
const ORDERS: &str = "/state/orders.json";

/// A counter of the process; it reserves so many numbers at once.
fn counter(fs: &SimFs, ahead: u64) -> Counter {
    Counter::options()
        .ahead(ahead)
        .fs(fs.shared())
        .clock(|| UNIX_EPOCH)
        .temp_seed(1)
        .at(ORDERS)
}

/// Processes draw numbers in turn while the input says what goes wrong: two bytes are one turn. Whatever is handed out is above all that
/// was handed out before. It begins with a counter that is there.
pub fn counter_turns(data: &[u8]) {
    let mut fs = SimFs::new(Device::default());
    fs.create_dir(Path::new(STATE)).expect("a new disk");
    let mut last = counter(&fs, 1).next().expect("a new directory");
    fs.settle();
    for turn in data.chunks_exact(2).take(32) {
        let (event, when) = (turn[0], u64::from(turn[1]));
        mishap(&mut fs, event, when, 64);
        let counter = counter(&fs.process(), 1 + u64::from(event >> 6));
        let drawn = match event >> 3 & 0b111 {
            0 => counter.reserve(1 + when % 8),
            _ => counter.next().map(|number| number..number + 1),
        };
        if let Ok(numbers) = drawn {
            assert!(
                numbers.start > last && numbers.end > numbers.start,
                "{numbers:?} after {last}\n{}",
                fs.trace()
            );
            last = numbers.end - 1;
        }
    }
}
