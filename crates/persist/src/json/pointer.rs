//! JSON Pointer, RFC 6901: which value of a text is meant.

use std::fmt;

use super::error::{JsonError, JsonErrorKind};
use super::scan::{Item, Level};

/// The names and indices on the way to a value.
#[derive(Debug)]
pub(super) struct Pointer {
    tokens: Vec<String>,
}

impl Pointer {
    /// Section 3: nothing, or each token after a `/`, with `~1` for `/` and `~0` for `~`.
    pub(super) fn parse(text: &str) -> Result<Self, JsonError> {
        let malformed = |why: &str| {
            let message = format!("`{text}` is no JSON Pointer: {why}");
            JsonError::new(JsonErrorKind::Pointer, message)
        };
        if text.is_empty() {
            return Ok(Self { tokens: Vec::new() });
        }
        let rest = text
            .strip_prefix('/')
            .ok_or_else(|| malformed("it does not begin with `/`"))?;
        let tokens = rest.split('/').map(|token| {
            unescape(token).ok_or_else(|| malformed("a `~` stands before `0` or `1` only"))
        });
        Ok(Self {
            tokens: tokens.collect::<Result<_, _>>()?,
        })
    }

    /// The last token, and the way to what it is looked for in; `None` for the whole text.
    pub(super) fn split_last(mut self) -> Option<(Self, String)> {
        let last = self.tokens.pop()?;
        Some((self, last))
    }

    /// What it points to in `text`.
    pub(super) fn find<'t>(&self, text: &'t str) -> Result<Spot<'t>, JsonError> {
        let mut spot = Spot {
            value: text,
            margin: text.contains('\n').then_some(""),
        };
        for (depth, token) in self.tokens.iter().enumerate() {
            let at = Self::show(&self.tokens[..depth]);
            let level = Level::of(spot.value).ok_or_else(|| {
                not_found(format!(
                    "{at} is neither an object nor an array, and has no `{token}`"
                ))
            })?;
            let index = index_of(&level, token, &at)?;
            let item = index.and_then(|index| level.items.get(index));
            let item = item.ok_or_else(|| not_found(format!("{at} has no `{token}`")))?;
            spot = Spot {
                value: item.value,
                margin: item.margin(spot.margin),
            };
        }
        Ok(spot)
    }

    fn show(tokens: &[String]) -> String {
        match tokens {
            [] => "the value".to_owned(),
            _ => format!("`{}`", Display(tokens)),
        }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::show(&self.tokens))
    }
}

struct Display<'a>(&'a [String]);

impl fmt::Display for Display<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |token: &String| token.replace('~', "~0").replace('/', "~1");
        let mut tokens = self.0.iter().map(escaped);
        tokens.try_for_each(|token| write!(f, "/{token}"))
    }
}

/// A value in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'t> {
    pub(super) value: &'t str,
    /// What the line that it begins in begins with; `None` if lines do not count there.
    pub(super) margin: Option<&'t str>,
}

impl<'t> Item<'t> {
    /// The margin of this item's line, in something whose line has the margin `outer`.
    pub(super) fn margin(&self, outer: Option<&'t str>) -> Option<&'t str> {
        match self.lead.rsplit_once('\n') {
            Some((_, margin)) => Some(margin),
            None => outer.filter(|_| self.lead.is_empty() && self.label.is_empty()),
        }
    }
}

/// Which item a token names, if it is there. `at` is for messages.
pub(super) fn index_of(
    level: &Level<'_>,
    token: &str,
    at: &dyn fmt::Display,
) -> Result<Option<usize>, JsonError> {
    if !level.is_object {
        return match index(token) {
            Some(index) => Ok(Some(index).filter(|index| *index < level.items.len())),
            None => Err(not_found(format!(
                "{at} is an array, and `{token}` is no index"
            ))),
        };
    }
    let names = level.items.iter().map(Item::name);
    let mut found = names.enumerate().filter(|(_, name)| name == token);
    let first = found.next().map(|(index, _)| index);
    match found.next() {
        Some(_) => Err(JsonError::new(
            JsonErrorKind::Ambiguous,
            format!("{at} has two members `{token}`"),
        )),
        None => Ok(first),
    }
}

/// Section 4: decimal digits without leading zeros.
fn index(token: &str) -> Option<usize> {
    let is_plain = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| is_plain)
}

fn unescape(token: &str) -> Option<String> {
    let mut pieces = token.split('~');
    let mut name = pieces.next()?.to_owned();
    for piece in pieces {
        let (replaced, rest) = match piece.as_bytes().first()? {
            b'0' => ('~', &piece[1..]),
            b'1' => ('/', &piece[1..]),
            _ => return None,
        };
        name.push(replaced);
        name.push_str(rest);
    }
    Some(name)
}

fn not_found(message: String) -> JsonError {
    JsonError::new(JsonErrorKind::NotFound, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6901, section 5.
    #[test]
    fn the_pointers_of_the_standard_find_what_it_says() {
        let text = r#"{ "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4,
            "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8 }"#;
        for (pointer, value) in [
            ("", text),
            ("/foo", "[\"bar\", \"baz\"]"),
            ("/foo/0", "\"bar\""),
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
        ] {
            assert_eq!(
                Pointer::parse(pointer).unwrap().find(text).unwrap().value,
                value
            );
        }
    }

    #[test]
    fn what_points_nowhere_says_where_the_way_ends() {
        let text = r#"{"a":{"b":[1]},"c":1,"c":2}"#;
        for (pointer, kind, message) in [
            (
                "a",
                JsonErrorKind::Pointer,
                "`a` is no JSON Pointer: it does not begin with `/`",
            ),
            (
                "/~2",
                JsonErrorKind::Pointer,
                "`/~2` is no JSON Pointer: a `~` stands before `0` or `1` only",
            ),
            (
                "/~",
                JsonErrorKind::Pointer,
                "`/~` is no JSON Pointer: a `~` stands before `0` or `1` only",
            ),
            ("/x/y", JsonErrorKind::NotFound, "the value has no `x`"),
            ("/a/b/1", JsonErrorKind::NotFound, "`/a/b` has no `1`"),
            (
                "/a/b/-",
                JsonErrorKind::NotFound,
                "`/a/b` is an array, and `-` is no index",
            ),
            (
                "/a/b/00",
                JsonErrorKind::NotFound,
                "`/a/b` is an array, and `00` is no index",
            ),
            (
                "/a/b/+0",
                JsonErrorKind::NotFound,
                "`/a/b` is an array, and `+0` is no index",
            ),
            (
                "/a/b/0/x",
                JsonErrorKind::NotFound,
                "`/a/b/0` is neither an object nor an array, and has no `x`",
            ),
            (
                "/c",
                JsonErrorKind::Ambiguous,
                "the value has two members `c`",
            ),
        ] {
            let error = Pointer::parse(pointer)
                .and_then(|it| it.find(text).map(drop))
                .unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
        }
    }
}
