//! Tokens on a real file system. Crashes are in `crash`.

use std::path::Path;

use lock::{ErrorKind, Lock};

use crate::notes;

const BLOCK: usize = 4096;

fn next(path: &Path) -> u64 {
    Lock::exclusive(path).unwrap().token().unwrap().get()
}

/// Overwrites the blocks with these numbers.
fn damage(lock_file: &Path, blocks: &[usize]) {
    let mut bytes = std::fs::read(lock_file).unwrap();
    for block in blocks {
        bytes[block * BLOCK + 20] ^= 1;
    }
    std::fs::write(lock_file, bytes).unwrap();
}

#[test]
fn tokens_grow_with_every_holder_that_asks() {
    let (_dir, notes) = notes();
    for expected in 1..20 {
        drop(Lock::exclusive(&notes).unwrap()); // asks for none
        assert_eq!(next(&notes), expected);
    }
}

#[test]
fn a_lock_file_with_tokens_is_text_of_known_bytes() {
    let (_dir, notes) = notes();
    let lock_file = notes.with_file_name("notes.json.lock");
    for _ in 0..41 {
        next(&notes);
    }
    let text = std::fs::read_to_string(&lock_file).unwrap();
    let lines: Vec<_> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(
        lines,
        [
            "confirmed 00000000000000000041 crc32c 5ad49252",
            "token-a 00000000000000000040 crc32c 52872c4f",
            "token-b 00000000000000000041 crc32c 44d29c90",
        ]
    );
    assert_eq!(text.len(), 4 * BLOCK);
}

#[test]
fn a_shared_lock_has_no_token() {
    let (_dir, notes) = notes();
    let error = Lock::shared(&notes).unwrap().token().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotExclusive);
}

#[test]
fn one_damaged_slot_never_gives_a_number_again() {
    let (_dir, notes) = notes();
    let lock_file = notes.with_file_name("notes.json.lock");
    let mut last = 0;
    for round in 0..40 {
        let token = next(&notes);
        assert!(token > last, "{token} after {last} in round {round}");
        last = token;
        // Also the confirmation, in all combinations.
        for block in [&[1][..], &[2], &[3], &[1, 2], &[1, 3], &[]][round % 6] {
            damage(&lock_file, &[*block]);
        }
    }
}

#[test]
fn two_damaged_slots_are_an_error_until_somebody_knows_the_number() {
    let (_dir, notes) = notes();
    for _ in 0..3 {
        next(&notes);
    }
    damage(&notes.with_file_name("notes.json.lock"), &[2, 3]);
    let lock = Lock::exclusive(&notes).unwrap();
    for _ in 0..2 {
        let error = lock.token().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenLost);
        assert!(error.to_string().contains("draw one above it"));
    }
    let token = lock.token_above(3).unwrap();
    assert!(token.get() > 3);
    assert_eq!(lock.token().unwrap(), token);
    drop(lock);
    assert!(next(&notes) > token.get());
}

#[test]
fn a_floor_lifts_and_never_lowers() {
    let (_dir, notes) = notes();
    let above = |floor| {
        Lock::exclusive(&notes)
            .unwrap()
            .token_above(floor)
            .unwrap()
            .get()
    };
    let mut last = 0;
    for floor in [0, 0, 1, 10, 3, 1000, 1000, 1002, 5, 1 << 40] {
        let token = above(floor);
        assert!(
            token > last && token > floor,
            "{token} above {floor} after {last}"
        );
        last = token;
    }
    assert!(next(&notes) > last);
}

#[test]
fn a_floor_is_followed_by_the_next_number_whatever_the_slots_hold() {
    let (_dir, notes) = notes();
    let lock_file = notes.with_file_name("notes.json.lock");
    let mut last = 0;
    for (round, jump) in [0, 0, 1, 7, 0, 100, 1]
        .into_iter()
        .cycle()
        .take(42)
        .enumerate()
    {
        let lock = Lock::exclusive(&notes).unwrap();
        let known = lock.last_token().unwrap();
        assert!(known >= last, "{known} after {last} in round {round}");
        let token = lock.token_above(known + jump).unwrap();
        assert_eq!(token.get(), known + jump + 1, "round {round}");
        assert_eq!(lock.last_token().unwrap(), token.get());
        last = token.get();
        drop(lock);
        // One thing at a time, and sometimes none.
        for block in [&[1][..], &[], &[2], &[], &[3]][round % 5] {
            damage(&lock_file, &[*block]);
        }
    }
    damage(&lock_file, &[2, 3]);
    let lock = Lock::exclusive(&notes).unwrap();
    assert_eq!(lock.last_token().unwrap_err().kind(), ErrorKind::TokenLost);
    assert_eq!(lock.token_above(last).unwrap().get(), last + 1);
}

#[test]
fn asking_for_the_last_token_draws_none() {
    let (_dir, notes) = notes();
    for _ in 0..3 {
        assert_eq!(Lock::exclusive(&notes).unwrap().last_token().unwrap(), 0);
        assert_eq!(Lock::shared(&notes).unwrap().last_token().unwrap(), 0);
    }
    assert_eq!(next(&notes), 1);
    assert_eq!(Lock::shared(&notes).unwrap().last_token().unwrap(), 1);
}

#[test]
fn a_holder_that_learns_of_a_greater_number_draws_again() {
    let (_dir, notes) = notes();
    let lock = Lock::exclusive(&notes).unwrap();
    let first = lock.token().unwrap();
    assert_eq!(lock.token_above(first.get() - 1).unwrap(), first);
    let second = lock.token_above(first.get()).unwrap();
    assert!(second > first);
    assert_eq!(lock.token().unwrap(), second);
}

#[test]
fn the_last_number_is_an_error_and_not_the_first_again() {
    let (_dir, notes) = notes();
    let lock = Lock::exclusive(&notes).unwrap();
    let none = lock.token_above(u64::MAX).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::TokenLost);
    let last = lock.token_above(u64::MAX - 1).unwrap();
    assert_eq!(last.get(), u64::MAX);
    drop(lock);
    let lock = Lock::exclusive(&notes).unwrap();
    assert_eq!(lock.token().unwrap_err().kind(), ErrorKind::TokenLost);
}
