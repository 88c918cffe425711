//! A text with a title, as it stands in `notes.json`.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::pattern::Shown;
use super::record::Record;

/// A text with a title. Members that nobody here knows are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    #[serde(default)]
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) content: String,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) created_at: Option<String>,
    #[serde(default)]
    pub(crate) updated_at: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// What a command may say about a note.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub(crate) struct NoteFields {
    #[arg(long)]
    pub(crate) title: Option<String>,
    #[arg(long)]
    pub(crate) content: Option<String>,
    /// May be given more than once; takes the place of all tags there are
    #[arg(long = "tag")]
    pub(crate) tags: Vec<String>,
}

impl Record for Note {
    type Fields = NoteFields;

    const KIND: &'static str = "note";

    fn new(id: String, title: String, now: String) -> Self {
        Self {
            id,
            title,
            content: String::new(),
            tags: Vec::new(),
            created_at: Some(now),
            updated_at: None,
            rest: Map::new(),
        }
    }

    fn set(&mut self, fields: &NoteFields, now: &str) {
        if let Some(title) = &fields.title {
            self.title.clone_from(title);
        }
        if let Some(content) = &fields.content {
            self.content.clone_from(content);
        }
        if !fields.tags.is_empty() {
            self.tags.clone_from(&fields.tags);
        }
        self.updated_at = Some(now.to_owned());
    }

    fn check(&self) -> Result<(), String> {
        if self.title.trim().is_empty() {
            return Err("a note has a title".to_owned());
        }
        Ok(())
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn shown(&self, shown: &Shown) -> Vec<(&'static str, String)> {
        let when = |stored: &Option<String>| stored.as_ref().map(|stored| shown.of(stored));
        let members = [
            ("title", Some(self.title.clone())),
            ("tags", Some(self.tags.join(", "))),
            ("created", when(&self.created_at)),
            ("updated", when(&self.updated_at)),
            ("content", Some(self.content.clone())),
        ];
        let there = members
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)));
        there.filter(|(_, text)| !text.is_empty()).collect()
    }
}
