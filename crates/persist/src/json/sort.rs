//! The members of all objects in the order of their names.

use super::DEPTH_MAX;
use super::lines::Lines;
use super::scan::{Item, Level};

/// `text` with the members of each object sorted by name (by code point, as Python's `sort_keys` does),
/// on one line. Members of the same name stay in their order. What is deeper than any `Json` stays
/// unsorted.
pub(crate) fn sorted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    sort_into(&mut out, text.trim_ascii(), Sort::Members, 0);
    out
}

/// Whether two texts say the same as far as a type can tell that has no order: maps and sets give
/// back theirs by chance.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let in_order = |text: &str| {
        let mut out = String::with_capacity(text.len());
        sort_into(&mut out, text.trim_ascii(), Sort::MembersAndElements, 0);
        out
    };
    one == other || in_order(one) == in_order(other)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Members,
    MembersAndElements,
}

fn sort_into(out: &mut String, text: &str, sort: Sort, depth: usize) {
    let level = Level::of(text).filter(|_| depth < DEPTH_MAX);
    let Some(level) = level else {
        out.push_str(&Lines::one().lay_out(text));
        return;
    };
    let (open, close) = level.brackets();
    let mut items = level.items;
    if level.is_object {
        items.sort_by_cached_key(Item::name);
    }
    let mut texts: Vec<String> = items
        .iter()
        .map(|item| {
            let mut text = item.key().to_owned();
            if level.is_object {
                text.push(':');
            }
            sort_into(&mut text, item.value, sort, depth + 1);
            text
        })
        .collect();
    if !level.is_object && sort == Sort::MembersAndElements {
        texts.sort_unstable();
    }
    out.push(open);
    out.push_str(&texts.join(","));
    out.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_nothing_else_is_changed() {
        assert_eq!(
            sorted(
                "{ \"b\" : [ {\"d\":4.0, \"\\u0063\" : 1e400} ], \"\u{10000}\":1, \"\u{ffff}\":2, \"a\":{} }"
            ),
            "{\"a\":{},\"b\":[{\"\\u0063\":1e400,\"d\":4.0}],\"\u{ffff}\":2,\"\u{10000}\":1}"
        );
        assert_eq!(sorted("{\"a\":2,\"a\":1}"), "{\"a\":2,\"a\":1}");
    }

    #[test]
    fn deep_texts_do_not_recurse_without_end() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(sorted(&deep), deep);
    }
}
