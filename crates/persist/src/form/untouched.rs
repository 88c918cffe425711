//! What a save leaves as it stands in the file.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::encode::{Encoded, Unwritable, not_json};
use super::{Content, Form, Shape};
use crate::json::{self, Lines, Unknown};
use crate::policy::{Keys, Layout, TextForm, Untouched};
use crate::records;

/// What a file holds, before a program changes it.
#[derive(Debug)]
pub(crate) struct Before {
    /// The value's text as it stands in the file, or as the steps from an older version leave it.
    text: String,
    /// What the type makes of it, on one line.
    base: String,
    layout: Layout,
}

impl<T: Serialize + DeserializeOwned> Form<T> {
    /// What a save of a changed value is compared with, where it is.
    pub(crate) fn before(&self, content: &Content<T>) -> Result<Option<Before>, Unwritable> {
        let text = match (self.untouched, &content.text) {
            (Untouched::Keep, Some(text)) => text.clone(),
            _ => return Ok(None),
        };
        Ok(Some(Before {
            text,
            base: self.one_line(&content.value)?,
            layout: content.layout.clone(),
        }))
    }

    /// The bytes of a value that leave what it has in common with the one before as that stands in the
    /// file; `None` if the type would make another value of them.
    ///
    /// Whether a member that the type does not know is one that it reads under another name, or would
    /// read in another variant, is known to the type alone. So it is asked, and what it reads must be
    /// what is saved, but for the order in maps and sets.
    pub(super) fn encode_untouched(
        &self,
        value: &T,
        shape: &Shape,
        before: &Before,
    ) -> Result<Option<Encoded>, Unwritable> {
        let (new, written) = records::collecting(|| self.one_line(value));
        let new = new?;
        for unknown in [Unknown::Stays, Unknown::StaysInSameShape] {
            let text = before.merged(&new, unknown, self.margin(&shape.layout));
            let encoded = self.finish(shape, None, |lines, out| {
                let text = if before.layout == shape.layout {
                    text
                } else {
                    Cow::Owned(lines.lay_out(&text))
                };
                out.extend_from_slice(text.as_bytes());
                Ok(())
            });
            if let Ok((encoded, content)) = encoded
                && json::is_same(&self.one_line(&content.value)?, &new)
                && records::lost(&written, &content.unread).is_none()
            {
                return Ok(Some(encoded));
            }
        }
        Ok(None)
    }

    fn one_line(&self, value: &T) -> Result<String, Unwritable> {
        let mut text = Vec::new();
        let written = Lines::one().write(value, &mut text).map_err(not_json);
        written.map_err(Unwritable::Value)?;
        let text = String::from_utf8_lossy(&text);
        Ok(match self.keys {
            Keys::AsDeclared => text.into_owned(),
            Keys::Sorted => json::sorted(&text),
        })
    }

    /// What the line of the value begins with.
    fn margin(&self, layout: &Layout) -> Option<&'static str> {
        match (self.text, layout) {
            (TextForm::Compact, _) => None,
            (TextForm::Pretty, Layout::Wrapped) => Some("  "),
            (TextForm::Pretty, Layout::Flat(_) | Layout::Bare) => Some(""),
        }
    }
}

impl Before {
    fn merged(&self, new: &str, unknown: Unknown, margin: Option<&str>) -> Cow<'_, str> {
        json::merge(&self.text, &self.base, new, margin, unknown)
    }
}
