//! From a value and what stands beside it to a text.

use integrity::seal;
use migrate::Label;
use serde_json::Value;

use super::{CHECKSUM, FORMAT_NAME, FORMAT_VERSION, Header};
use crate::instant;
use crate::json::Lines;
use crate::policy::{FlatNames, Layout, TextForm};

/// The text of a document, sealed where its layout has a checksum; `value` writes the value's own in
/// the lines that it is given. The error is for people: the value can't be written in this layout, and
/// why.
pub(crate) fn write(
    layout: &Layout,
    header: &Header,
    form: TextForm,
    value: impl FnOnce(Lines<'_>, &mut Vec<u8>) -> Result<(), String>,
) -> Result<Vec<u8>, String> {
    match layout {
        Layout::Wrapped => {
            let mut text = opening(&FlatNames::default(), header, true);
            text.extend_from_slice(b"  \"data\": ");
            value(Lines::new(levels(form, 1), 1), &mut text)?;
            sealed(text, CHECKSUM)
        }
        Layout::Flat(names) => {
            let mut object = Vec::new();
            value(Lines::new(levels(form, 1), 0), &mut object)?;
            flat(&object, names, header)
        }
        Layout::Bare => {
            let mut text = Vec::new();
            value(Lines::new(levels(form, 0), 0), &mut text)?;
            text.push(b'\n');
            Ok(text)
        }
    }
}

/// How many levels of the whole text have lines; `ours` of them always do.
fn levels(form: TextForm, ours: usize) -> usize {
    match form {
        TextForm::Pretty => usize::MAX,
        TextForm::Compact => ours,
    }
}

/// The beginning of an object, with a line for each of our members that there is.
fn opening(names: &FlatNames, header: &Header, is_wrapped: bool) -> Vec<u8> {
    let updated = header.updated.map(instant::to_rfc3339);
    let ours = [
        (&names.version, header.version.as_ref().map(Label::to_value)),
        (&names.revision, header.revision.map(Value::from)),
        (&names.updated, updated.map(Value::from)),
    ];
    let mut text = String::from("{\n");
    if is_wrapped {
        text = format!("{text}  \"format\": \"{FORMAT_NAME}{FORMAT_VERSION}\",\n");
    }
    for (name, value) in ours {
        if let (Some(name), Some(value)) = (name, value) {
            text = format!("{text}  {}: {value},\n", Value::from(name.as_str()));
        }
    }
    text.into_bytes()
}

/// Puts our members before the object's own, line by line, so that its text stays as it is.
fn flat(object: &[u8], names: &FlatNames, header: &Header) -> Result<Vec<u8>, String> {
    let own = object
        .trim_ascii()
        .strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"))
        .ok_or("the layout is flat, and the value is not an object")?
        .trim_ascii();
    let mut text = opening(names, header, false);
    if !own.is_empty() {
        text.extend_from_slice(b"  ");
        text.extend_from_slice(own);
    } else if let Some(ours) = text.strip_suffix(SEPARATOR) {
        text.truncate(ours.len());
    } else {
        return Ok(b"{}\n".to_vec());
    }
    if let Some(key) = &names.checksum {
        return sealed(text, key);
    }
    text.extend_from_slice(b"\n}\n");
    Ok(text)
}

/// What stands between two of the envelope's lines.
const SEPARATOR: &[u8] = b",\n";

/// Ends a text with its checksum.
fn sealed(mut text: Vec<u8>, key: &str) -> Result<Vec<u8>, String> {
    text.extend_from_slice(SEPARATOR);
    let closing =
        seal::closing(key, &integrity::digest(&text)).map_err(|error| error.to_string())?;
    text.extend_from_slice(closing.as_bytes());
    Ok(text)
}
