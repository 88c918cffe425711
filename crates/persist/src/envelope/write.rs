//! From a value and what stands beside it to a text.

use integrity::seal;
use migrate::Label;
use serde::Serialize;
use serde_json::Value;

use super::{CHECKSUM, FORMAT_NAME, FORMAT_VERSION, Header};
use crate::instant;
use crate::policy::{FlatNames, Keys, Layout};

/// The text of a document, sealed where its layout has a checksum. The error is for people: the value
/// can't be written in this layout, and why.
pub(crate) fn write<T: Serialize>(
    value: &T,
    layout: &Layout,
    header: &Header,
    keys: Keys,
) -> Result<String, String> {
    match keys {
        Keys::AsDeclared => write_ordered(value, layout, header),
        Keys::Sorted => {
            let mut value = serde_json::to_value(value).map_err(not_json)?;
            value.sort_all_objects();
            write_ordered(&value, layout, header)
        }
    }
}

fn write_ordered<T: Serialize>(
    value: &T,
    layout: &Layout,
    header: &Header,
) -> Result<String, String> {
    match layout {
        Layout::Wrapped => {
            let text = pretty(&Wrapped {
                format: format!("{FORMAT_NAME}{FORMAT_VERSION}"),
                version: header.version.as_ref(),
                revision: header.revision,
                updated: header.updated.map(instant::to_rfc3339),
                data: value,
            })?;
            sealed(&text, CHECKSUM)
        }
        Layout::Flat(names) => flat(&pretty(value)?, names, header),
        Layout::Bare => pretty(value),
    }
}

#[derive(Serialize)]
struct Wrapped<'a, T> {
    format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a Label>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<String>,
    data: &'a T,
}

/// Puts our members before the object's own, line by line, so that its text stays as it is.
fn flat(object: &str, names: &FlatNames, header: &Header) -> Result<String, String> {
    let own = object
        .trim_ascii()
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .ok_or("the layout is flat, and the value is not an object")?
        .trim_ascii();
    let ours = [
        (&names.version, header.version.as_ref().map(Label::to_value)),
        (&names.revision, header.revision.map(Value::from)),
        (
            &names.updated,
            header
                .updated
                .map(|time| Value::from(instant::to_rfc3339(time))),
        ),
    ];
    let mut lines = Vec::new();
    for (name, value) in ours {
        if let (Some(name), Some(value)) = (name, value) {
            lines.push(format!("{}: {value}", Value::from(name.as_str())));
        }
    }
    if !own.is_empty() {
        lines.push(own.to_owned());
    }
    if lines.is_empty() {
        return Ok("{}\n".to_owned());
    }
    let text = format!("{{\n  {}\n}}\n", lines.join(",\n  "));
    match &names.checksum {
        Some(key) => sealed(&text, key),
        None => Ok(text),
    }
}

fn sealed(text: &str, key: &str) -> Result<String, String> {
    seal::seal(text, key).map_err(|error| error.to_string())
}

fn pretty<T: Serialize>(value: &T) -> Result<String, String> {
    let mut text = serde_json::to_string_pretty(value).map_err(not_json)?;
    text.push('\n');
    Ok(text)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that `map_err` wants"
)]
fn not_json(error: serde_json::Error) -> String {
    format!("it can't be written as JSON: {error}")
}
