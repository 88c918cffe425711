//! A preview is exact, readable, and a JSON Patch.

use migrate::{Chain, Change, Label, Preview};
use serde_json::{Value, json};

use crate::patch;

/// The preview of a step that makes `new` of anything.
pub(crate) fn becoming(old: &Value, new: &Value) -> Preview {
    let result = new.clone();
    let chain = Chain::new(1).step(2, move |v| {
        *v = result.clone();
        Ok(())
    });
    chain.preview(&Label::from(1), old).unwrap()
}

/// The lines of the changes, having checked that they lead from `old` to `new`.
#[allow(clippy::needless_pass_by_value, reason = "both are literals")]
fn lines(old: Value, new: Value) -> Vec<String> {
    let preview = becoming(&old, &new);
    let mut patched = old;
    patch::apply(
        &serde_json::to_value(&preview).unwrap()["changes"],
        &mut patched,
    );
    assert_eq!(patched, new);
    preview.changes.iter().map(Change::to_string).collect()
}

#[test]
fn members_are_added_removed_and_changed_where_they_are() {
    let old = json!({ "same": [1], "gone": null, "theme": "dark", "deep": { "a": 1, "b": 2 } });
    let new = json!({ "same": [1], "theme": "light", "deep": { "a": 1, "b": 3, "c": {} } });
    assert_eq!(
        lines(old, new),
        [
            "- /gone: null",
            "~ /theme: \"dark\" -> \"light\"",
            "~ /deep/b: 2 -> 3",
            "+ /deep/c: {}",
        ]
    );
}

#[test]
fn the_order_of_members_is_no_difference() {
    assert_eq!(
        lines(json!({ "a": 1, "b": 2 }), json!({ "b": 2, "a": 1 })),
        [""; 0]
    );
}

#[test]
fn a_change_of_kind_replaces_the_value_in_its_place() {
    assert_eq!(
        lines(json!([1]), json!({ "0": 1 })),
        ["~ (the whole value): [1] -> {\"0\":1}"]
    );
    assert_eq!(
        lines(json!({ "a": 1 }), json!({ "a": 1.0 })),
        ["~ /a: 1 -> 1.0"]
    );
    assert_eq!(lines(json!({ "": 1 }), json!({ "": [] })), ["~ /: 1 -> []"]);
}

#[test]
fn an_insertion_into_a_list_is_one_change_and_so_is_a_removal() {
    let (short, long) = (json!([1, 2, 5]), json!([1, 2, 3, 4, 5]));
    assert_eq!(lines(short.clone(), long.clone()), ["+ /2: 3", "+ /3: 4"]);
    assert_eq!(lines(long, short), ["- /3: 4", "- /2: 3"]);
    assert_eq!(lines(json!([7, 7]), json!([7, 7, 7])), ["+ /2: 7"]);
    assert_eq!(lines(json!([7, 7, 7]), json!([7])), ["- /2: 7", "- /1: 7"]);
    assert_eq!(lines(json!([]), json!([[]])), ["+ /0: []"]);
}

#[test]
fn list_members_that_changed_are_compared_inside() {
    let old = json!([0, { "a": 1 }, { "a": 2 }, 9]);
    let new = json!([0, { "a": 1, "b": 1 }, { "a": 3 }, 8, 9]);
    assert_eq!(lines(old, new), ["+ /1/b: 1", "~ /2/a: 2 -> 3", "+ /3: 8"]);
}

#[test]
fn keys_are_escaped_as_json_pointer_wants_and_for_the_terminal() {
    let old = json!({ "a/b": 0, "m~n": 0, "~1": 0, "é \"": 0, "\u{1b}[2J\n\u{9b}": 0 });
    let new = json!({ "a/b": 1, "m~n": 1, "~1": 1, "é \"": 1, "\u{1b}[2J\n\u{9b}": 1 });
    assert_eq!(
        lines(old, new),
        [
            "~ /a~1b: 0 -> 1",
            "~ /m~0n: 0 -> 1",
            "~ /~01: 0 -> 1",
            "~ /é \": 0 -> 1",
            "~ /\\u001b[2J\\u000a\\u009b: 0 -> 1",
        ]
    );
}

#[test]
fn long_values_are_cut_between_characters_and_kept_whole_in_the_data() {
    let long = "é".repeat(100);
    let preview = becoming(&json!({}), &json!({ "text": long }));
    let shown = format!("+ /text: \"{}…", "é".repeat(29));
    assert_eq!(preview.changes[0].to_string(), shown);
    assert_eq!(
        serde_json::to_value(&preview.changes[0]).unwrap()["value"],
        json!(long)
    );

    let exact = json!("x".repeat(58));
    assert_eq!(
        lines(json!({}), json!({ "a": exact })),
        [format!("+ /a: {exact}")]
    );
}

#[test]
fn a_preview_runs_on_a_copy_and_fails_as_the_upgrade_would() {
    let chain = Chain::new(1).step(2, |v| {
        v["half"] = "done".into();
        Err("planted".into())
    });
    let value = json!({ "a": 1 });
    let (preview, upgrade) = (
        chain.preview(&Label::from(1), &value),
        chain.upgrade(&Label::from(1), &value),
    );
    assert_eq!(
        preview.unwrap_err().to_string(),
        upgrade.unwrap_err().to_string()
    );
    assert_eq!(value, json!({ "a": 1 }));
}

#[test]
fn the_way_down_has_a_preview_too() {
    let chain = Chain::new(1).step(2, |_| Ok(())).down(1, |v| {
        v.as_object_mut().ok_or("not an object")?.remove("new");
        Ok(())
    });
    let preview = chain
        .preview_downgrade(&1.into(), &json!({ "new": 1, "old": 2 }))
        .unwrap();
    assert_eq!(preview.to_string(), "2 to 1: 1 step, 1 change\n  - /new: 1");
}
