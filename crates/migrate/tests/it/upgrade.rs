//! Upgrading: every step, once, in order, or nothing at all.

use std::borrow::Cow;
use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use migrate::{Chain, Error, ErrorKind, Failure, Label, StepError};
use serde_json::{Value, json};

/// Each step adds its own name to a list, so that the list is the history.
fn history() -> Chain {
    fn add(name: &'static str) -> impl Fn(&mut Value) -> Result<(), StepError> {
        move |v| {
            v.as_array_mut().ok_or("not a list")?.push(name.into());
            Ok(())
        }
    }
    Chain::new("1.0")
        .step("1.1", add("1.1"))
        .step("next", add("next"))
        .step(1, add("1"))
}

#[test]
fn s0_68_s3_18_steps_run_once_each_in_the_order_of_the_chain() {
    for (from, expected) in [
        ("1.0", json!(["1.1", "next", "1"])),
        ("1.1", json!(["next", "1"])),
        ("next", json!(["1"])),
    ] {
        let old = json!([]);
        let migrated = history().upgrade(&Label::from(from), &old).unwrap();
        assert_eq!(*migrated.value, expected);
        assert_eq!((migrated.from, migrated.to), (from.into(), 1.into()));
        assert_eq!(migrated.steps.len(), expected.as_array().unwrap().len());
        assert_eq!(old, json!([]));
    }
}

#[test]
fn the_steps_taken_are_named() {
    let steps = history()
        .upgrade(&Label::from("1.1"), &json!([]))
        .unwrap()
        .steps;
    let steps = steps
        .into_iter()
        .map(|step| (step.from, step.to))
        .collect::<Vec<_>>();
    assert_eq!(
        steps,
        [("1.1".into(), "next".into()), ("next".into(), 1.into())]
    );
}

#[test]
fn a_current_value_is_neither_changed_nor_copied() {
    let value = json!({ "any": "shape" });
    let migrated = history().upgrade(&Label::from(1), &value).unwrap();
    assert!(matches!(migrated.value, Cow::Borrowed(same) if std::ptr::eq(same, &raw const value)));
    assert!(migrated.steps.is_empty());
}

#[test]
fn s0_70_the_task_file_gets_its_missing_dates_and_keeps_the_others() {
    let chain = Chain::new("1.0").unlabelled("1.0").step("1.1", |v| {
        for feature in v["features"]
            .as_array_mut()
            .ok_or("`features` is not a list")?
        {
            let feature = feature
                .as_object_mut()
                .ok_or("a feature is not an object")?;
            feature
                .entry("created_at")
                .or_insert_with(|| "2025-01-01".into());
        }
        Ok(())
    });
    let old = json!({ "features": [{ "name": "a" }, { "name": "b", "created_at": "2024-05-06" }] });
    for label in [Some(&"1.0".into()), None] {
        let migrated = chain.upgrade(label, &old).unwrap();
        let dates = ["/features/0/created_at", "/features/1/created_at"]
            .map(|pointer| migrated.value.pointer(pointer).and_then(Value::as_str));
        assert_eq!(dates, [Some("2025-01-01"), Some("2024-05-06")]);
        assert_eq!((migrated.from, migrated.to), ("1.0".into(), "1.1".into()));
    }
    let failed = chain.upgrade(None, &json!({ "features": {} })).unwrap_err();
    assert_eq!(
        failed.source().unwrap().to_string(),
        "`features` is not a list"
    );
}

#[test]
fn s0_67_s3_16_a_missing_label_is_refused_until_the_chain_says_what_it_means() {
    assert_eq!(
        history().upgrade(None, &json!([])).unwrap_err().kind(),
        ErrorKind::Unlabelled
    );

    let chain = history().unlabelled("next");
    assert_eq!(
        *chain.upgrade(None, &json!([])).unwrap().value,
        json!(["1"])
    );
}

#[test]
fn s0_69_s3_22_newer_and_unknown_labels_are_refused_and_told_apart() {
    let numbers = Chain::new(2).step(3, |_| Ok(()));
    let texts = Chain::new("1.9").step("1.10", |_| Ok(()));
    let semantic = Chain::new("1.0.0-rc.1")
        .step("1.0.0", |_| Ok(()))
        .step("1.9.0", |_| Ok(()));
    for (chain, label, kind) in [
        (&numbers, Label::from(4), ErrorKind::NewerVersion),
        (&numbers, u64::MAX.into(), ErrorKind::NewerVersion),
        (&numbers, "3.1".into(), ErrorKind::NewerVersion),
        (&numbers, 1.into(), ErrorKind::UnknownVersion),
        (&numbers, "3".into(), ErrorKind::UnknownVersion),
        (&texts, "1.11".into(), ErrorKind::NewerVersion),
        (&texts, 2.into(), ErrorKind::NewerVersion),
        (&texts, "1.2".into(), ErrorKind::UnknownVersion),
        (&texts, "1.10.0".into(), ErrorKind::UnknownVersion),
        (&texts, "2.0-beta".into(), ErrorKind::UnknownVersion),
        (&semantic, "1.10.0".into(), ErrorKind::NewerVersion),
        (&semantic, "2.0.0-beta".into(), ErrorKind::NewerVersion),
        (&semantic, "1.9.0-beta".into(), ErrorKind::UnknownVersion),
        (&semantic, "1.9.0+5".into(), ErrorKind::UnknownVersion),
    ] {
        let value = json!({});
        assert_eq!(
            chain.upgrade(&label, &value).unwrap_err().kind(),
            kind,
            "{label}"
        );
        assert_eq!(
            chain.preview(&label, &value).unwrap_err().kind(),
            kind,
            "{label}"
        );
        assert_eq!(
            chain.downgrade(&label, &value).unwrap_err().kind(),
            kind,
            "{label}"
        );
    }
}

#[test]
fn s0_72_s3_20_a_failed_step_is_named_with_its_cause_and_changes_nothing() {
    let chain = Chain::new(1)
        .step(2, |v| {
            v["touched"] = true.into();
            Ok(())
        })
        .step(3, |v| {
            v["half"] = "done".into();
            let n: u8 = "300".parse()?;
            v["n"] = n.into();
            Ok(())
        });
    let value = json!({ "a": 1 });
    let error = chain.upgrade(&Label::from(1), &value).unwrap_err();
    assert_eq!(value, json!({ "a": 1 }));
    assert_eq!(error.kind(), ErrorKind::StepFailed);
    assert!(matches!(
        error,
        Error::StepFailed {
            failure: Failure::Running,
            ..
        }
    ));
    let step = error.step().unwrap();
    assert_eq!((&step.from, &step.to), (&2.into(), &3.into()));
    assert!(error.source().unwrap().is::<std::num::ParseIntError>());
}

#[test]
fn a_step_that_panics_changes_nothing() {
    let chain = Chain::new(1).step(2, |v| {
        v["half"] = "done".into();
        panic!("planted");
    });
    let value = json!({ "a": 1 });
    catch_unwind(AssertUnwindSafe(|| {
        chain.upgrade(&Label::from(1), &value).is_ok()
    }))
    .unwrap_err();
    assert_eq!(value, json!({ "a": 1 }));
}
