//! What people and tools read, word by word.

use std::error::Error as _;

use migrate::{Chain, Label};
use serde_json::json;

use crate::preview::becoming;

fn texts() -> Chain {
    Chain::new("1.0").step("1.1", |_| Err("disk of cheese".into()))
}

#[test]
fn refusals_name_what_was_found_and_what_is_known() {
    let value = json!({});
    let say = |label: &Label| texts().upgrade(label, &value).unwrap_err().to_string();
    assert_eq!(
        say(&"2.0".into()),
        "version \"2.0\" is newer than \"1.1\", the newest that this program knows: update the program"
    );
    assert_eq!(
        say(&"beta".into()),
        "unknown version \"beta\": this program knows \"1.0\" to \"1.1\""
    );
    assert_eq!(
        say(&1.into()),
        "unknown version 1: this program knows \"1.0\" to \"1.1\"",
        "a number is told from a text"
    );
    assert_eq!(
        texts().upgrade(None, &value).unwrap_err().to_string(),
        "the value carries no version, and the chain has no `unlabelled` to say what that means"
    );
}

#[test]
fn a_failed_step_says_which_and_leaves_why_to_its_source() {
    let error = texts()
        .upgrade(&Label::from("1.0"), &json!({}))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the step from \"1.0\" to \"1.1\" failed; nothing was changed"
    );
    assert_eq!(error.source().unwrap().to_string(), "disk of cheese");

    let reading = Chain::new(1).typed_step::<u8, u8>(2, Ok);
    assert_eq!(
        reading
            .upgrade(&Label::from(1), &json!("x"))
            .unwrap_err()
            .to_string(),
        "the step from 1 to 2 can't read its input as `u8`; nothing was changed"
    );
    let writing = Chain::new(1)
        .typed_step::<u8, std::collections::BTreeMap<(), u8>>(2, |n| Ok([((), n)].into()));
    assert_eq!(
        writing
            .upgrade(&Label::from(1), &json!(1))
            .unwrap_err()
            .to_string(),
        "the step from 1 to 2 can't write its result, a \
         `alloc::collections::btree::map::BTreeMap<(), u8>`, as JSON; nothing was changed"
    );
    assert_eq!(
        reading
            .downgrade(&1.into(), &json!(1))
            .unwrap_err()
            .to_string(),
        "there is no step down from 2 to 1; nothing was changed, stay at version 2"
    );
}

#[test]
fn a_wrong_chain_says_what_is_wrong() {
    let one = || Chain::new(1);
    let two = || one().step("2", |_| Ok(()));
    for (chain, said) in [
        (
            two().step(1, |_| Ok(())),
            "the step from \"2\" to 1 does not advance: version 1 is in the chain already",
        ),
        (
            two().down("2", |_| Ok(())),
            "the step down from \"2\" to \"2\" does not lead to 1, the version before",
        ),
        (
            one().down(0, |_| Ok(())),
            "the step down from 1 to 0 does not lead to a version: there is only one",
        ),
        (
            two().down(1, |_| Ok(())).down(1, |_| Ok(())),
            "the step down from \"2\" to 1 is added twice",
        ),
        (
            one().unlabelled(0),
            "a value without a version counts as 0, which is not in the chain",
        ),
    ] {
        let message = chain.check().unwrap_err().to_string();
        assert_eq!(message, format!("the chain of versions is wrong: {said}"));
    }
}

#[test]
fn a_preview_reads_as_a_summary_and_lines() {
    let old = json!({ "theme": "dark", "size": 1 });
    let preview = becoming(&old, &json!({ "theme": "light", "zoom": 1 }));
    assert_eq!(
        preview.to_string(),
        "1 to 2: 1 step, 3 changes\n  \
         ~ /theme: \"dark\" -> \"light\"\n  - /size: 1\n  + /zoom: 1"
    );
    assert_eq!(
        becoming(&old, &old).to_string(),
        "1 to 2: 1 step, 0 changes"
    );
    let current = texts().preview(&Label::from("1.1"), &old).unwrap();
    assert_eq!(current.to_string(), "\"1.1\" already: nothing to do");
}

#[test]
fn a_preview_serialises_with_its_changes_as_a_json_patch() {
    let preview = becoming(&json!({ "a": 1, "b": 2 }), &json!({ "b": 3, "c": 4 }));
    assert_eq!(
        serde_json::to_value(preview).unwrap(),
        json!({
            "from": 1,
            "to": 2,
            "steps": [{ "from": 1, "to": 2 }],
            "changes": [
                { "op": "remove", "path": "/a", "old": 1 },
                { "op": "replace", "path": "/b", "old": 2, "value": 3 },
                { "op": "add", "path": "/c", "value": 4 },
            ],
        })
    );
}

#[test]
fn a_chain_debugs_as_its_versions() {
    assert_eq!(
        format!("{:?}", Chain::new(1).step("2", |_| Ok(()))),
        "Chain { first: Integer(1), links: [Link { to: Text(\"2\"), has_way_down: false, .. }], \
         unlabelled: None, flaw: None }"
    );
}
