//! Over 10,000 damaged files: what is intact comes back, and nothing else.
//!
//! The seeds are the same each time. Others are tried with
//! `SALVAGE_ROUNDS=32..400 cargo test -p salvage whatever -- --nocapture`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use salvage::{Key, Options, Record, Salvage};
use serde_json::Value;

use crate::dice::Dice;
use crate::documents::{FORMS, STYLES, Spot, Style, Written, document};
use crate::harm::{HARMS, Harm, Harmed, harmed};
use crate::intact::{Reading, is_intact, touches};

#[derive(Debug, Default)]
struct Score {
    files: usize,
    intact: usize,
    back: usize,
    in_text: usize,
    missing: Vec<String>,
    invented: Vec<String>,
    hidden: usize,
}

/// One damaged file, and what was read of it.
struct Trial<'t> {
    file: &'t Written,
    harmed: &'t Harmed,
    reading: Reading,
    left: Salvage<'t>,
    what: &'t str,
}

impl Trial<'_> {
    fn check(&self, score: &mut Score) {
        score.files += 1;
        for spot in &self.file.spots {
            self.check_back(spot, score);
        }
        for record in self.left.records() {
            self.check_record(record, score);
        }
        self.check_text(score);
    }

    fn check_back(&self, spot: &Spot, score: &mut Score) {
        let file = self.file;
        let is_collection = file.collections.contains(&spot.pointer().as_str());
        if !file.collections.contains(&spot.parent.as_str())
            || (spot.is_container && is_collection)
            || !is_intact(file, spot, self.harmed, self.reading)
        {
            return;
        }
        score.intact += 1;
        // One of which the collection is not known may come back inside of it.
        let back = self.left.records().iter().find(|record| {
            record.range().start <= spot.range.start && spot.range.end <= record.range().end
        });
        if let Some(record) = back {
            score.back += 1;
            score.in_text += usize::from(record.in_text());
        } else {
            let (what, touched) = (self.what, &self.harmed.touched);
            score.missing.push(format!("{what}: {touched:?} {spot:?}"));
        }
    }

    fn check_record(&self, record: &Record<'_>, score: &mut Score) {
        let (what, harm) = (self.what, self.harmed.harm);
        // A noise may have made a comment, or single quotes.
        let is_verbatim = record.text().as_bytes() == &self.harmed.bytes[record.range()];
        assert!(
            is_verbatim || (harm.can_hide() && !self.left.repairs().is_empty()),
            "{what}: {record:?}"
        );
        parsed(record.text(), harm).unwrap_or_else(|error| panic!("{what}: {error}"));
        let is_it = |spot: &Spot| {
            spot.range == record.range()
                && record
                    .collection()
                    .is_none_or(|collection| collection == spot.parent)
                && match record.key() {
                    Some(Key::Member(name)) => Some(name) == spot.name.as_ref(),
                    Some(_) | None => true,
                }
        };
        let range = record.range();
        let is_touched = touches(&range, &self.harmed.touched);
        if !is_touched && self.file.spots.iter().any(is_it) {
            return;
        }
        // Random bytes that happen to be JSON, be it a comma, are JSON.
        if harm.can_hide() || (harm == Harm::Garbage && self.touches_closely(record)) {
            score.hidden += 1;
        } else {
            score
                .invented
                .push(format!("{what}: {record:?} is no value"));
        }
    }

    /// Whether damage is in a record or right beside it.
    fn touches_closely(&self, record: &Record<'_>) -> bool {
        let range = record.range();
        touches(
            &(range.start.saturating_sub(1)..range.end + 1),
            &self.harmed.touched,
        )
    }

    fn check_text(&self, score: &mut Score) {
        let (what, harm) = (self.what, self.harmed.harm);
        let Some(text) = self.left.text() else { return };
        let value = parsed(text, harm).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
        let Some(value) = value else { return };
        let whole = &self.file.value;
        assert!(
            harm.can_hide() || !self.left.is_lossless() || value == *whole,
            "{what}: {text}"
        );
        let may_hide = harm.can_hide()
            || self
                .left
                .records()
                .iter()
                .any(|record| self.touches_closely(record));
        if !may_hide && !is_left_of(&value, whole, "", self.file.collections) {
            score
                .invented
                .push(format!("{what}: {text} is not what is left"));
        }
    }
}

/// A text as a value. A digit that became an `e` makes a number that is JSON, and too large for that.
fn parsed(text: &str, harm: Harm) -> serde_json::Result<Option<Value>> {
    match serde_json::from_str(text) {
        Err(error) if harm.can_hide() && error.to_string().starts_with("number out of range") => {
            Ok(None)
        }
        parsed => parsed.map(Some),
    }
}

/// Whether a value holds nothing that was not in the other, and whole records only.
fn is_left_of(left: &Value, whole: &Value, pointer: &str, collections: &[&str]) -> bool {
    if !collections.contains(&pointer) {
        return left == whole;
    }
    match (left, whole) {
        (Value::Object(left), Value::Object(whole)) => left.iter().all(|(name, left)| {
            whole.get(name).is_some_and(|whole| {
                is_left_of(left, whole, &format!("{pointer}/{name}"), collections)
            })
        }),
        (Value::Array(left), Value::Array(whole)) => {
            let mut whole = whole.iter();
            left.iter().all(|left| whole.any(|whole| whole == left))
        }
        _ => left == whole,
    }
}

fn rounds() -> Range<usize> {
    let Ok(rounds) = std::env::var("SALVAGE_ROUNDS") else {
        return 0..32;
    };
    let (start, end) = rounds.split_once("..").expect("as in 32..400");
    start.parse().unwrap()..end.parse().unwrap()
}

type Scores = BTreeMap<(Reading, Harm, bool), Score>;

fn try_all(rounds: &Range<usize>) -> Scores {
    let mut scores = Scores::new();
    for form in 0..FORMS.len() {
        for (style, harm) in STYLES
            .iter()
            .flat_map(|style| HARMS.iter().map(move |harm| (*style, *harm)))
        {
            for round in rounds.clone() {
                let seed = ((form * 100 + style as usize) * 100 + harm as usize) * 1000 + round;
                let mut dice = Dice(seed as u64);
                let file = document(form, style, &mut dice);
                let harmed = harmed(harm, &file.text, &mut dice);
                for reading in [Reading::Told, Reading::ByShape] {
                    let options = match reading {
                        Reading::ByShape => Options::new(),
                        Reading::Told => file
                            .collections
                            .iter()
                            .fold(Options::new(), |options, at| options.collection(*at)),
                    };
                    let what = format!("{} {style:?} {harm:?} {reading:?} {seed}", file.form);
                    let trial = Trial {
                        file: &file,
                        harmed: &harmed,
                        reading,
                        left: options.salvage(&harmed.bytes),
                        what: &what,
                    };
                    let key = (reading, harm, style == Style::Pretty);
                    trial.check(scores.entry(key).or_default());
                }
            }
        }
    }
    scores
}

fn table(scores: &Scores) -> String {
    let mut table = String::new();
    for ((reading, harm, is_pretty), score) in scores {
        let style = if *is_pretty { "pretty" } else { "not pretty" };
        let _ = writeln!(
            table,
            "{reading:?} {harm:?}, {style}: {} files, {} of {} intact records are back, {} of them in the text; \
             {} missing, {} invented, {} touched and undetectable",
            score.files,
            score.back,
            score.intact,
            score.in_text,
            score.missing.len(),
            score.invented.len(),
            score.hidden,
        );
    }
    table
}

#[test]
#[allow(clippy::print_stdout, reason = "the numbers are the evidence")]
fn whatever_is_intact_comes_back_and_nothing_else() {
    let rounds = rounds();
    let files = FORMS.len() * STYLES.len() * HARMS.len() * rounds.len();
    assert!(files > 10_000, "{files}");
    let scores = try_all(&rounds);
    let table = table(&scores);
    println!("{files} files\n{table}");
    for ((reading, harm, _), score) in &scores {
        assert!(score.invented.is_empty(), "{table}{:#?}", score.invented);
        if *harm == Harm::Garbage {
            assert!(score.hidden <= score.files / 1000, "{table}");
        }
        // What noise and other text leave may be JSON of another shape.
        let missing_max = match reading {
            Reading::ByShape if harm.can_hide() => score.intact / 1000,
            _ => 0,
        };
        assert!(
            score.missing.len() <= missing_max,
            "{table}{:#?}",
            score.missing
        );
    }
}
