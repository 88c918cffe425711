//! An array or an object with other items, and all else in it as it stood.

use super::lines::Lines;
use super::scan::Level;

/// One item of the new text.
#[derive(Debug)]
pub(super) enum Part<'p> {
    /// An item that was there, perhaps with another value.
    Kept { index: usize, value: Option<String> },
    /// An item that was not; the key with its quotes, empty in an array.
    New { key: &'p str, value: &'p str },
}

impl Level<'_> {
    /// The text with these items: white space and keys stay as they are, and what is new looks like
    /// what is there. `margin` is what the line begins with that the text begins in; `None` puts the
    /// first items of an empty text on that line.
    pub(super) fn with(&self, parts: &[Part<'_>], margin: Option<&str>) -> String {
        let (open, close) = self.brackets();
        let style = Style::of(self, margin);
        let last = parts.len().wrapping_sub(1);
        let mut text = String::from(open);
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            match part {
                Part::Kept { index, value } => {
                    let Some(item) = self.items.get(*index) else {
                        continue;
                    };
                    // What was the first item's may look strange before a later one.
                    let stays = (*index == 0) == (at == 0);
                    text.push_str(if stays { item.lead } else { style.lead(at) });
                    text.push_str(item.label);
                    text.push_str(value.as_deref().unwrap_or(item.value));
                    if index + 1 < self.items.len() && at != last {
                        text.push_str(item.trail);
                    }
                }
                Part::New { key, value } => {
                    let lead = style.lead(at);
                    text.push_str(lead);
                    text.push_str(key);
                    text.push_str(if self.is_object { style.colon } else { "" });
                    text.push_str(&match lead.rsplit_once('\n') {
                        Some((_, margin)) => Lines::below(margin).lay_out(value),
                        None => Lines::one().lay_out(value),
                    });
                }
            }
        }
        if !parts.is_empty() {
            text.push_str(&style.close);
        }
        text.push(close);
        text
    }
}

/// An object some of whose members were replaced by white space, without the gaps.
pub(crate) fn closed_up(text: &str) -> String {
    let Some(level) = Level::of(text) else {
        return text.to_owned();
    };
    let (open, close) = level.brackets();
    let mut closed = String::from(open);
    for (at, item) in level.items.iter().enumerate() {
        let lead = match at {
            0 => last_line(item.lead),
            _ => item.lead,
        };
        closed.push_str(if at > 0 { "," } else { "" });
        closed.extend([lead, item.label, item.value]);
    }
    if let Some(last) = level.items.last() {
        closed.push_str(last_line(last.trail));
    }
    closed.push(close);
    closed
}

/// White space from its last line break on.
fn last_line(space: &str) -> &str {
    match space.rfind('\n') {
        Some(newline) => &space[newline..],
        None => "",
    }
}

/// How the items of a text look.
struct Style {
    first: String,
    next: String,
    colon: &'static str,
    close: String,
}

impl Style {
    fn of(level: &Level<'_>, margin: Option<&str>) -> Self {
        let (Some(first), Some(last)) = (level.items.first(), level.items.last()) else {
            let lead = margin.map_or_else(String::new, |margin| format!("\n{margin}  "));
            return Self {
                first: lead.clone(),
                next: lead,
                colon: if margin.is_some() { ": " } else { ":" },
                close: margin.map_or_else(String::new, |margin| format!("\n{margin}")),
            };
        };
        let is_spaced = first.label.ends_with(' ');
        let next = match level.items.get(1) {
            Some(second) => second.lead,
            None if first.lead.contains('\n') => first.lead,
            None if is_spaced => " ",
            None => "",
        };
        Self {
            first: first.lead.to_owned(),
            next: next.to_owned(),
            colon: if is_spaced { ": " } else { ":" },
            close: last.trail.to_owned(),
        }
    }

    fn lead(&self, at: usize) -> &str {
        if at == 0 { &self.first } else { &self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, parts: &[Part<'_>]) -> String {
        Level::of(text).unwrap().with(parts, Some(""))
    }

    fn kept(index: usize) -> Part<'static> {
        Part::Kept { index, value: None }
    }

    const NEW: Part<'static> = Part::New {
        key: "\"n\"",
        value: "[1]",
    };

    #[test]
    fn what_is_kept_stands_as_it_stood() {
        let text = "{ \"a\" : 1 ,\n\n\t\"b\":{ } , \"c\":3\n}";
        assert_eq!(edited(text, &[kept(0), kept(1), kept(2)]), text);
        let two = Part::Kept {
            index: 1,
            value: Some("4.0".into()),
        };
        assert_eq!(
            edited(text, &[kept(0), two, kept(2)]),
            text.replace("{ }", "4.0")
        );
        assert_eq!(edited("[ ]", &[]), "[]");
    }

    #[test]
    fn gaps_are_closed() {
        for (text, expected) in [
            (
                "{   \n         \n  \"a\": 1   \n     ,\n\n  \"b\": 2      \n}",
                "{\n  \"a\": 1,\n\n  \"b\": 2\n}",
            ),
            ("{        \"a\":1     ,\"b\":2     }", "{\"a\":1,\"b\":2}"),
            ("{      }", "{}"),
        ] {
            assert_eq!(closed_up(text), expected);
        }
    }

    #[test]
    fn what_is_new_looks_like_what_is_there() {
        for (text, expected) in [
            ("{\"a\":1}", "{\"a\":1,\"n\":[1]}"),
            ("{\"a\": 1}", "{\"a\": 1, \"n\": [1]}"),
            (
                "{\n\t\"a\": 1\n}",
                "{\n\t\"a\": 1,\n\t\"n\": [\n\t  1\n\t]\n}",
            ),
        ] {
            assert_eq!(edited(text, &[kept(0), NEW]), expected);
        }
        assert_eq!(edited("{}", &[NEW]), "{\n  \"n\": [\n    1\n  ]\n}");
        assert_eq!(Level::of("{}").unwrap().with(&[NEW], None), "{\"n\":[1]}");
        assert_eq!(
            edited("{\n  \"a\": 1\n}", &[NEW, kept(0)]),
            "{\n  \"n\": [\n    1\n  ],\n  \"a\": 1\n}"
        );
        assert_eq!(edited("[1, 2]", &[kept(1)]), "[2]");
        assert_eq!(edited("[1, 2 ]", &[kept(1), kept(0)]), "[2, 1 ]");
    }
}
