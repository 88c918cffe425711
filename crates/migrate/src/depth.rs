//! The limit on nesting.

use serde_json::Value;

/// The deepest nesting of lists and objects that is worked on.
///
/// `serde_json` reads 127 levels, so no file is refused by this that could be read. A value built in
/// memory can be deeper, and would overflow the stack where it is cloned.
pub(crate) const LEVELS_MAX: usize = 128;

/// Whether `value` is nested deeper than [`LEVELS_MAX`]. Does not recurse.
pub(crate) fn exceeded(value: &Value) -> bool {
    let mut ahead = vec![(value, 0)];
    while let Some((value, above)) = ahead.pop() {
        let inside: &mut dyn Iterator<Item = &Value> = match value {
            Value::Array(list) => &mut list.iter(),
            Value::Object(members) => &mut members.values(),
            _ => continue,
        };
        if above == LEVELS_MAX {
            return true;
        }
        // Scalars end here already, so that a long list of numbers needs no room.
        ahead.extend(
            inside
                .filter(|value| value.is_array() || value.is_object())
                .map(|value| (value, above + 1)),
        );
    }
    false
}
