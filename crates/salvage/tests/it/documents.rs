//! Documents in the forms of the programs that keep their state in such files, and where in them what is.

use std::ops::Range;

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// A document.
pub(crate) struct Written {
    pub(crate) form: &'static str,
    pub(crate) value: Value,
    pub(crate) text: String,
    /// Every value in it.
    pub(crate) spots: Vec<Spot>,
    /// The pointers of its collections.
    pub(crate) collections: &'static [&'static str],
}

/// A value in a text.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    /// The pointer of what it stands in.
    pub(crate) parent: String,
    pub(crate) name: Option<String>,
    pub(crate) is_container: bool,
    pub(crate) range: Range<usize>,
    /// With its name, and with the delimiters that it needs.
    pub(crate) delimited: Range<usize>,
    /// With the byte beyond that, or, of a scalar, with its neighbours.
    pub(crate) apart: Range<usize>,
}

impl Spot {
    /// Its own; an item of an array has none.
    pub(crate) fn pointer(&self) -> String {
        format!(
            "{}/{}",
            self.parent,
            self.name.as_deref().unwrap_or_default()
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Pretty,
    Compact,
    /// As Python's `json.dumps` writes it.
    Spaced,
    /// A record per line.
    Lines,
}

pub(crate) const STYLES: [Style; 4] = [Style::Pretty, Style::Compact, Style::Spaced, Style::Lines];

type Form = (
    &'static str,
    &'static [&'static str],
    fn(&mut Dice, usize) -> Value,
);

/// Each form, with the collections that it has.
pub(crate) const FORMS: &[Form] = &[
    (
        "features",
        &["", "/features"],
        |dice, n| json!({"version": "1.0", "features": list(dice, n, feature)}),
    ),
    (
        "tracked_time",
        &["", "/entries"],
        |dice, n| json!({"version": "1.0", "entries": list(dice, n, entry)}),
    ),
    (
        "mappings",
        &["", "/mappings"],
        |dice, n| json!({"version": "1.0", "updated": "2025-11-10T14:45:00Z", "mappings": map(dice, n, "TASK-E01-", mapping)}),
    ),
    (
        "counters",
        &["", "/counters"],
        |dice, n| json!({"version": "1.0", "updated": "2025-11-10T14:45:00Z", "counters": map(dice, n, "tool", counter)}),
    ),
    ("contacts", &[""], |dice, n| list(dice, n, contact)),
    ("notes", &[""], |dice, n| list(dice, n, note)),
    ("config", &[""], |dice, _| json!([config(dice)])),
    ("settings", &[""], |dice, _| config(dice)),
    ("bare_map", &[""], |dice, n| {
        map(dice, n.max(2), "c-", contact)
    }),
    ("numbers", &[""], |dice, n| {
        list(dice, n, |dice, _| json!(dice.roll() % 100_000))
    }),
    (
        "wrapped_features",
        &["", "/data", "/data/features"],
        |dice, n| wrapped(&json!({"features": list(dice, n, feature)})),
    ),
    ("wrapped_map", &["", "/data"], |dice, n| {
        wrapped(&map(dice, n.max(2), "c-", contact))
    }),
    ("wrapped_list", &["", "/data"], |dice, n| {
        wrapped(&list(dice, n, note))
    }),
    ("flat_mappings", &["", "/mappings"], |dice, n| {
        json!({
            "version": "1.0", "revision": dice.below(1000), "updated": "2026-11-20T03:10:32.901Z",
            "mappings": map(dice, n, "TASK-", mapping),
            "checksum": format!("sha256:{:064x}", dice.roll()),
        })
    }),
];

pub(crate) fn document(form: usize, style: Style, dice: &mut Dice) -> Written {
    let (form, collections, make) = FORMS[form];
    let count = 3 + dice.below(12);
    let value = make(dice, count);
    let mut writer = Writer {
        style,
        text: String::new(),
        spots: Vec::new(),
    };
    writer.value(&value, 0);
    writer.spots.pop();
    if style == Style::Pretty {
        writer.text.push('\n');
    }
    let mut spots = writer.spots;
    for spot in &mut spots {
        if spot.is_container {
            let before = &writer.text[..spot.delimited.start];
            let blank = |text: &str| text.len() - text.trim_end_matches(' ').len();
            spot.apart =
                spot.delimited.start.saturating_sub(blank(before) + 1)..spot.delimited.end + 1;
        } else {
            spot.delimited = delimited(&writer.text, spot.delimited.clone());
            spot.apart = delimited(&writer.text, spot.delimited.clone());
        }
    }
    Written {
        form,
        value,
        text: writer.text,
        spots,
        collections,
    }
}

/// With what stands around it up to the next delimiters.
fn delimited(text: &str, range: Range<usize>) -> Range<usize> {
    let is_delimiter = |at: &usize| b"[]{},".contains(&text.as_bytes()[*at]);
    let start = (0..range.start).rev().find(is_delimiter).unwrap_or(0);
    let end = (range.end..text.len())
        .find(is_delimiter)
        .map_or(text.len(), |end| end + 1);
    start..end
}

fn list(dice: &mut Dice, count: usize, item: fn(&mut Dice, usize) -> Value) -> Value {
    (0..count).map(|at| item(dice, at)).collect()
}

fn map(dice: &mut Dice, count: usize, prefix: &str, item: fn(&mut Dice, usize) -> Value) -> Value {
    let members = (0..count).map(|at| (format!("{prefix}{at:02}"), item(dice, at)));
    Value::Object(members.collect())
}

fn wrapped(data: &Value) -> Value {
    json!({
        "format": "persist/1", "version": 3, "revision": 42, "updated": "2026-11-20T03:10:32.901Z",
        "data": data,
        "checksum": format!("sha256:{:064x}", 17),
    })
}

/// Words that look like structure, and such that don't.
const WORDS: &[&str] = &[
    "CRUD API",
    "Zoë",
    "see [1], {}",
    "a,b",
    "https://example.org/x?y=1",
    "\"quoted\"",
    "C:\\temp\\",
    ":",
    "",
    "日本語のメモ",
    "it's",
    "line\nbreak",
    "{\"id\": 1}",
    "null",
    "12",
    "/* no */",
    "\u{1d11e}",
    "a longer text, with a comma: and a colon",
];

fn word(dice: &mut Dice) -> String {
    (*dice.pick(WORDS)).to_owned()
}

fn feature(dice: &mut Dice, at: usize) -> Value {
    json!({
        "id": format!("f{at}"), "name": word(dice), "team": "backend", "process": "Data Operations",
        "seed_time_hours": 4.5, "synonyms": [word(dice), word(dice)], "notes": word(dice),
    })
}

fn entry(dice: &mut Dice, at: usize) -> Value {
    json!({
        "id": format!("t{at}"), "team": "backend", "member_name": "BE-1", "feature": word(dice),
        "tracked_time_hours": 4.0, "process": word(dice), "date": "2025-01-15",
    })
}

fn mapping(dice: &mut Dice, at: usize) -> Value {
    let mut ids = Map::new();
    for (tool, id) in [
        ("jira", "PROJ-"),
        ("azure_devops", "12"),
        ("linear", "TEAM-"),
        ("github", ""),
    ] {
        if ids.is_empty() || dice.below(3) > 0 {
            ids.insert(
                tool.to_owned(),
                json!(format!("{id}{at}{}", dice.below(100))),
            );
        }
    }
    Value::Object(ids)
}

fn counter(dice: &mut Dice, at: usize) -> Value {
    if at.is_multiple_of(2) {
        json!({"PROJ": dice.below(1000), "TEST": dice.below(100)})
    } else {
        json!(dice.below(10_000))
    }
}

fn contact(dice: &mut Dice, at: usize) -> Value {
    json!({
        "name": word(dice), "phones": ["+380 50 1234567", "112"], "email": format!("p{at}@example.org"),
        "birthday": null, "address": {"street": word(dice), "city": "Lviv"},
    })
}

fn note(dice: &mut Dice, at: usize) -> Value {
    json!({"id": at, "title": word(dice), "text": word(dice), "tags": ["a", word(dice)], "done": true})
}

fn config(dice: &mut Dice) -> Value {
    json!({
        "backup_enabled": true, "backup_count": dice.below(20), "auto_save": false, "date_format": "%d.%m.%Y",
        "language": word(dice), "limits": null, "ratio": -1.5e-3,
    })
}

struct Writer {
    style: Style,
    text: String,
    spots: Vec<Spot>,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) {
        self.at(value, depth, "", None, 0);
    }

    fn at(
        &mut self,
        value: &Value,
        depth: usize,
        pointer: &str,
        name: Option<&str>,
        delimited: usize,
    ) {
        let start = self.text.len();
        match value {
            Value::Object(members) => {
                self.text.push('{');
                for (at, (name, member)) in members.iter().enumerate() {
                    self.separate(at, depth + 1);
                    let start = self.text.len();
                    self.text.push_str(&json!(name).to_string());
                    self.text.push_str(if self.style == Style::Compact {
                        ":"
                    } else {
                        ": "
                    });
                    self.at(
                        member,
                        depth + 1,
                        &format!("{pointer}/{name}"),
                        Some(name),
                        start,
                    );
                }
                self.end(members.is_empty(), depth);
                self.text.push('}');
            }
            Value::Array(items) => {
                self.text.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.separate(at, depth + 1);
                    let start = self.text.len();
                    self.at(item, depth + 1, &format!("{pointer}/{at}"), None, start);
                }
                self.end(items.is_empty(), depth);
                self.text.push(']');
            }
            scalar => self.text.push_str(&scalar.to_string()),
        }
        self.spots.push(Spot {
            parent: pointer
                .rsplit_once('/')
                .map_or("", |(parent, _)| parent)
                .to_owned(),
            name: name.map(str::to_owned),
            is_container: value.is_object() || value.is_array(),
            range: start..self.text.len(),
            delimited: delimited..self.text.len(),
            apart: delimited..self.text.len(),
        });
    }

    fn separate(&mut self, at: usize, depth: usize) {
        if at > 0 {
            self.text.push(',');
        }
        match self.style {
            Style::Pretty => self.line(depth),
            Style::Lines if depth <= 2 => self.text.push('\n'),
            Style::Spaced | Style::Lines if at > 0 => self.text.push(' '),
            _ => {}
        }
    }

    fn end(&mut self, is_empty: bool, depth: usize) {
        match self.style {
            Style::Pretty if !is_empty => self.line(depth),
            Style::Lines if depth == 0 => self.text.push('\n'),
            _ => {}
        }
    }

    fn line(&mut self, depth: usize) {
        self.text.push('\n');
        self.text.push_str(&"  ".repeat(depth));
    }
}
