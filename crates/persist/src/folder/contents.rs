//! `MANIFEST.json`: what an export says of itself.

use std::path::Path;
use std::time::SystemTime;

use migrate::Label;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::source::refused;
use crate::error::{Error, ErrorKind, Result};
use crate::health::rfc3339;
use crate::instant;

/// The word before the slash of `format`, and the number after it.
const FORMAT_NAME: &str = "persist-export/";
const FORMAT_VERSION: u64 = 1;

/// What an export says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    format: String,
    #[serde(serialize_with = "write_time", deserialize_with = "read_time")]
    pub(crate) exported: SystemTime,
    count: usize,
    pub(crate) documents: Vec<ExportedDocument>,
}

/// One document of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExportedDocument {
    /// The name of its file.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// The version of its value, where its layout stores that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Label>,
    /// Its save counter, where its layout stores that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// When it was saved, where its layout stores that.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "rfc3339",
        deserialize_with = "read_some_time"
    )]
    pub updated: Option<SystemTime>,
}

/// The one member that every later format has too.
#[derive(Deserialize)]
struct Format {
    format: String,
}

impl Contents {
    pub(crate) fn new(exported: SystemTime, documents: Vec<ExportedDocument>) -> Self {
        Self {
            format: format!("{FORMAT_NAME}{FORMAT_VERSION}"),
            exported,
            count: documents.len(),
            documents,
        }
    }

    pub(crate) fn write(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Reads the bytes of the file at `path`.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self> {
        let not_json = |error: serde_json::Error| refused(path, error.to_string());
        let Format { format } = serde_json::from_slice(bytes).map_err(not_json)?;
        let number = format.strip_prefix(FORMAT_NAME);
        match number.and_then(|number| number.parse::<u64>().ok()) {
            Some(FORMAT_VERSION) => {}
            Some(newer) if newer > FORMAT_VERSION => {
                let message = format!(
                    "{} is left alone: its format {format} is newer than this program; update it",
                    path.display()
                );
                return Err(Error::new(ErrorKind::NewerFormat, path, message));
            }
            _ => {
                return Err(refused(
                    path,
                    "its member `format` names no format of an export",
                ));
            }
        }
        let contents: Self = serde_json::from_slice(bytes).map_err(not_json)?;
        if contents.count == contents.documents.len() {
            return Ok(contents);
        }
        Err(refused(
            path,
            "it lists more or fewer documents than it counts",
        ))
    }
}

pub(crate) fn write_time<S: Serializer>(
    time: &SystemTime,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant::to_rfc3339(*time))
}

fn read_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<SystemTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    instant::from_rfc3339(&text)
        .ok_or_else(|| D::Error::custom("a time that is not RFC 3339 in UTC"))
}

fn read_some_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<SystemTime>, D::Error> {
    read_time(deserializer).map(Some)
}
