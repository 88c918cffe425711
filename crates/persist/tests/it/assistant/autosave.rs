//! "What was changed is saved no later than one interval after it, and when the program ends." The clock
//! is the test's, and no test waits for it.

use std::collections::VecDeque;
use std::io::{BufReader, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::program::autosave::{AutoSave, Clock};
use super::program::error::Error;
use super::program::run::Console;
use super::program::shell;
use super::{SAID, State, said};

/// A clock that stands still until it is told, and a disk that can be full.
#[derive(Clone, Default)]
struct Stage {
    seconds: Arc<AtomicU64>,
    saves: Arc<AtomicUsize>,
    is_full: Arc<AtomicBool>,
    told: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    fn clock(&self) -> Clock {
        let seconds = Arc::clone(&self.seconds);
        Arc::new(move || Duration::from_secs(seconds.load(SeqCst)))
    }

    fn start(&self, interval: u64) -> AutoSave {
        let (saves, is_full) = (Arc::clone(&self.saves), Arc::clone(&self.is_full));
        let save = move || {
            saves.fetch_add(1, SeqCst);
            if is_full.load(SeqCst) {
                return Err(Error::Usage("the disk is full".to_owned()));
            }
            Ok(())
        };
        let told = Arc::clone(&self.told);
        let tell = move |error: &Error| told.lock().unwrap().push(error.to_string());
        AutoSave::start(
            Duration::from_secs(interval),
            self.clock(),
            Box::new(save),
            tell,
        )
    }

    /// How often it has saved once this time has come.
    fn at(&self, seconds: u64, saver: &AutoSave) -> usize {
        self.seconds.store(seconds, SeqCst);
        saver.settle();
        self.saves.load(SeqCst)
    }
}

#[test]
fn s2_64_a_change_is_saved_one_interval_later_and_the_changes_after_it_with_it() {
    let stage = Stage::default();
    let saver = stage.start(60);
    assert_eq!(stage.at(1000, &saver), 0);
    saver.changed();
    assert_eq!(stage.at(1059, &saver), 0);
    // A later change does not put the first one off.
    saver.changed();
    assert_eq!(stage.at(1060, &saver), 1);
    assert_eq!(stage.at(9999, &saver), 1);
    saver.changed();
    assert_eq!(stage.at(10_059, &saver), 2);
    saver.finish().unwrap();
    assert_eq!(stage.saves.load(SeqCst), 2);
}

#[test]
fn s2_64_the_end_saves_what_is_left() {
    for is_dropped in [false, true] {
        let stage = Stage::default();
        let saver = stage.start(60);
        saver.changed();
        if is_dropped {
            drop(saver);
        } else {
            saver.finish().unwrap();
        }
        assert_eq!(stage.saves.load(SeqCst), 1);
    }
}

#[test]
fn s2_64_a_save_that_failed_is_told_and_tried_again() {
    let stage = Stage::default();
    stage.is_full.store(true, SeqCst);
    let saver = stage.start(10);
    saver.changed();
    assert_eq!(stage.at(10, &saver), 1);
    assert_eq!(stage.at(19, &saver), 1);
    assert_eq!(stage.at(20, &saver), 2);
    stage.is_full.store(false, SeqCst);
    assert_eq!(stage.at(30, &saver), 3);
    assert_eq!(stage.at(99, &saver), 3);
    assert_eq!(*stage.told.lock().unwrap(), ["the disk is full"; 2]);
    stage.is_full.store(true, SeqCst);
    saver.changed();
    assert!(saver.finish().is_err());
}

/// A person who types; before each line, and before the end, something happens.
struct Typist<F> {
    lines: VecDeque<&'static str>,
    before: F,
    typed: Vec<u8>,
}

impl<F: FnMut(&str)> Read for Typist<F> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.typed.is_empty() {
            let line = self.lines.pop_front();
            (self.before)(line.unwrap_or("the end"));
            self.typed = line
                .map(|line| format!("{line}\n").into_bytes())
                .unwrap_or_default();
        }
        let count = self.typed.as_slice().read(into)?;
        self.typed.drain(..count);
        Ok(count)
    }
}

/// Sits there until all was typed, and says what was printed.
fn sit(
    state: &State,
    clock: Clock,
    lines: &[&'static str],
    before: impl FnMut(&str),
) -> Result<String, Error> {
    let lines = lines.iter().copied().collect();
    let typed = Vec::new();
    let mut out = Vec::new();
    let mut console = Console {
        input: &mut BufReader::new(Typist {
            lines,
            before,
            typed,
        }),
        is_asked: false,
        out: &mut out,
        say: |text| SAID.with_borrow_mut(|said| said.push(text.to_owned())),
    };
    shell::sit(&state.storage(), &mut console, clock)?;
    Ok(String::from_utf8(out).unwrap())
}

/// Sits there while time passes; also says how many notes were on the disk before each line.
fn sit_at(state: &State, lines: &[(u64, &'static str)]) -> (Result<String, Error>, Vec<usize>) {
    let scene = Stage::default();
    let mut seconds = lines.iter().map(|(second, _)| *second);
    let mut saved = Vec::new();
    let lines: Vec<_> = lines.iter().map(|(_, line)| *line).collect();
    let ended = sit(state, scene.clock(), &lines, |_| {
        saved.push(state.ran("note list").lines().count());
        if let Some(second) = seconds.next() {
            scene.seconds.store(second, SeqCst);
        }
    });
    (ended, saved)
}

#[test]
fn s2_64_s2_93_a_sitting_saves_by_itself_and_all_changes_at_once() {
    let state = State::new();
    state.ran("config set auto_save_interval 30");
    let (printed, saved) = sit_at(
        &state,
        &[
            (0, "note add a"),
            (10, "note add b"),
            (29, "status"),
            (30, "status"),
            (31, "note list"),
            (40, "note remove a"),
        ],
    );
    assert_eq!(
        printed.unwrap(),
        "00000001\n00000002\nchanges not saved: 2\nchanges not saved: 2\n\
         00000001\ta\n00000002\tb\n"
    );
    assert_eq!(saved, [0, 0, 0, 0, 2, 2, 2]);
    // The end saved the last change. Each save was one of the file.
    assert_eq!(state.ran("note list"), "00000002\tb");
    assert_eq!(state.ran("backup list notes").lines().count(), 1);
}

#[test]
fn s2_64_an_interval_of_nothing_saves_before_the_next_line() {
    let state = State::new();
    state.ran("config set auto_save_interval 0");
    let (_, saved) = sit_at(&state, &[(0, "note add a"), (0, "note add b"), (0, "quit")]);
    assert_eq!(saved, [0, 1, 2]);
}

#[test]
fn s2_64_auto_save_false_saves_when_it_is_told_to() {
    let state = State::new();
    state.ran("config set auto_save false");
    let (ended, saved) = sit_at(
        &state,
        &[
            (0, "note add a"),
            (9999, "save"),
            (9999, "note add b"),
            (99_999, "quit"),
            (99_999, "quit --discard"),
            (99_999, "not reached"),
        ],
    );
    ended.unwrap();
    assert_eq!(saved, [0, 0, 1, 1, 1]);
    let refusal = "changes not saved: 1; `save` them, or `quit --discard`";
    assert_eq!(said(), [refusal]);
    assert_eq!(state.ran("note list"), "00000001\ta");

    // The end of the input is no answer.
    match sit_at(&state, &[(0, "note add c")]).0 {
        Err(Error::Unsaved { unsaved: 1, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(state.ran("note list"), "00000001\ta");
}

#[test]
fn s2_64_what_can_not_be_saved_at_the_end_is_said() {
    let state = State::new();
    let ended = sit(&state, Stage::default().clock(), &["note add a"], |line| {
        if line == "the end" {
            state.write("notes.json", "somebody else's");
        }
    });
    match ended {
        Err(Error::Unsaved { unsaved: 1, reason }) => {
            assert!(reason.contains("damaged"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(state.text("notes.json"), "somebody else's");
}

#[test]
fn s2_100_what_others_save_during_a_sitting_stays() {
    let state = State::new();
    state.ran("note add a --content 1");
    state.ran("note add b");
    let lines = ["note edit a --tag mine", "note edit b --tag mine", "save"];
    let ended = sit(&state, Stage::default().clock(), &lines, |line| {
        if line == "save" {
            state.ran("note edit a --content 2");
            state.ran("note remove b");
        }
    });
    ended.unwrap();
    assert_eq!(
        said(),
        ["note 00000002 (b) was not edited: somebody else has removed it"]
    );
    let note = state.ran("note show a");
    assert!(
        note.contains("tags\tmine") && note.contains("content\t2"),
        "{note}"
    );
    assert_eq!(state.ran("note list").lines().count(), 1);
}

#[test]
fn what_can_not_be_understood_is_said_and_the_sitting_goes_on() {
    let state = State::new();
    let lines = [
        "",
        "note add 'a b",
        "frobnicate",
        "note show z",
        "note add 'a b'",
    ];
    sit(&state, Stage::default().clock(), &lines, |_| {}).unwrap();
    let said = said();
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[0], "there is no second '");
    assert!(
        said[1].contains("unrecognized subcommand 'frobnicate'"),
        "{said:?}"
    );
    assert_eq!(said[2], "there is no note `z`");
    assert_eq!(state.ran("note list"), "00000001\ta b");
}
