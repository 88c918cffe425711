//! Labels in JSON.

use migrate::Label;
use serde_json::{Value, json};

#[test]
fn a_label_is_a_json_integer_or_string_and_comes_back_the_same() {
    for (label, value) in [
        (Label::from(0), json!(0)),
        (u64::MAX.into(), json!(u64::MAX)),
        ("1.0".into(), json!("1.0")),
        ("1".into(), json!("1")),
        ("".into(), json!("")),
    ] {
        assert_eq!(label.to_value(), value);
        assert_eq!(Label::from_value(&value), Some(label.clone()));
        assert_eq!(serde_json::to_value(&label).unwrap(), value);
        assert_eq!(serde_json::from_value::<Label>(value).unwrap(), label);
    }
}

#[test]
fn nothing_else_is_a_label() {
    for value in [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.0),
        json!(1e30),
        json!([1]),
        json!({}),
    ] {
        assert_eq!(Label::from_value(&value), None, "{value}");
        assert!(serde_json::from_value::<Label>(value).is_err());
    }
}

#[test]
fn a_number_and_its_text_are_two_labels() {
    assert_ne!(Label::from(1), Label::from("1"));
    assert_ne!(Label::from("1.0"), Label::from("1.00"));
    assert_eq!(
        [Label::from(1).to_string(), Label::from("1").to_string()],
        ["1", "1"]
    );
    assert_eq!(Label::from(String::from("x")).to_value(), Value::from("x"));
}
