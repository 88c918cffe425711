//! "Whoever listens is told of every operation, and of every step of a recovery." The library itself
//! listens to nothing.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

use persist::{Backups, Document, RecoveryPolicy};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::scratch::{Scratch, told_to};

/// Each event as a line: level, target, message, and the other fields in their order, without the
/// directory.
#[derive(Clone, Default)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
}

struct Line {
    dir: String,
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let value = format!("{value:?}").replace(&self.dir, "");
        if field.name() == "message" {
            self.message = value;
        } else {
            write!(self.fields, " {}={value}", field.name()).unwrap();
        }
    }
}

impl Log {
    /// What is said during the call.
    fn of(scratch: &Scratch, call: impl FnOnce()) -> Vec<String> {
        let log = Self::default();
        let dir = format!("{}/", scratch.dir().display());
        let subscriber = tracing_subscriber::registry().with(Collect(log.clone(), dir));
        told_to(subscriber, call);
        std::mem::take(&mut log.lines.lock().unwrap())
    }
}

struct Collect(Log, String);

impl<S: Subscriber> Layer<S> for Collect {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line {
            dir: self.1.clone(),
            message: String::new(),
            fields: String::new(),
        };
        event.record(&mut line);
        let (level, target) = (event.metadata().level(), event.metadata().target());
        let line = format!("{level} {target} {}:{}", line.message, line.fields);
        self.0.lines.lock().unwrap().push(line);
    }
}

fn notes(scratch: &Scratch, policy: RecoveryPolicy) -> Document<Vec<u32>> {
    Document::options()
        .backups(Backups::newest(1))
        .clock(super::scratch::noon)
        .recovery(policy)
        .at(scratch.path())
}

#[test]
fn s2_14_s2_23_s2_40_s2_45_s2_88_operations_are_told() {
    let scratch = Scratch::new();
    let notes = notes(&scratch, RecoveryPolicy::Recover);
    let said = Log::of(&scratch, || {
        notes.load().unwrap();
        for n in 0..3 {
            notes.update(|all| all.push(n)).unwrap();
        }
        notes.load().unwrap();
        let newest = notes.backup().unwrap();
        notes.restore(&newest).unwrap();
    });
    assert_eq!(
        said,
        [
            "INFO persist there is none yet: path=notes.json",
            "INFO persist saved: path=notes.json revision=1",
            "INFO persist backed up: path=notes.json copy=backups/notes_20261120_031032_1.json",
            "INFO persist saved: path=notes.json revision=2",
            "INFO persist backed up: path=notes.json copy=backups/notes_20261120_031032_2.json",
            "INFO persist saved: path=notes.json revision=3",
            "INFO persist old backup removed: path=notes.json copy=backups/notes_20261120_031032_1.json",
            "INFO persist loaded: path=notes.json revision=3",
            "INFO persist backed up: path=notes.json copy=backups/notes_20261120_031032_3.json",
            "INFO persist old backup removed: path=notes.json copy=backups/notes_20261120_031032_2.json",
            "INFO persist backed up: path=notes.json copy=backups/notes_20261120_031032_3.json",
            "INFO persist restored: path=notes.json source=backups/notes_20261120_031032_3.json revision=3",
        ]
    );
}

#[test]
fn s2_59_every_step_of_a_recovery_is_told() {
    let scratch = Scratch::new();
    let recovering = notes(&scratch, RecoveryPolicy::Recover);
    for n in 0..2 {
        recovering.update(|all| all.push(n)).unwrap();
    }
    scratch.write("backups/notes_20261120_031033_1.json", "[");
    scratch.write("notes.json", "[0,");
    let said = Log::of(&scratch, || {
        recovering.load().unwrap();
    });
    assert_eq!(
        said,
        [
            "WARN persist::recovery damaged file kept: path=notes.json copy=notes.json.damaged-20261120T031032Z",
            "WARN persist::recovery damaged: path=notes.json \
             reason=not JSON: EOF while parsing a value at line 1, column 3",
            "WARN persist::recovery backup can't be used: path=notes.json \
             source=backups/notes_20261120_031033_1.json \
             reason=\"not JSON: EOF while parsing a list at line 1, column 1\"",
            "INFO persist::recovery value taken from a backup: path=notes.json \
             source=backups/notes_20261120_031032_1.json revision=1",
            "INFO persist loaded: path=notes.json revision=1",
        ]
    );
}

#[test]
fn s2_58_s2_59_the_end_of_all_attempts_is_told_as_an_error() {
    let scratch = Scratch::new();
    scratch.write("notes.json", "[0");
    let recovering = notes(&scratch, RecoveryPolicy::Recover);
    let said = Log::of(&scratch, || {
        recovering.load().unwrap_err();
    });
    assert!(
        said[0].starts_with("WARN persist::recovery damaged:"),
        "{said:?}"
    );
    assert_eq!(
        said[1],
        "WARN persist::recovery nothing to salvage: path=notes.json \
         reason=\"what is left of it is of no use: nothing in it parses\""
    );
    assert_eq!(
        said[2],
        "ERROR persist::recovery no backup can be used, no value: path=notes.json"
    );
    assert!(
        said[3].starts_with("ERROR persist failed: path=notes.json reason=notes.json is damaged"),
        "{said:?}"
    );
    assert_eq!(said.len(), 4);

    let beginning = notes(&scratch, RecoveryPolicy::RecoverOrDefault);
    let said = Log::of(&scratch, || {
        beginning.load().unwrap();
    });
    assert_eq!(
        said[3],
        "WARN persist::recovery no backup can be used, value begun anew: path=notes.json source=\"default\""
    );
}

#[test]
fn what_the_program_itself_refuses_is_no_failure() {
    let scratch = Scratch::new();
    let notes = notes(&scratch, RecoveryPolicy::Recover);
    notes.save(&vec![1]).unwrap();
    let said = Log::of(&scratch, || {
        notes.compare_and_save(None, &vec![2]).unwrap_err();
        notes.undo_restore().unwrap_err();
        let changed = notes.try_update(|_| Err::<(), _>(Refused));
        assert!(matches!(changed, Err(Refused)));
    });
    assert_eq!(said.len(), 2);
    assert!(
        said.iter()
            .all(|line| line.starts_with("WARN persist not done:"))
    );
}

/// What a program's own change answers.
#[derive(Debug)]
struct Refused;

impl From<persist::Error> for Refused {
    fn from(_: persist::Error) -> Self {
        Self
    }
}
