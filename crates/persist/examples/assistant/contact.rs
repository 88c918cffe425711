//! A person, as it stands in `contacts.json`.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::moment::Moment;
use super::pattern::Shown;
use super::record::Record;

/// A person. Members that nobody here knows are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contact {
    #[serde(default)]
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) phone: Option<String>,
    #[serde(default)]
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) address: Option<String>,
    #[serde(default)]
    pub(crate) birthday: Option<String>,
    #[serde(default)]
    pub(crate) created_at: Option<String>,
    #[serde(default)]
    pub(crate) updated_at: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// What a command may say about a contact. An empty text takes a member away.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub(crate) struct ContactFields {
    #[arg(long)]
    pub(crate) name: Option<String>,
    #[arg(long)]
    pub(crate) phone: Option<String>,
    #[arg(long)]
    pub(crate) email: Option<String>,
    #[arg(long)]
    pub(crate) address: Option<String>,
    /// As YYYY-MM-DD
    #[arg(long)]
    pub(crate) birthday: Option<String>,
}

impl Record for Contact {
    type Fields = ContactFields;

    const KIND: &'static str = "contact";

    fn new(id: String, title: String, now: String) -> Self {
        Self {
            id,
            name: title,
            phone: None,
            email: None,
            address: None,
            birthday: None,
            created_at: Some(now),
            updated_at: None,
            rest: Map::new(),
        }
    }

    fn set(&mut self, fields: &ContactFields, now: &str) {
        if let Some(name) = &fields.name {
            self.name.clone_from(name);
        }
        for (member, said) in [
            (&mut self.phone, &fields.phone),
            (&mut self.email, &fields.email),
            (&mut self.address, &fields.address),
            (&mut self.birthday, &fields.birthday),
        ] {
            if let Some(said) = said {
                *member = Some(said.clone()).filter(|text| !text.is_empty());
            }
        }
        self.updated_at = Some(now.to_owned());
    }

    fn check(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err("a contact has a name".to_owned());
        }
        if let Some(email) = &self.email
            && !email.contains('@')
        {
            return Err(format!("`{email}` is no email address"));
        }
        match &self.birthday {
            Some(day) if Moment::parse(day).is_none_or(|moment| moment.time.is_some()) => {
                Err(format!("`{day}` is no day: YYYY-MM-DD"))
            }
            _ => Ok(()),
        }
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn title(&self) -> &str {
        &self.name
    }

    fn shown(&self, shown: &Shown) -> Vec<(&'static str, String)> {
        let when = |stored: &Option<String>| stored.as_ref().map(|stored| shown.of(stored));
        let members = [
            ("name", Some(self.name.clone())),
            ("phone", self.phone.clone()),
            ("email", self.email.clone()),
            ("address", self.address.clone()),
            ("birthday", when(&self.birthday)),
            ("created", when(&self.created_at)),
            ("updated", when(&self.updated_at)),
        ];
        let there = members
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)));
        there.collect()
    }
}
