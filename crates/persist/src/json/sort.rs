//! The members of all objects in the order of their names.

use super::DEPTH_MAX;
use super::lines::Lines;
use super::scan::{Item, Level};

/// `text` with the members of each object sorted by name (by code point, as Python's `sort_keys` does),
/// on one line. Members of the same name stay in their order. What is deeper than any `Json`
/// stays unsorted.
pub(crate) fn sorted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    sort_into(&mut out, text.trim_ascii(), 0);
    out
}

fn sort_into(out: &mut String, text: &str, depth: usize) {
    let level = Level::of(text).filter(|_| depth < DEPTH_MAX);
    let Some(mut level) = level else {
        out.push_str(&Lines::one().lay_out(text));
        return;
    };
    if level.is_object {
        level.items.sort_by_cached_key(Item::name);
    }
    let (open, close) = if level.is_object {
        ('{', '}')
    } else {
        ('[', ']')
    };
    out.push(open);
    for (at, item) in level.items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        if level.is_object {
            out.push_str(item.key());
            out.push(':');
        }
        sort_into(out, item.value, depth + 1);
    }
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
