//! Values and labels as a stranger's file may hold them.

use migrate::{Chain, Label, Preview};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize, Serialize)]
struct Tagged {
    name: String,
    tags: Vec<Value>,
}

/// Labels of both kinds, steps of both kinds, steps that fail on most input, and a way back for two.
fn chain() -> Chain {
    Chain::new("1.0")
        .step("1.1", |v| {
            let members = v.as_object_mut().ok_or("not an object")?;
            members
                .entry("tags")
                .or_insert_with(|| Value::Array(Vec::new()));
            Ok(())
        })
        .typed_step::<Tagged, Tagged>(2, |mut old| {
            old.tags.insert(0, old.name.as_str().into());
            Ok(old)
        })
        .typed_down::<Tagged, Tagged>("1.1", |mut new| {
            if new.tags.first().and_then(Value::as_str) != Some(&new.name) {
                return Err("the first tag is not the name".into());
            }
            new.tags.remove(0);
            Ok(new)
        })
        .step(3, |v| {
            *v = Value::Array(vec![v.take()]);
            Ok(())
        })
        .down(2, |v| {
            *v = v.get_mut(0).ok_or("an empty list")?.take();
            Ok(())
        })
        .unlabelled("1.0")
}

/// The first line is a label as JSON, or empty for none; the rest is a value as JSON.
///
/// # Panics
///
/// If a refusal or a migration changes the value it was handed, if two runs differ, if a preview does
/// not tell of what an upgrade does, or if the way down does not lead back.
pub fn migrate_upgrade(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == b'\n');
    let (line, rest) = data.split_at(end.unwrap_or(data.len()));
    let Ok(value) = serde_json::from_slice::<Value>(rest) else {
        return;
    };
    let label = match serde_json::from_slice::<Value>(line) {
        Ok(label) => Label::from_value(&label),
        Err(_) if line.is_empty() => None,
        Err(_) => return,
    };
    let (chain, handed) = (chain(), value.clone());
    chain.check().expect("the chain is built right");

    let upgraded = chain.upgrade(label.as_ref(), &handed);
    let again = chain.upgrade(label.as_ref(), &handed);
    let preview = chain.preview(label.as_ref(), &handed);
    match (&upgraded, again, preview) {
        (Ok(new), Ok(again), Ok(preview)) => {
            assert_eq!(&again, new);
            assert_eq!(&new.to, chain.current());
            assert_eq!(preview.changes.is_empty(), *new.value == value);
            printable(&preview);
            if !new.steps.is_empty() {
                returns(&chain, &new.value);
            }
        }
        (Err(upgrade), Err(again), Err(preview)) => {
            assert_eq!(upgrade.to_string(), again.to_string());
            assert_eq!(upgrade.to_string(), preview.to_string());
            assert!(!upgrade.to_string().contains(char::is_control));
        }
        other => panic!("the runs do not agree: {other:?}"),
    }
    // Any value may claim to be current.
    if let Ok(preview) = chain.preview_downgrade(&Label::from("1.1"), &handed) {
        printable(&preview);
    }
    assert_eq!(handed, value);
}

/// What the steps made goes back and comes again. What only claims to be current need not.
fn returns(chain: &Chain, new: &Value) {
    let old = chain
        .downgrade(&Label::from(2), new)
        .expect("every value of version 3 is a list of one");
    let again = chain.upgrade(&old.to, &old.value).expect("it went once");
    assert_eq!(*again.value, *new);
}

/// A summary and one line per change, and nothing that steers a terminal.
fn printable(preview: &Preview) {
    let text = preview.to_string();
    assert_eq!(text.split('\n').count(), preview.changes.len() + 1);
    assert!(!text.replace('\n', "").contains(char::is_control));
}
