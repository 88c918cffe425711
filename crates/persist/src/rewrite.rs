//! The same value in another file: what tools do with documents whose types they do not know.

use migrate::Label;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::form::Shape;
use crate::held::Held;
use crate::instant;
use crate::policy::{FlatNames, Layout};
use crate::read::Good;
use crate::revision::Revision;

impl<T: Serialize + DeserializeOwned> Document<T> {
    /// Writes the value that is there once more, as a new document is written: in the layout that the
    /// options say. `version` is the label it gets, if it is to get one. A file that is there keeps
    /// its compression unless the options say another.
    ///
    /// What was there is backed up as by a save. [`Missing`](ErrorKind::Missing) if there is nothing.
    ///
    /// ```
    /// use persist::{Document, Health};
    ///
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("tea.json");
    /// # use std::fs;
    /// fs::write(&path, r#"["green", "black"]"#)?; // no checksum: nobody would see damage
    /// let tea = Document::<serde_json::Value>::options().versions_as_found().at(&path);
    /// tea.convert(None)?;
    /// assert!(matches!(tea.verify()?.document, Health::Good { sealed: true, .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn convert(&self, version: Option<Label>) -> Result<Revision> {
        let held = self.hold()?;
        let good = held.there()?;
        let layout = self.settings().form.layout.clone();
        held.rewrite(&good, layout, version)
    }

    /// Says that the value, as it is, is of another version. Nothing is migrated: this is for who knows
    /// that a label is wrong. The file with the old label is kept for good, as by a migration.
    pub fn relabel(&self, version: impl Into<Label>) -> Result<Revision> {
        let held = self.hold()?;
        let good = held.there()?;
        if let Some(old) = &good.content.header.version {
            held.keep_version(&good, old)?;
        }
        held.rewrite(&good, good.content.layout.clone(), Some(version.into()))
    }
}

impl<T: Serialize + DeserializeOwned> Held<'_, T> {
    fn there(&self) -> Result<Box<Good<T>>> {
        let path = self.place.document();
        self.readable()?.ok_or_else(|| {
            let message = format!("there is no {}", path.display());
            Error::new(ErrorKind::Missing, path, message)
        })
    }

    fn rewrite(&self, good: &Good<T>, layout: Layout, version: Option<Label>) -> Result<Revision> {
        let options = self.document.settings();
        let has_place = match &layout {
            Layout::Wrapped => true,
            Layout::Flat(FlatNames { version, .. }) => version.is_some(),
            Layout::Bare => false,
        };
        if version.is_some() && !has_place {
            let path = self.place.document();
            let message = format!(
                "{} has no place for a version; choose another layout",
                path.display()
            );
            return Err(Error::new(ErrorKind::Invalid, path, message));
        }
        let header = &good.content.header;
        let shape = Shape {
            layout,
            codec: options.form.codec_after(Some(good.content.codec)),
            version: version.or_else(|| options.form.version_after(header.version.as_ref())),
            revision: header.revision.unwrap_or(0).saturating_add(1),
            updated: instant::after(header.updated, (options.disk.clock)()),
        };
        let before = self.before(good)?;
        self.publish(Some(good), before.as_ref(), &good.content.value, &shape)
    }
}
