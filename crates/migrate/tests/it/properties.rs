//! What holds for every chain and every value.

use migrate::{Chain, ErrorKind, Label, StepError};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::patch;
use crate::preview::becoming;

/// A step that loses nothing.
#[derive(Clone, Debug)]
enum Act {
    Wrap(String),
    Pair(i64),
    Mark(String),
}

impl Act {
    fn up(&self, v: &mut Value) {
        match self {
            Self::Wrap(key) => *v = Value::Object(Map::from_iter([(key.clone(), v.take())])),
            Self::Pair(number) => *v = json!([v.take(), number]),
            Self::Mark(text) => *v = json!({ "of": v.take(), "mark": text }),
        }
    }

    fn down(&self, v: &mut Value) -> Result<(), StepError> {
        let inside = match self {
            Self::Wrap(key) => v.get_mut(key),
            Self::Pair(_) => v.get_mut(0),
            Self::Mark(_) => v.get_mut("of"),
        };
        *v = inside.ok_or("this is not what the step up made")?.take();
        Ok(())
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        "[a-z~/]{0,3}".prop_map(Act::Wrap),
        any::<i64>().prop_map(Act::Pair),
        ".{0,4}".prop_map(Act::Mark),
    ]
}

/// A chain through `acts`, its labels integers and texts in turn, in no order of their own.
fn chain(acts: &[Act]) -> Chain {
    acts.iter()
        .enumerate()
        .fold(Chain::new(label(0)), |chain, (at, act)| {
            let (up, down) = (act.clone(), act.clone());
            chain
                .step(label(at + 1), move |v| {
                    up.up(v);
                    Ok(())
                })
                .down(label(at), move |v| down.down(v))
        })
}

fn label(at: usize) -> Label {
    if at.is_multiple_of(2) {
        Label::from(100 - at as u64)
    } else {
        format!("1.{}", at * 7 % 10).into()
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..3i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inside| {
        prop_oneof![
            prop::collection::vec(inside.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[a-c~/\u{7f}]{0,2}", inside), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Two values of which the second often came of the first, so that they have much in common.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    let edited = (
        prop::collection::vec(value(), 0..8),
        prop::collection::vec((0..9usize, value()), 0..5),
    )
        .prop_map(|(old, edits)| {
            let mut new = old.clone();
            for (at, value) in edits {
                match at.checked_rem(new.len()) {
                    Some(at) if value.is_null() => drop(new.remove(at)),
                    Some(at) if value.is_number() => new[at] = value,
                    other => new.insert(other.unwrap_or(0), value),
                }
            }
            (Value::from(old), Value::from(new))
        });
    prop_oneof![(value(), value()), edited]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn upgrading_in_two_parts_is_upgrading_at_once(
        acts in prop::collection::vec(act(), 0..9), value in value(), part in 0..9usize, from in 0..9usize,
    ) {
        let (part, from) = (part % (acts.len() + 1), from % (acts.len() + 1));
        let (part, from) = (part.max(from), part.min(from));
        let at_once = chain(&acts).upgrade(&label(from), &value).unwrap();

        let halfway = chain(&acts[..part]);
        let halfway = halfway.upgrade(&label(from), &value).unwrap();
        let all_the_way = chain(&acts).upgrade(&halfway.to, &halfway.value).unwrap();

        prop_assert_eq!(&all_the_way.value, &at_once.value);
        prop_assert_eq!(at_once.steps, [halfway.steps, all_the_way.steps].concat());
    }

    #[test]
    fn up_and_down_again_is_the_same_value(
        acts in prop::collection::vec(act(), 0..9), value in value(), from in 0..9usize,
    ) {
        let from = label(from % (acts.len() + 1));
        let up = chain(&acts).upgrade(&from, &value).unwrap();
        let down = chain(&acts).downgrade(&from, &up.value).unwrap();
        prop_assert_eq!(&*down.value, &value);
        prop_assert_eq!(down.to, from);
        prop_assert_eq!(down.steps.len(), up.steps.len());
    }

    #[test]
    fn a_step_that_fails_anywhere_is_named_and_leaves_the_value(
        before in prop::collection::vec(act(), 0..5), after in prop::collection::vec(act(), 0..5), value in value(),
    ) {
        let bad = chain(&before).step("bad", |v| {
            *v = json!("spoilt");
            Err("planted".into())
        });
        let chain = after.into_iter().enumerate().fold(bad, |chain, (at, act)| {
            chain.step(format!("after {at}"), move |v| {
                    act.up(v);
                    Ok(())
                })
        });
        let handed = value.clone();
        let error = chain.upgrade(&label(0), &handed).unwrap_err();
        prop_assert_eq!(handed, value);
        prop_assert_eq!(error.kind(), ErrorKind::StepFailed);
        let step = error.step().unwrap();
        prop_assert_eq!((&step.from, &step.to), (&label(before.len()), &"bad".into()));
    }

    #[test]
    fn the_changes_of_a_preview_turn_the_old_value_into_the_new((old, new) in pair()) {
        let preview = becoming(&old, &new);
        prop_assert_eq!(preview.changes.is_empty(), old == new);
        let mut patched = old;
        patch::apply(&serde_json::to_value(&preview).unwrap()["changes"], &mut patched);
        prop_assert_eq!(patched, new);
        prop_assert_eq!(preview.to_string().lines().count(), preview.changes.len() + 1);
    }

    #[test]
    fn a_label_outside_the_chain_is_always_refused(
        acts in prop::collection::vec(act(), 0..5), label in prop_oneof![".{0,6}".prop_map(Label::from), any::<u64>().prop_map(Label::from)],
    ) {
        let chain = chain(&acts);
        prop_assume!(chain.position(&label).is_none());
        let kind = chain.upgrade(&label, &json!({})).unwrap_err().kind();
        prop_assert!(matches!(kind, ErrorKind::NewerVersion | ErrorKind::UnknownVersion));
    }
}
