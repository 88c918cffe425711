//! A text with a program's changes in it, and nothing else changed.
//!
//! Three texts: `old` is what stands in the file; `base` is what the program's type makes of it, and
//! `new` what it makes of the value to be saved. What `base` and `new` agree on the program has not
//! changed, so it stays as it stands in `old`, to the byte. What is in `old` and not in `base` the type
//! does not know, so it stays as well. The rest is taken from `new`.

mod array;
mod object;

use std::borrow::Cow;

use super::DEPTH_MAX;
use super::lines::Lines;
use super::scan::Level;

/// What becomes of members that the type does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// They stay.
    Stays,
    /// They stay where the program has added no member to their object and removed none. A member that
    /// the type reads under two names, or only in another variant, would not be what was saved.
    StaysInSameShape,
}

/// `old` with the changes from `base` to `new`; these two are on one line, as one serialiser has
/// written them. `margin` is what the line begins with that `old` begins in, `None` where new values
/// are to stand on one line.
///
/// That this gives the value of `new` again is for the caller to check: only the type knows.
pub(crate) fn merge<'t>(
    old: &'t str,
    base: &str,
    new: &str,
    margin: Option<&str>,
    unknown: Unknown,
) -> Cow<'t, str> {
    let merge = Merge { unknown, depth: 0 };
    let texts = Texts { old, base, new };
    merge
        .value(texts, margin)
        .map_or(Cow::Borrowed(old), Cow::Owned)
}

/// The same value three times.
#[derive(Clone, Copy, Debug)]
struct Texts<'t, 'v> {
    old: &'t str,
    base: &'v str,
    new: &'v str,
}

#[derive(Clone, Copy, Debug)]
struct Merge {
    unknown: Unknown,
    depth: usize,
}

impl Merge {
    /// `None`: the old text, as it stands.
    fn value(self, texts: Texts<'_, '_>, margin: Option<&str>) -> Option<String> {
        if texts.base == texts.new {
            return None;
        }
        let deeper = Self {
            depth: self.depth + 1,
            ..self
        };
        let level = |text| Level::of(text).filter(|_| self.depth < DEPTH_MAX);
        let levels = (level(texts.old), level(texts.base), level(texts.new));
        let merged = match levels {
            (Some(old), Some(base), Some(new)) => {
                match (old.is_object, base.is_object, new.is_object) {
                    (true, true, true) => deeper.object(&old, &base, &new, margin),
                    (false, false, false) => deeper.array(&old, &base, &new, margin),
                    _ => None,
                }
            }
            _ => None,
        };
        Some(merged.unwrap_or_else(|| Lines::at(margin).lay_out(texts.new)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(old: &str, base: &str, new: &str) -> String {
        merge(old, base, new, None, Unknown::Stays).into_owned()
    }

    #[test]
    fn what_the_program_has_not_changed_stays_to_the_byte() {
        let old = "{ \"b\" : 4.00,\n\t\"x\": [1e400 , { }], \"a\" :\"\\u0041\" }";
        assert_eq!(
            merged(old, r#"{"a":"A","b":4.0}"#, r#"{"a":"A","b":4.0}"#),
            old
        );
        assert_eq!(
            merged(old, r#"{"a":"A","b":4.0}"#, r#"{"a":"A","b":5.0}"#),
            old.replace("4.00", "5.0")
        );
        assert_eq!(
            merged(old, r#"{"a":"A","b":4.0}"#, r#"{"b":4.0}"#),
            "{ \"b\" : 4.00,\n\t\"x\": [1e400 , { }] }"
        );
    }

    #[test]
    fn members_come_and_go_where_their_neighbours_are() {
        for (old, base, new, expected) in [
            // New ones after those that they follow.
            (
                r#"{"a":1,"x":0,"c":3}"#,
                r#"{"a":1,"c":3}"#,
                r#"{"a":1,"b":2,"c":3}"#,
                r#"{"a":1,"b":2,"x":0,"c":3}"#,
            ),
            (
                r#"{"c":3}"#,
                r#"{"c":3}"#,
                r#"{"a":[],"b":2,"c":3}"#,
                r#"{"a":[],"b":2,"c":3}"#,
            ),
            ("{}", "{}", r#"{"a":1}"#, r#"{"a":1}"#),
            // What the type fills in and the program leaves stays out.
            (
                r#"{"a":1}"#,
                r#"{"a":1,"d":0}"#,
                r#"{"a":2,"d":0}"#,
                r#"{"a":2}"#,
            ),
            (
                r#"{"a":1}"#,
                r#"{"a":1,"d":0}"#,
                r#"{"a":1,"d":5}"#,
                r#"{"a":1,"d":5}"#,
            ),
            // What the type leaves out and the program sets.
            (r#"{"a":null}"#, "{}", r#"{"a":1}"#, r#"{"a":1}"#),
            // A type that keeps the order has another one.
            (
                r#"{"a":1,"x":0,"b":2.0}"#,
                r#"{"a":1,"b":2}"#,
                r#"{"b":2,"a":1}"#,
                r#"{"b":2.0,"a":1,"x":0}"#,
            ),
            // A type that has no order.
            (
                r#"{"a":1,"b":2}"#,
                r#"{"b":2,"a":1}"#,
                r#"{"c":3,"a":1,"b":2}"#,
                r#"{"c":3,"a":1,"b":2}"#,
            ),
            // Escapes make no other name.
            (
                r#"{"\u0061":1.0}"#,
                r#"{"a":1}"#,
                r#"{"a":2}"#,
                r#"{"\u0061":2}"#,
            ),
            // A name twice: nobody knows which one is meant.
            (
                r#"{"a":1,"a":2,"x":0}"#,
                r#"{"a":2}"#,
                r#"{"a":3}"#,
                r#"{"a":3}"#,
            ),
            (
                r#"{"a":1,"x":1,"x":0}"#,
                r#"{"a":1}"#,
                r#"{"a":3}"#,
                r#"{"a":3,"x":1,"x":0}"#,
            ),
        ] {
            assert_eq!(merged(old, base, new), expected, "{old} {base} {new}");
        }
        assert_eq!(
            merge(
                r#"{"x":0}"#,
                "{}",
                r#"{"a":1}"#,
                None,
                Unknown::StaysInSameShape
            ),
            r#"{"a":1}"#
        );
    }

    #[test]
    fn elements_keep_what_is_theirs_wherever_they_go() {
        let old = r#"[{"id":1,"v":0,"x":"a"},{"id":2,"v":0,"x":"b"},{"id":3,"v":0,"x":"c"}]"#;
        let known = |elements: &[(u8, u8)]| {
            let texts = elements
                .iter()
                .map(|(id, v)| format!("{{\"id\":{id},\"v\":{v}}}"));
            format!("[{}]", texts.collect::<Vec<_>>().join(","))
        };
        let base = known(&[(1, 0), (2, 0), (3, 0)]);
        for (new, expected) in [
            // Changed in place.
            (
                known(&[(1, 0), (2, 9), (3, 0)]),
                old.replace("2,\"v\":0", "2,\"v\":9"),
            ),
            // Moved.
            (
                known(&[(3, 0), (1, 0), (2, 0)]),
                r#"[{"id":3,"v":0,"x":"c"},{"id":1,"v":0,"x":"a"},{"id":2,"v":0,"x":"b"}]"#.into(),
            ),
            // One removed, one changed, one new.
            (
                known(&[(1, 0), (3, 7), (4, 1)]),
                r#"[{"id":1,"v":0,"x":"a"},{"id":3,"v":7,"x":"c"},{"id":4,"v":1}]"#.into(),
            ),
            (known(&[]), "[]".into()),
        ] {
            assert_eq!(merged(old, &base, &new), expected);
        }
        // All changed, and each stays where it is.
        assert_eq!(
            merged(
                r#"[{"n":"a","x":1},{"n":"b","x":2}]"#,
                r#"[{"n":"a"},{"n":"b"}]"#,
                r#"[{"n":"c"},{"n":"d"}]"#
            ),
            r#"[{"n":"c","x":1},{"n":"d","x":2}]"#
        );
        assert_eq!(
            merged("[4.0,5.00, 4.0]", "[4.0,5.0,4.0]", "[5.0,4.0]"),
            "[5.00,4.0]"
        );
        // A set, whose order is chance: its elements are not those of the text, one by one.
        assert_eq!(merged("[1.0,2.0]", "[2,1]", "[3,1,2]"), "[3,1,2]");
        assert_eq!(merged("[1.0,2.0]", "[1]", "[1,3]"), "[1,3]");
    }
}
