//! Lock files that something else has written.

use std::path::Path;

use crash_sim::{Device, SimFs};
use lock::{ErrorKind, Options, Wait};
use proptest::prelude::*;
use vfs::{Fs, OpenOptions};

const NOTES: &str = "/notes.json";
const LOCK_FILE: &str = "/notes.json.lock";
const BLOCK: u64 = 4096;

fn machine_with(content: &[u8]) -> (SimFs, Options) {
    let fs = SimFs::new(Device::default());
    let file = fs
        .open(Path::new(LOCK_FILE), &OpenOptions::create_new())
        .unwrap();
    file.write_all_at(content, 0).unwrap();
    let options = Options::new().fs(fs.shared()).wait(Wait::Never);
    (fs, options)
}

/// A lock file after five tokens.
fn drawn() -> Vec<u8> {
    let (fs, options) = machine_with(b"");
    for _ in 0..5 {
        options.exclusive(NOTES).unwrap().token().unwrap();
    }
    (&fs as &dyn Fs)
        .read(Path::new(LOCK_FILE), 1 << 20)
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_locked_and_say_nothing_that_a_terminal_obeys(
        start in prop_oneof![Just(""), Just(r#"{"pid":1,"host":""#), Just(r#"{"pid":1,"host":"a","since":""#)],
        rest in prop::collection::vec(any::<u8>(), 0..200),
        size in 0..20_000_usize,
    ) {
        let mut content = [start.as_bytes(), &rest].concat();
        content.resize(size.max(content.len()), 0);
        let (_fs, options) = machine_with(&content);
        if let Some(holder) = options.holder(NOTES) {
            prop_assert!(holder.to_string().bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
        drop(options.shared(NOTES).unwrap());
        drop(options.exclusive(NOTES).unwrap());
        prop_assert_eq!(options.holder(NOTES), None);
    }

    #[test]
    fn damage_to_one_slot_is_survived_and_to_both_is_noticed(
        changes in prop::collection::vec((BLOCK..4 * BLOCK, 1..=u8::MAX), 1..4),
    ) {
        let mut content = drawn();
        for (at, change) in &changes {
            content[usize::try_from(*at).unwrap()] ^= change;
        }
        let intact = drawn();
        let hit = |block: usize| {
            let block = block * 4096..(block + 1) * 4096;
            content[block.clone()] != intact[block]
        };
        let (_fs, options) = machine_with(&content);
        let answer = options.exclusive(NOTES).unwrap().token();
        if hit(2) && hit(3) {
            prop_assert_eq!(answer.unwrap_err().kind(), ErrorKind::TokenLost);
        } else {
            prop_assert!(answer.unwrap().get() > 5);
        }
    }

    #[test]
    fn a_lock_file_cut_short_never_gives_a_number_again_while_a_part_of_the_second_slot_is_there(
        size in 3 * BLOCK + 1..4 * BLOCK,
    ) {
        let mut content = drawn();
        content.truncate(usize::try_from(size).unwrap());
        let (_fs, options) = machine_with(&content);
        prop_assert!(options.exclusive(NOTES).unwrap().token().unwrap().get() > 5);
    }
}
