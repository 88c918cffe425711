//! Threads and processes that draw from one counter.

use std::env;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::*;

const COUNTER: &str = "PERSIST_SHARED_COUNTER";
const PARTIES: usize = 8;
const DRAWS: u64 = 300;

/// What one party gets: single numbers, and a reservation now and then.
fn draw(path: &Path) -> Vec<u64> {
    let counter = Counter::at(path);
    let mut numbers = Vec::new();
    for round in 0..DRAWS {
        if round % 50 == 0 {
            numbers.extend(counter.reserve(7).unwrap());
        } else {
            numbers.push(counter.next().unwrap());
        }
    }
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    numbers
}

/// Does nothing unless it is started by [`process`].
#[test]
fn a_process_of_its_own() {
    if let Some(path) = env::var_os(COUNTER) {
        for number in draw(Path::new(&path)) {
            println!("\nnumber {number}");
        }
    }
}

/// Another process: this test binary again, asked for one test that does the work.
fn process(path: &Path) -> Child {
    let work = "counter::sharing::a_process_of_its_own";
    Command::new(env::current_exe().unwrap())
        .args(["--exact", work, "--nocapture"])
        .env(COUNTER, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// "As many numbers as were asked for, and none twice."
#[test]
fn s1_53_processes_and_threads_never_get_the_same_number() {
    let scratch = Scratch::new();
    let path = scratch.path();
    let processes: Vec<_> = (0..PARTIES).map(|_| process(&path)).collect();
    let mut all: Vec<u64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..PARTIES).map(|_| scope.spawn(|| draw(&path))).collect();
        let numbers = threads.into_iter().map(|thread| thread.join().unwrap());
        numbers.flatten().collect()
    });
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let numbers = text.lines().filter_map(|line| line.strip_prefix("number "));
        all.extend(numbers.map(|number| number.parse::<u64>().unwrap()));
    }
    all.sort_unstable();
    let count = 2 * PARTIES as u64 * (DRAWS + DRAWS / 50 * 6);
    assert_eq!(all, (1..=count).collect::<Vec<_>>());
}
