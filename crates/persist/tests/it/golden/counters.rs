//! The document of a counter, in each of its versions.

use persist::Counter;

use super::*;

#[test]
fn a_counter_is_written_as_it_was_then_and_goes_on_from_what_was_written_then() {
    let scratch = Scratch::new();
    let counter = || Counter::options().clock(noon).at(scratch.path());
    for expected in 1..4 {
        assert_eq!(counter().next().unwrap(), expected);
    }
    is_written_as("counter/1.json", &fs::read(scratch.path()).unwrap());
    are_all("counter", &["1.json"]);

    // Without its lock file it only knows what is reserved.
    let elsewhere = placed("counter/1.json");
    let counter = Counter::at(elsewhere.path());
    assert_eq!(counter.last().unwrap(), 65);
    assert_eq!(counter.next().unwrap(), 66);
}
