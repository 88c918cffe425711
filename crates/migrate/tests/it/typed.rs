//! Steps from one type to another.

use std::collections::BTreeMap;
use std::error::Error as _;

use migrate::{Chain, Error, ErrorKind, Failure, Label};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, Serialize)]
struct V1 {
    name: String,
}

#[derive(Deserialize, Serialize)]
struct V2 {
    first: String,
    last: Option<String>,
}

fn chain() -> Chain {
    Chain::new(1)
        .typed_step::<V1, V2>(2, |old| match old.name.split_once(' ') {
            Some((first, last)) => Ok(V2 {
                first: first.into(),
                last: Some(last.into()),
            }),
            None if old.name.is_empty() => Err("a name is empty".into()),
            None => Ok(V2 {
                first: old.name,
                last: None,
            }),
        })
        .typed_down::<V2, V1>(1, |new| {
            let last = new.last.map(|last| format!(" {last}")).unwrap_or_default();
            Ok(V1 {
                name: new.first + &last,
            })
        })
}

fn failure(error: &Error) -> Failure {
    match error {
        Error::StepFailed { failure, .. } => *failure,
        other => panic!("expected a failed step, got {other:?}"),
    }
}

#[test]
fn a_typed_step_leads_there_and_a_typed_down_leads_back() {
    let old = json!({ "name": "Ada Lovelace" });
    let new = chain()
        .upgrade(&Label::from(1), &old)
        .unwrap()
        .value
        .into_owned();
    assert_eq!(new, json!({ "first": "Ada", "last": "Lovelace" }));
    assert_eq!(*chain().downgrade(&1.into(), &new).unwrap().value, old);
}

#[test]
fn a_value_that_the_old_type_does_not_read_fails_at_reading() {
    let value = json!({ "nom": "Ada" });
    let error = chain().upgrade(&Label::from(1), &value).unwrap_err();
    let Failure::Reading { type_name } = failure(&error) else {
        panic!("{error:?}")
    };
    assert!(type_name.ends_with("V1"));
    assert_eq!(error.source().unwrap().to_string(), "missing field `name`");
    assert_eq!(value, json!({ "nom": "Ada" }));
}

#[test]
fn a_result_that_is_no_json_fails_at_writing() {
    let chain = Chain::new(1).typed_step::<u8, BTreeMap<[u8; 1], u8>>(2, |n| Ok([([n], n)].into()));
    let error = chain.upgrade(&Label::from(1), &json!(7)).unwrap_err();
    let Failure::Writing { type_name } = failure(&error) else {
        panic!("{error:?}")
    };
    assert!(type_name.contains("BTreeMap"));
    assert_eq!(error.source().unwrap().to_string(), "key must be a string");
}

#[test]
fn an_error_of_the_step_itself_is_its_own() {
    let error = chain()
        .upgrade(&Label::from(1), &json!({ "name": "" }))
        .unwrap_err();
    assert_eq!(
        (error.kind(), failure(&error)),
        (ErrorKind::StepFailed, Failure::Running)
    );
    assert_eq!(error.source().unwrap().to_string(), "a name is empty");
}

#[test]
fn members_that_the_old_type_does_not_know_are_lost_and_the_preview_shows_it() {
    let preview = chain()
        .preview(&Label::from(1), &json!({ "name": "Ada", "born": 1815 }))
        .unwrap();
    assert!(
        preview.to_string().contains("\n  - /born: 1815"),
        "{preview}"
    );
}
