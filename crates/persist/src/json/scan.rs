//! JSON text taken apart, one level at a time, without reading what is in it.
//!
//! Everything here works on text that `serde_json` has found to be JSON, copies nothing and does not
//! recurse. On any other text the answers are useless, and that is all: no panic, no endless loop.

use std::borrow::Cow;

/// The white space of JSON, RFC 8259 section 2.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The pieces of a text, white space left out: brackets, commas, colons, and whole scalars.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let start = space_end(bytes, self.at);
        let end = match bytes.get(start)? {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => start + 1,
            b'"' => string_end(bytes, start),
            _ => scalar_end(bytes, start),
        };
        self.at = end;
        self.text.get(start..end)
    }
}

/// How deep arrays and objects stand in one another.
pub(super) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for token in Tokens::of(text) {
        match token {
            "{" | "[" => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// An array or an object, one level deep.
#[derive(Debug)]
pub(super) struct Level<'t> {
    pub(super) is_object: bool,
    pub(super) items: Vec<Item<'t>>,
}

/// An element or a member, and all that stands before and after it up to the next comma or bracket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'t> {
    /// The white space before it.
    pub(super) lead: &'t str,
    /// Of a member: its key, the colon, and what white space is beside that.
    pub(super) label: &'t str,
    pub(super) value: &'t str,
    /// The white space after it.
    pub(super) trail: &'t str,
}

impl<'t> Level<'t> {
    /// `None` if `text`, without white space around it, is a scalar.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        let is_object = match bytes.first()? {
            b'{' => true,
            b'[' => false,
            _ => return None,
        };
        let mut items = Vec::new();
        let mut at = 1;
        while at < bytes.len() {
            let start = space_end(bytes, at);
            if matches!(bytes.get(start), None | Some(b'}' | b']')) {
                break;
            }
            let value_start = if is_object {
                space_end(bytes, 1 + space_end(bytes, string_end(bytes, start)))
            } else {
                start
            };
            let value_end = value_end(bytes, value_start);
            let end = space_end(bytes, value_end);
            items.push(Item {
                lead: text.get(at..start)?,
                label: text.get(start..value_start)?,
                value: text.get(value_start..value_end)?,
                trail: text.get(value_end..end)?,
            });
            at = end + 1;
        }
        Some(Self { is_object, items })
    }

    /// What stands around it.
    pub(super) fn brackets(&self) -> (char, char) {
        if self.is_object {
            ('{', '}')
        } else {
            ('[', ']')
        }
    }
}

impl<'t> Item<'t> {
    /// The key as it stands in the text, with its quotes. Empty in an array.
    pub(super) fn key(&self) -> &'t str {
        let end = match self.label {
            "" => 0,
            label => string_end(label.as_bytes(), 0),
        };
        self.label.get(..end).unwrap_or_default()
    }

    /// The key without its escapes. One that no text can hold (half of a surrogate pair) stays as it
    /// stands, quotes included.
    pub(super) fn name(&self) -> Cow<'t, str> {
        let key = self.key();
        let plain = key.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
        match plain {
            Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
            _ => serde_json::from_str(key).map_or(Cow::Borrowed(key), Cow::Owned),
        }
    }
}

fn space_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| is_space(byte)) {
        at += 1;
    }
    at
}

/// The end of the string that begins at `start`, or of the text.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// The end of the number or word that begins at `start`; at least one byte on.
fn scalar_end(bytes: &[u8], start: usize) -> usize {
    let is_end = |byte: &u8| {
        is_space(*byte) || matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"')
    };
    let rest = bytes.iter().skip(start + 1);
    start + 1 + rest.take_while(|byte| !is_end(byte)).count()
}

/// The end of the value that begins at `start`.
fn value_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'"') => at = string_end(bytes, at),
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
            }
            Some(b'}' | b']') => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            Some(_) if depth > 0 => {
                at += 1;
                continue;
            }
            Some(_) => at = scalar_end(bytes, at),
        }
        if depth == 0 {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_the_text_piece_by_piece() {
        let text = "{ \"a\" : [1,{\"x\":\"}\"}] ,\n \"\\u0062\":\t-1e400 }";
        let level = Level::of(text).unwrap();
        let pieces = level
            .items
            .iter()
            .flat_map(|item| [item.lead, item.label, item.value, item.trail].map(str::to_owned));
        let pieces: Vec<_> = pieces.collect();
        assert_eq!(
            pieces,
            [
                " ",
                "\"a\" : ",
                "[1,{\"x\":\"}\"}]",
                " ",
                "\n ",
                "\"\\u0062\":\t",
                "-1e400",
                " "
            ]
        );
        let names: Vec<_> = level.items.iter().map(Item::name).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(Level::of("\"[1]\"").is_none());
        assert_eq!(Level::of("[ ]").unwrap().items.len(), 0);
        assert_eq!(depth("[[],{\"a\":[[\"[[[[[[\"]]}]"), 4);
    }

    #[test]
    fn what_is_not_json_comes_to_an_end() {
        for text in [
            "[", "{", "{1", "[1 2", "{\"a\"", "[\"", "{\"\\", "[]]", "[,,]", "{\"a\":", "[ü",
        ] {
            let _ = Level::of(text);
            assert!(Tokens::of(text).count() <= text.len(), "{text}");
        }
    }
}
