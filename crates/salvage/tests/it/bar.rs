//! Over 10,000 damaged files: what is intact comes back, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use salvage::{Key, Salvage, salvage};
use serde_json::Value;

use crate::dice::Dice;
use crate::documents::{FORMS, STYLES, Spot, Style, Written, document};

/// In fewer bytes of garbage there may be none that shows.
const HOLE_MIN: usize = 16;

/// What was done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    Truncation,
    Zeros,
    Garbage,
    /// Lines of a program.
    ForeignText,
    /// Single bytes, each made another.
    Noise,
    TwoHoles,
}

const HARMS: [Harm; 6] = [
    Harm::Truncation,
    Harm::Zeros,
    Harm::Garbage,
    Harm::ForeignText,
    Harm::Noise,
    Harm::TwoHoles,
];

impl Harm {
    /// Whether a value that it has touched can look whole: no reader without a checksum can tell.
    fn can_hide(self) -> bool {
        matches!(self, Self::Noise | Self::ForeignText)
    }
}

const FOREIGN: &str = r#"
fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect(); // none
    if let [name, rest @ ..] = &args[..] {
        println!("hello {}, {:?}", name, rest);
    }
    for (at, item) in items.iter().enumerate() {
        map.insert(item.key(), vec![at, 1, 2]);
    }
}
"#;

/// A damaged text of the same length at most, and the places that were touched.
fn harm(harm: Harm, text: &str, dice: &mut Dice) -> (Vec<u8>, Vec<Range<usize>>) {
    let mut bytes = text.as_bytes().to_vec();
    let mut touched = Vec::new();
    match harm {
        Harm::Truncation => {
            let end = dice.below(bytes.len());
            touched.push(end..bytes.len());
            bytes.truncate(end);
        }
        Harm::Noise => {
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len());
                let old = bytes[at];
                while bytes[at] == old {
                    bytes[at] = if dice.below(2) == 0 {
                        dice.byte()
                    } else {
                        *dice.pick(b"{}[]\",: \n\\0123'")
                    };
                }
                touched.push(at..at + 1);
            }
        }
        _ => {
            for _ in 0..if harm == Harm::TwoHoles { 2 } else { 1 } {
                let start = dice.below(bytes.len());
                let end = bytes.len().min(start + HOLE_MIN + dice.below(512));
                for (at, byte) in bytes.iter_mut().enumerate().take(end).skip(start) {
                    *byte = match harm {
                        Harm::Garbage => dice.byte(),
                        Harm::ForeignText => FOREIGN.as_bytes()[(at - start) % FOREIGN.len()],
                        _ => 0,
                    };
                }
                touched.push(start..end);
            }
        }
    }
    (bytes, touched)
}

fn touches(range: &Range<usize>, touched: &[Range<usize>]) -> bool {
    touched
        .iter()
        .any(|spot| spot.start < range.end && range.start < spot.end)
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Damaged places that are nearer than this are one.
const GAP: usize = 8;

fn is_between(range: &Range<usize>, touched: &[Range<usize>]) -> bool {
    let end_before = touched
        .iter()
        .map(|spot| spot.end)
        .filter(|end| *end <= range.start)
        .max();
    let start_behind = touched
        .iter()
        .map(|spot| spot.start)
        .filter(|start| *start >= range.end)
        .min();
    matches!((end_before, start_behind), (Some(end), Some(start)) if start - end < GAP)
}

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

fn check(
    file: &Written,
    bytes: &[u8],
    touched: &[Range<usize>],
    harm: Harm,
    what: &str,
    score: &mut Score,
) {
    let left = salvage(bytes);
    score.files += 1;
    for spot in file
        .spots
        .iter()
        .filter(|spot| file.collections.contains(&spot.parent.as_str()))
    {
        let pointer = format!(
            "{}/{}",
            spot.parent,
            spot.name.as_deref().unwrap_or_default()
        );
        let is_collection = spot.is_container && file.collections.contains(&pointer.as_str());
        // Other bytes than zeros may look like delimiters, so what is beside them is lost.
        let needed = match harm {
            Harm::Zeros | Harm::Truncation | Harm::TwoHoles => spot.delimited.clone(),
            _ => spot.apart.clone(),
        };
        if is_collection || touches(&needed, touched) || is_between(&needed, touched) {
            continue;
        }
        score.intact += 1;
        let back = left
            .records()
            .iter()
            .find(|record| contains(&record.range(), &spot.range));
        match back {
            Some(record) => {
                // One of which the collection is not known may come back inside of it.
                let is_in_text = record.in_text();
                score.back += 1;
                score.in_text += usize::from(is_in_text);
            }
            None => score.missing.push(format!("{what}: {touched:?} {spot:?}")),
        }
    }
    invented(file, bytes, touched, harm, what, &left, score);
}

fn invented(
    file: &Written,
    bytes: &[u8],
    touched: &[Range<usize>],
    harm: Harm,
    what: &str,
    left: &Salvage<'_>,
    score: &mut Score,
) {
    for record in left.records() {
        // A noise may have made a comment, or single quotes.
        let is_verbatim = record.text().as_bytes() == &bytes[record.range()];
        assert!(
            is_verbatim || (harm.can_hide() && !left.repairs().is_empty()),
            "{what}: {record:?}"
        );
        serde_json::from_str::<Value>(record.text()).expect(what);
        let is_it = |spot: &&Spot| {
            spot.range == record.range()
                && record
                    .collection()
                    .is_none_or(|collection| collection == spot.parent)
                && match record.key() {
                    Some(Key::Member(name)) => Some(name) == spot.name.as_ref(),
                    Some(_) | None => true,
                }
        };
        let is_touched = touches(&record.range(), touched);
        let original = file.spots.iter().find(is_it).filter(|_| !is_touched);
        if original.is_none() {
            if harm.can_hide() {
                score.hidden += 1;
                continue;
            }
            score
                .invented
                .push(format!("{what}: {record:?} is no value"));
        }
    }
    let Some(text) = left.text() else { return };
    let value: Value =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
    assert!(
        harm.can_hide() || !left.is_lossless() || value == file.value,
        "{what}: {text}"
    );
    if !harm.can_hide() && !is_left_of(&value, &file.value, "", file.collections) {
        score
            .invented
            .push(format!("{what}: {text} is not what is left"));
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

#[test]
#[allow(clippy::print_stdout, reason = "the numbers are the evidence")]
fn whatever_is_intact_comes_back_and_nothing_else() {
    let mut scores: BTreeMap<(Harm, bool), Score> = BTreeMap::new();
    let mut files = 0;
    for form in 0..FORMS.len() {
        for style in STYLES {
            for kind in HARMS {
                let score = scores.entry((kind, style == Style::Pretty)).or_default();
                for round in 0..32 {
                    let seed = ((form * 100 + style as usize) * 100 + kind as usize) * 1000 + round;
                    let mut dice = Dice(seed as u64);
                    let file = document(form, style, &mut dice);
                    let (bytes, touched) = harm(kind, &file.text, &mut dice);
                    let what = format!("{} {style:?} {kind:?} {seed}", file.form);
                    check(&file, &bytes, &touched, kind, &what, score);
                    files += 1;
                }
            }
        }
    }
    assert!(files > 10_000, "{files}");
    let mut all = String::new();
    for ((kind, is_pretty), score) in &scores {
        let Score {
            files,
            intact,
            back,
            in_text,
            hidden,
            missing,
            invented,
        } = score;
        let style = if *is_pretty { "pretty" } else { "not pretty" };
        let _ = writeln!(
            all,
            "{kind:?}, {style}: {files} files, {back} of {intact} intact records are back, {in_text} of them in the text; \
             {} missing, {} invented, {hidden} touched and undetectable",
            missing.len(),
            invented.len(),
        );
    }
    println!("{all}");
    for ((kind, _), score) in &scores {
        assert!(score.invented.is_empty(), "{all}{:#?}", score.invented);
        // What noise and other text leave may be JSON of another shape: a bracket that became a blank.
        let missing_max = if kind.can_hide() {
            score.intact / 100
        } else {
            0
        };
        assert!(
            score.missing.len() <= missing_max,
            "{all}{:#?}",
            score.missing
        );
    }
}
