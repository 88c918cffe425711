//! The seven options of `config.json`, and what else stands there.

use std::time::Duration;

use persist::{Backups, Codec};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::pattern::{Pattern, Shown};

/// What stands in `config.json`: the Python program writes its options into a list; a plain object is
/// read as well. A save keeps the form that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ConfigFile {
    List(Vec<Map<String, Value>>),
    Object(Map<String, Value>),
}

impl Default for ConfigFile {
    fn default() -> Self {
        Self::List(vec![Map::new()])
    }
}

impl ConfigFile {
    /// What was set.
    pub(crate) fn stored(&self) -> Map<String, Value> {
        match self {
            Self::List(list) => list.first().cloned().unwrap_or_default(),
            Self::Object(stored) => stored.clone(),
        }
    }

    pub(crate) fn set(&mut self, key: &str, value: Value) {
        let stored = match self {
            Self::Object(stored) => stored,
            Self::List(list) => {
                if list.is_empty() {
                    list.push(Map::new());
                }
                &mut list[0]
            }
        };
        stored.insert(key.to_owned(), value);
    }
}

/// How data is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataFormat {
    /// As the Python program does.
    Json,
    /// The same, compressed. gzip has a checksum, so that all damage is found.
    JsonGz,
}

impl DataFormat {
    pub(crate) fn codec(self) -> Codec {
        match self {
            Self::Json => Codec::Plain,
            Self::JsonGz => Codec::Gzip,
        }
    }
}

/// The options that hold: those that were set, and the defaults.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    backup_enabled: bool,
    pub(crate) backup_count: usize,
    pub(crate) auto_save: bool,
    pub(crate) auto_save_interval: Duration,
    pub(crate) data_format: DataFormat,
    pub(crate) shown: Shown,
    values: Map<String, Value>,
}

impl Config {
    /// What was set goes over the defaults, keys that nobody knows are kept; a value that can't be used
    /// is as if it was not set, and is in the answer.
    pub(crate) fn of(stored: Map<String, Value>) -> (Self, Vec<String>) {
        let mut config = Self::default();
        let mut complaints = Vec::new();
        for (key, value) in stored {
            if let Err(reason) = config.take(&key, &value) {
                let default = config.values.get(&key).unwrap_or(&Value::Null);
                complaints.push(format!(
                    "config.json: {key} is {value}, {reason}; {default} holds instead"
                ));
            } else {
                config.values.insert(key, value);
            }
        }
        (config, complaints)
    }

    /// Every option with its value, and every other key.
    pub(crate) fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// The value that somebody means by a word, if it can be one of that option; for a key that is not
    /// an option, JSON or else a text.
    pub(crate) fn parse(key: &str, word: &str) -> Result<Value, String> {
        let json = || serde_json::from_str(word).unwrap_or_else(|_| word.into());
        let value = match Self::default().values.get(key) {
            Some(Value::String(_)) => word.into(),
            _ => json(),
        };
        Self::default().take(key, &value).map(|()| value)
    }

    /// Whether it is one of the seven.
    pub(crate) fn is_option(key: &str) -> bool {
        Self::default().values.contains_key(key)
    }

    /// Which copies saves keep.
    pub(crate) fn backups(&self) -> Backups {
        if self.backup_enabled {
            Backups::newest(self.backup_count)
        } else {
            Backups::Off
        }
    }

    /// The same, with so many copies.
    pub(crate) fn with_copies(&self, count: usize) -> Self {
        Self {
            backup_enabled: true,
            backup_count: count,
            ..self.clone()
        }
    }

    fn take(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "backup_enabled" => self.backup_enabled = truth(value)?,
            "backup_count" => {
                let count = value.as_u64().and_then(|count| count.try_into().ok());
                let count = count.filter(|count| *count > 0);
                self.backup_count = count.ok_or("not a number from 1")?;
            }
            "auto_save" => self.auto_save = truth(value)?,
            "auto_save_interval" => {
                let seconds = value
                    .as_f64()
                    .map(Duration::try_from_secs_f64)
                    .and_then(Result::ok);
                self.auto_save_interval = seconds.ok_or("not a number of seconds")?;
            }
            "data_format" => {
                self.data_format = match value.as_str() {
                    Some("json") => DataFormat::Json,
                    Some("json.gz") => DataFormat::JsonGz,
                    _ => return Err("neither \"json\" nor \"json.gz\"".to_owned()),
                }
            }
            "date_format" => self.shown.date = pattern(value)?,
            "time_format" => self.shown.time = pattern(value)?,
            _ => {}
        }
        Ok(())
    }
}

/// `DEFAULT_CONFIG` of the Python program. Nothing changes it.
impl Default for Config {
    fn default() -> Self {
        let shown = Shown::default();
        let values = serde_json::json!({
            "backup_enabled": true,
            "backup_count": 10,
            "auto_save": true,
            "auto_save_interval": 60,
            "data_format": "json",
            "date_format": shown.date.text(),
            "time_format": shown.time.text(),
        });
        Self {
            backup_enabled: true,
            backup_count: 10,
            auto_save: true,
            auto_save_interval: Duration::from_secs(60),
            data_format: DataFormat::Json,
            shown,
            values: values.as_object().cloned().unwrap_or_default(),
        }
    }
}

fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or("neither true nor false".to_owned())
}

fn pattern(value: &Value) -> Result<Pattern, String> {
    Pattern::new(value.as_str().ok_or("not a text")?)
}
