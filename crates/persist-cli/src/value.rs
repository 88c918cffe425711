//! Values of any shape as text.

use serde_json::Value;

use crate::session::Untyped;

/// A value on lines of its own, so that texts can be compared.
pub(crate) fn pretty(value: &Untyped, _sorted: bool) -> String {
    let value: Value = serde_json::from_str(value.get()).unwrap_or_default();
    format!("{value:#}\n")
}
