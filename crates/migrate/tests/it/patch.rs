//! A JSON Patch (RFC 6902) as some other program would apply it: strictly, from its JSON alone.

use serde_json::Value;

/// Applies the `operations`, a list, one after the other.
pub(crate) fn apply(operations: &Value, to: &mut Value) {
    for operation in operations.as_array().expect("a patch is a list") {
        let path = operation["path"].as_str().unwrap();
        let value = || {
            operation
                .get("value")
                .expect("the operation has a value")
                .clone()
        };
        let before = match operation["op"].as_str().unwrap() {
            "add" => add(to, path, value()),
            "remove" => Some(remove(to, path)),
            "replace" => Some(std::mem::replace(to.pointer_mut(path).unwrap(), value())),
            other => panic!("unknown operation {other}"),
        };
        assert_eq!(
            operation.get("old"),
            before.as_ref(),
            "what was there before: {operation}"
        );
    }
}

fn add(to: &mut Value, path: &str, value: Value) -> Option<Value> {
    let (parent, token) = parent(to, path);
    match parent {
        Value::Array(list) => {
            list.insert(token.parse().unwrap(), value);
            None
        }
        Value::Object(members) => members.insert(token, value),
        scalar => panic!("{scalar} has no members"),
    }
}

fn remove(from: &mut Value, path: &str) -> Value {
    let (parent, token) = parent(from, path);
    match parent {
        Value::Array(list) => list.remove(token.parse().unwrap()),
        Value::Object(members) => members.remove(&token).unwrap(),
        scalar => panic!("{scalar} has no members"),
    }
}

fn parent<'a>(value: &'a mut Value, path: &str) -> (&'a mut Value, String) {
    let (parent, token) = path.rsplit_once('/').expect("a member has a parent");
    (
        value.pointer_mut(parent).unwrap(),
        token.replace("~1", "/").replace("~0", "~"),
    )
}
