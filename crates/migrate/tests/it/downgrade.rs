//! Going back, where there is a way.

use migrate::{Chain, ErrorKind, Label};
use serde_json::{Value, json};

fn chain() -> Chain {
    Chain::new(1)
        .step(2, |v| {
            *v = json!([v.take()]);
            Ok(())
        })
        .step(3, |v| {
            *v = json!({ "list": v.take() });
            Ok(())
        })
        .down(2, |v| {
            *v = v
                .get_mut("list")
                .map(Value::take)
                .ok_or("there is no list")?;
            Ok(())
        })
}

#[test]
fn a_value_goes_back_as_far_as_there_are_steps_down() {
    let new = json!({ "list": [0] });
    let migrated = chain().downgrade(&2.into(), &new).unwrap();
    assert_eq!(*migrated.value, json!([0]));
    assert_eq!((&migrated.from, &migrated.to), (&3.into(), &2.into()));
    assert_eq!(migrated.steps.len(), 1);
    assert_eq!(new, json!({ "list": [0] }));
}

#[test]
fn s3_19_a_missing_way_down_is_found_before_any_step_runs() {
    let chain = chain()
        .step(4, |_| Ok(()))
        .down(3, |_| panic!("a step ran in vain"));
    let error = chain.downgrade(&1.into(), &json!({})).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoWayDown);
    let step = error.step().unwrap();
    assert_eq!((&step.from, &step.to), (&2.into(), &1.into()));
}

#[test]
fn a_value_goes_back_from_where_it_is_and_never_forward() {
    let chain = chain().step(4, |_| panic!("a newer step ran"));
    let new = json!({ "list": [0] });
    let migrated = chain
        .downgrade_from(&Label::from(3), &2.into(), &new)
        .unwrap();
    assert_eq!(*migrated.value, json!([0]));
    assert_eq!((&migrated.from, &migrated.to), (&3.into(), &2.into()));

    let error = chain
        .downgrade_from(&Label::from(2), &3.into(), &json!([0]))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotOlder);
    assert_eq!(
        error.to_string(),
        "version 3 is not older than 2: there is no way down to it"
    );
}

#[test]
fn going_back_to_the_current_version_is_nothing() {
    let value = json!(0);
    let migrated = chain().downgrade(&3.into(), &value).unwrap();
    assert_eq!((&*migrated.value, migrated.steps.len()), (&value, 0));
}

#[test]
fn a_failed_step_down_is_named_in_its_direction() {
    let new = json!({ "other": 1 });
    let error = chain().downgrade(&2.into(), &new).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StepFailed);
    let step = error.step().unwrap();
    assert_eq!((&step.from, &step.to), (&Label::from(3), &Label::from(2)));
    assert_eq!(new, json!({ "other": 1 }));
}
