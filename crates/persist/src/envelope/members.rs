//! The members of an object as they stand in the text.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::offset_in;

/// The members of an object, in their order, duplicates included, values unread.
#[derive(Debug)]
pub(super) struct Members<'t>(pub(super) Vec<(Cow<'t, str>, &'t RawValue)>);

/// A key, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'t> Members<'t> {
    /// The only member of this name; an error if there are more.
    pub(super) fn only(&self, name: &str) -> Result<Option<&'t RawValue>, String> {
        let mut found = self.0.iter().filter(|(key, _)| key == name);
        let first = found.next().map(|(_, value)| *value);
        match found.next() {
            Some(_) => Err(format!("the member `{name}` is there twice")),
            None => Ok(first),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    members.push((key, map.next_value()?));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(MembersVisitor).map(Self)
    }
}

/// `text`, an object with these members, without those that `taken` names. What is taken is replaced
/// by spaces, so that a position in the result is a position in `text`.
pub(super) fn blank<'t>(
    text: &'t str,
    members: &Members<'_>,
    taken: impl Fn(&str) -> bool,
) -> Cow<'t, str> {
    if !members.0.iter().any(|(key, _)| taken(key)) {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut first_kept = true;
    let mut end_of_last = text.find('{').map_or(0, |brace| brace + 1);
    for (key, value) in &members.0 {
        let value_start = offset_in(text, value.get());
        let value_end = value_start + value.get().len();
        if taken(key) {
            // The comma before it goes too.
            fill(&mut bytes[end_of_last..value_end]);
        } else if first_kept {
            // Only white space and perhaps a comma stand before the key.
            let key_start = bytes[end_of_last..value_start]
                .iter()
                .position(|&byte| byte == b'"');
            fill(&mut bytes[end_of_last..end_of_last + key_start.unwrap_or(0)]);
            first_kept = false;
        }
        end_of_last = value_end;
    }
    // Whole members were replaced by ASCII: what was UTF-8 still is.
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn fill(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, names: &[&str]) -> String {
        let members: Members<'_> = serde_json::from_str(text).unwrap();
        let blanked = blank(text, &members, |key| names.contains(&key)).into_owned();
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.matches('\n').count(), text.matches('\n').count());
        let value: serde_json::Value = serde_json::from_str(&blanked).unwrap();
        serde_json::to_string(&value).unwrap()
    }

    #[test]
    fn taken_members_leave_valid_json_of_the_same_shape() {
        let text = "{ \"a\" : 1,\n  \"ü\": {\"a\": [2, \",\"]},\n  \"c\": \"}\" }\n";
        assert_eq!(without(text, &[]), r#"{"a":1,"ü":{"a":[2,","]},"c":"}"}"#);
        assert_eq!(without(text, &["a"]), r#"{"ü":{"a":[2,","]},"c":"}"}"#);
        assert_eq!(without(text, &["ü"]), r#"{"a":1,"c":"}"}"#);
        assert_eq!(without(text, &["c"]), r#"{"a":1,"ü":{"a":[2,","]}}"#);
        assert_eq!(without(text, &["a", "ü"]), r#"{"c":"}"}"#);
        assert_eq!(without(text, &["a", "c"]), r#"{"ü":{"a":[2,","]}}"#);
        assert_eq!(without(text, &["ü", "c"]), r#"{"a":1}"#);
        assert_eq!(without(text, &["a", "ü", "c"]), "{}");
    }

    #[test]
    fn a_member_that_is_there_twice_is_taken_twice() {
        assert_eq!(without(r#"{"v":1,"a":2,"v":3}"#, &["v"]), r#"{"a":2}"#);
        let members: Members<'_> = serde_json::from_str(r#"{"v":1,"\u0076":3}"#).unwrap();
        assert!(members.only("v").is_err());
    }
}
