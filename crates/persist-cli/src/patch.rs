//! Changes described in JSON: merge patches (RFC 7396) and patches (RFC 6902), without loss of a digit.
//!
//! Values are moved as texts. The crates that do this work on `serde_json::Value`, where `4.0` and `4`
//! are told apart but `1e400` and twenty-digit integers are lost.

use persist::{Json, JsonError};
use serde::Deserialize;
use serde_json::Value;

use crate::exit::Exit;
use crate::failure::Failure;

impl From<JsonError> for Failure {
    fn from(error: JsonError) -> Self {
        use persist::JsonErrorKind as Kind;
        let exit = match error.kind() {
            Kind::NotFound => Exit::Missing,
            Kind::Ambiguous => Exit::Refused,
            _ => Exit::Usage,
        };
        Self::new(exit, error.to_string())
    }
}

/// RFC 7396: members of the patch replace, `null` removes, objects are merged.
pub(crate) fn merge(target: &mut Json, patch: &Json) -> Result<(), Failure> {
    merge_at(target, patch, &patch.decode()?, "")
}

/// `shape` is what the patch holds at `pointer`: it says where to go, its text says what to put there.
fn merge_at(target: &mut Json, patch: &Json, shape: &Value, pointer: &str) -> Result<(), Failure> {
    let Value::Object(members) = shape else {
        target.set(pointer, patch.get(pointer)?)?;
        return Ok(());
    };
    if !is_object(&target.get(pointer)?) {
        target.set(pointer, Json::parse("{}")?)?;
    }
    for (name, shape) in members {
        let pointer = format!("{pointer}/{}", escape(name));
        let is_there = target.get(&pointer).is_ok();
        match shape {
            Value::Null if is_there => drop(target.remove(&pointer)?),
            Value::Null => {}
            Value::Object(_) if !is_there => {
                target.set(&pointer, Json::parse("{}")?)?;
                merge_at(target, patch, shape, &pointer)?;
            }
            _ => merge_at(target, patch, shape, &pointer)?,
        }
    }
    Ok(())
}

/// A name as part of a pointer.
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn is_object(value: &Json) -> bool {
    value.as_str().starts_with('{')
}

/// One operation of RFC 6902.
#[derive(Deserialize)]
struct Operation {
    op: String,
    path: String,
    from: Option<String>,
    value: Option<Json>,
}

/// RFC 6902: operations in order, all of them or none.
pub(crate) fn patch(target: &mut Json, patch: &Json) -> Result<(), Failure> {
    let operations: Vec<Operation> = patch.decode()?;
    let mut changed = target.clone();
    for (index, operation) in operations.iter().enumerate() {
        operation.apply(&mut changed).map_err(|failure| {
            failure.within(&format!(
                "operation {} ({} {})",
                index + 1,
                operation.op,
                operation.path
            ))
        })?;
    }
    *target = changed;
    Ok(())
}

impl Operation {
    fn apply(&self, target: &mut Json) -> Result<(), Failure> {
        match self.op.as_str() {
            "add" => add(target, &self.path, self.value()?),
            "remove" => {
                target.remove(&self.path)?;
                Ok(())
            }
            "replace" => {
                target.get(&self.path)?;
                target.set(&self.path, self.value()?)?;
                Ok(())
            }
            "move" => {
                let from = self.from()?;
                if self.path.starts_with(&format!("{from}/")) {
                    return Err(Failure::usage("a value can't be moved into itself"));
                }
                let value = target.get(from)?;
                if self.path != from {
                    target.remove(from)?;
                    add(target, &self.path, value)?;
                }
                Ok(())
            }
            "copy" => {
                let value = target.get(self.from()?)?;
                add(target, &self.path, value)
            }
            "test" => {
                let found = target.get(&self.path)?;
                if is_same(&found.decode()?, &self.value()?.decode()?) {
                    return Ok(());
                }
                Err(Failure::new(Exit::Refused, format!("the value is {found}")))
            }
            other => Err(Failure::usage(format!("there is no operation `{other}`"))),
        }
    }

    fn value(&self) -> Result<Json, Failure> {
        self.value
            .clone()
            .ok_or_else(|| Failure::usage("it has no `value`"))
    }

    fn from(&self) -> Result<&str, Failure> {
        self.from
            .as_deref()
            .ok_or_else(|| Failure::usage("it has no `from`"))
    }
}

/// A member, or an element before the one that is there.
fn add(target: &mut Json, path: &str, value: Json) -> Result<(), Failure> {
    if let Some((way, token)) = path.rsplit_once('/')
        && token != "-"
        && let Ok(mut elements) = target.get(way)?.decode::<Vec<Json>>()
    {
        let index = token
            .parse::<usize>()
            .ok()
            .filter(|index| index.to_string() == token);
        let Some(index) = index.filter(|index| *index <= elements.len()) else {
            let message = format!(
                "`{way}` has {} elements, and no place {token}",
                elements.len()
            );
            return Err(Failure::new(Exit::Missing, message));
        };
        elements.insert(index, value);
        target.set(way, Json::encode(&elements)?)?;
        return Ok(());
    }
    target.set(path, value)?;
    Ok(())
}

/// RFC 6902, section 4.6: numbers are compared by value, objects without their order.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| is_same(a, b)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        text.parse().unwrap()
    }

    #[test]
    fn merge_patches_do_what_rfc_7396_shows() {
        for (target, change, expected) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (
                r#"{"a":{"b":"c"}}"#,
                r#"{"a":{"b":"d","c":null}}"#,
                r#"{"a":{"b":"d"}}"#,
            ),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
            (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
            (r#"{"a":"foo"}"#, "null", "null"),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
            (
                r#"{"a/b":1.0,"x":1e400}"#,
                r#"{"a/b":12345678901234567890123}"#,
                r#"{"a/b":12345678901234567890123,"x":1e400}"#,
            ),
        ] {
            let mut changed = json(target);
            merge(&mut changed, &json(change)).unwrap();
            assert_eq!(changed, json(expected), "{target} {change}");
        }
    }

    #[test]
    fn patches_do_what_rfc_6902_shows() {
        for (target, operations, expected) in [
            (
                r#"{"foo":"bar"}"#,
                r#"[{"op":"add","path":"/baz","value":"qux"}]"#,
                r#"{"foo":"bar","baz":"qux"}"#,
            ),
            (
                r#"{"foo":["bar","baz"]}"#,
                r#"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
                r#"{"foo":["bar","qux","baz"]}"#,
            ),
            (
                r#"{"baz":"qux","foo":"bar"}"#,
                r#"[{"op":"remove","path":"/baz"}]"#,
                r#"{"foo":"bar"}"#,
            ),
            (
                r#"{"foo":["bar","qux","baz"]}"#,
                r#"[{"op":"remove","path":"/foo/1"}]"#,
                r#"{"foo":["bar","baz"]}"#,
            ),
            (
                r#"{"baz":"qux"}"#,
                r#"[{"op":"replace","path":"/baz","value":1.50}]"#,
                r#"{"baz":1.50}"#,
            ),
            (
                r#"{"a":{"b":1e400},"c":{}}"#,
                r#"[{"op":"move","from":"/a/b","path":"/c/d"}]"#,
                r#"{"a":{},"c":{"d":1e400}}"#,
            ),
            (
                r#"{"foo":["a","b","c"]}"#,
                r#"[{"op":"move","from":"/foo/0","path":"/foo/2"}]"#,
                r#"{"foo":["b","c","a"]}"#,
            ),
            (
                r#"{"foo":["a",2]}"#,
                r#"[{"op":"test","path":"/foo/1","value":2.0},{"op":"copy","from":"/foo/1","path":"/foo/-"}]"#,
                r#"{"foo":["a",2,2]}"#,
            ),
            (
                r#"{"foo":"bar"}"#,
                r#"[{"op":"add","path":"","value":[1]}]"#,
                "[1]",
            ),
            (
                r#"{"/":9,"~1":10}"#,
                r#"[{"op":"test","path":"/~01","value":10}]"#,
                r#"{"/":9,"~1":10}"#,
            ),
        ] {
            let mut changed = json(target);
            patch(&mut changed, &json(operations)).unwrap();
            assert_eq!(changed, json(expected), "{target} {operations}");
        }
    }

    #[test]
    fn a_patch_that_fails_changes_nothing_and_says_where() {
        for (operations, exit) in [
            (r#"[{"op":"add","path":"/a/b/c","value":1}]"#, Exit::Missing),
            (
                r#"[{"op":"add","path":"/list/9","value":1}]"#,
                Exit::Missing,
            ),
            (
                r#"[{"op":"add","path":"/list/01","value":1}]"#,
                Exit::Missing,
            ),
            (
                r#"[{"op":"replace","path":"/none","value":1}]"#,
                Exit::Missing,
            ),
            (r#"[{"op":"test","path":"/a","value":2}]"#, Exit::Refused),
            (
                r#"[{"op":"move","from":"/list","path":"/list/0"}]"#,
                Exit::Usage,
            ),
            (r#"[{"op":"add","path":"/x"}]"#, Exit::Usage),
            (r#"[{"op":"spam","path":"/x"}]"#, Exit::Usage),
        ] {
            let mut target = json(r#"{"a":1,"list":[1]}"#);
            let first = r#"{"op":"add","path":"/z","value":1},"#;
            let operations = operations.replacen('[', &format!("[{first}"), 1);
            let failure = patch(&mut target, &json(&operations)).unwrap_err();
            assert_eq!(failure.exit, exit, "{operations}");
            assert!(
                failure.lines().0.starts_with("operation 2 ("),
                "{failure:?}"
            );
            assert_eq!(target, json(r#"{"a":1,"list":[1]}"#));
        }
    }
}
