//! Input made to break the program: deep, huge, and steering the terminal.

use migrate::{Chain, ErrorKind, Label};
use serde_json::{Value, json};

/// `levels` lists inside one another.
fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(0), |inside, _| Value::Array(vec![inside]))
}

/// Takes apart what would overflow the stack when dropped whole.
fn dismantle(mut value: Value) {
    while let Some(inside) = value.as_array_mut().and_then(Vec::pop) {
        value = inside;
    }
}

#[test]
fn a_value_too_deep_to_be_copied_is_refused_however_deep_it_is() {
    let chain = Chain::new(1)
        .step(2, |_| panic!("the value was handed on"))
        .down(1, |_| Ok(()));
    for levels in [129, 500_000] {
        let value = nested(levels);
        let kinds = [
            chain.upgrade(&Label::from(1), &value).unwrap_err().kind(),
            chain.preview(&Label::from(1), &value).unwrap_err().kind(),
            chain.downgrade(&1.into(), &value).unwrap_err().kind(),
        ];
        assert_eq!(kinds, [ErrorKind::TooDeep; 3]);
        dismantle(value);
    }
}

#[test]
fn a_step_that_makes_a_value_too_deep_is_named() {
    let chain = Chain::new(1).step(2, |_| Ok(())).step(3, |v| {
        *v = nested(129);
        Ok(())
    });
    let error = chain.upgrade(&Label::from(1), &json!(0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at the step from 2 to 3 the value is nested deeper than 128 levels; nothing was changed"
    );
}

#[test]
fn the_deepest_value_that_is_taken_goes_all_the_way_on_a_small_stack() {
    let work = || {
        let value = nested(128);
        let chain = Chain::new(1).step(2, |v| {
            *v = json!({ "kept": v[0].take() });
            Ok(())
        });
        let preview = chain.preview(&Label::from(1), &value).unwrap();
        assert_eq!(preview.changes.len(), 1);
        let chain = Chain::new(1).step(2, |v| {
            let mut place = v;
            while let Value::Array(list) = place {
                place = list.first_mut().ok_or("empty")?;
            }
            *place = json!(1);
            Ok(())
        });
        let preview = chain.preview(&Label::from(1), &value).unwrap().to_string();
        assert!(
            preview.ends_with(&format!("~ {}: 0 -> 1", "/0".repeat(128))),
            "{preview}"
        );
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn a_label_cannot_flood_or_steer_the_terminal() {
    let label = format!("\u{1b}[31m\u{9b}{}", "9".repeat(1_000_000));
    let error = Chain::new(1)
        .upgrade(&Label::from(label), &json!({}))
        .unwrap_err()
        .to_string();
    assert!(
        error.len() < 200 && !error.contains(char::is_control),
        "{error:?}"
    );

    let digits = "9".repeat(1_000_000);
    let error = Chain::new(1)
        .upgrade(&Label::from(digits), &json!({}))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NewerVersion);
}

#[test]
fn a_long_list_is_previewed_by_what_changed_in_it() {
    let list = |middle: u32| {
        let numbers = (0..100_000).chain([middle]).chain(0..100_000);
        Value::Array(numbers.map(Value::from).collect())
    };
    let preview = crate::preview::becoming(&list(1), &list(2));
    assert_eq!(
        preview.to_string(),
        "1 to 2: 1 step, 1 change\n  ~ /100000: 1 -> 2"
    );
}
