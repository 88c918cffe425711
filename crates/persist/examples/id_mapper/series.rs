//! Tools, the series of numbers that they count in, and the ids made of those.

use std::fmt;
use std::str::FromStr;

use super::error::Error;

/// A tool that numbers its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Jira,
    AzureDevops,
    Linear,
    Github,
}

impl Tool {
    pub(crate) const ALL: [Self; 4] = [Self::Jira, Self::AzureDevops, Self::Linear, Self::Github];

    /// As it stands in the files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::AzureDevops => "azure_devops",
            Self::Linear => "linear",
            Self::Github => "github",
        }
    }

    /// Whether it counts each project or team apart.
    pub(crate) fn is_keyed(self) -> bool {
        matches!(self, Self::Jira | Self::Linear)
    }
}

impl FromStr for Tool {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|tool| tool.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::Usage(format!("there is no tool `{text}`; there are {names}"))
        })
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Numbers that are counted together: those of a tool, or of one project or team in it.
///
/// The tool is a text, because the files may count for tools that this program does not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Series {
    pub(crate) tool: String,
    pub(crate) key: Option<String>,
}

impl Series {
    /// `key` is taken in upper case, and left out for a tool that has none.
    pub(crate) fn new(tool: Tool, key: Option<&str>) -> Result<Self, Error> {
        let key = match key {
            _ if !tool.is_keyed() => None,
            Some(key) if is_key(key) => Some(key.to_ascii_uppercase()),
            Some(key) => {
                let reason = format!("`{key}` is no key: ASCII letters, digits, `_` and `-` are");
                return Err(Error::Usage(reason));
            }
            None => {
                let reason = format!("{tool} counts each project apart: name its key");
                return Err(Error::Usage(reason));
            }
        };
        let tool = tool.name().to_owned();
        Ok(Self { tool, key })
    }

    /// `PROJ-457`, or `1235` where there is no key.
    pub(crate) fn external_id(&self, number: u64) -> String {
        match &self.key {
            Some(key) => format!("{key}-{number}"),
            None => number.to_string(),
        }
    }

    /// The way back. `None` for an id that has no number, such as one that somebody has typed in.
    pub(crate) fn of_external_id(tool: Tool, id: &str) -> Option<(Self, u64)> {
        let (key, number) = match id.rsplit_once('-') {
            Some((key, number)) if tool.is_keyed() => (Some(key), number),
            _ => (None, id),
        };
        Some((Self::new(tool, key).ok()?, number.parse().ok()?))
    }
}

fn is_key(key: &str) -> bool {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !key.is_empty() && key.chars().all(is_safe)
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tool)?;
        match &self.key {
            Some(key) => write!(f, "/{key}"),
            None => Ok(()),
        }
    }
}

/// `jira/PROJ` or `github`.
impl FromStr for Series {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once('/') {
            Some((tool, key)) => Self::new(tool.parse()?, Some(key)),
            None => Self::new(text.parse()?, None),
        }
    }
}
