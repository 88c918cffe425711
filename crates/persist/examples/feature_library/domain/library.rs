//! The features.

use super::feature::Feature;
use super::{Rejected, Service};

/// All features, each under an id and a name of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct FeatureLibrary {
    features: Vec<Feature>,
}

impl FeatureLibrary {
    /// The feature that people call so.
    pub(crate) fn find(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.is_called(name))
    }

    /// Changes a feature, which keeps its id.
    pub(crate) fn update(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Feature),
    ) -> Result<(), Rejected> {
        let index = self.position(id)?;
        let mut changed = self.features[index].clone();
        change(&mut changed);
        changed.check()?;
        self.is_free(&changed, Some(index))?;
        self.features[index] = changed;
        Ok(())
    }

    /// Removes a feature.
    pub(crate) fn delete(&mut self, id: &str) -> Result<Feature, Rejected> {
        let index = self.position(id)?;
        Ok(self.features.remove(index))
    }

    fn position(&self, id: &str) -> Result<usize, Rejected> {
        let position = self.features.iter().position(|feature| feature.id == id);
        position.ok_or_else(|| Rejected(format!("there is no feature with the id `{id}`")))
    }

    /// Whether no feature but the one at `own` has its id or name.
    fn is_free(&self, feature: &Feature, own: Option<usize>) -> Result<(), Rejected> {
        let others = self.features.iter().enumerate();
        for (_, other) in others.filter(|(index, _)| Some(*index) != own) {
            if other.id == feature.id {
                return Err(Rejected(format!(
                    "there is a feature with the id `{}` already",
                    other.id
                )));
            }
            if other.name.to_lowercase() == feature.name.to_lowercase() {
                return Err(Rejected(format!(
                    "there is a feature called `{}` already",
                    other.name
                )));
            }
        }
        Ok(())
    }
}

impl Service for FeatureLibrary {
    type Record = Feature;
    const RECORD: &'static str = "Feature";

    fn add(&mut self, feature: Feature) -> Result<(), Rejected> {
        feature.check()?;
        self.is_free(&feature, None)?;
        self.features.push(feature);
        Ok(())
    }

    fn records(&self) -> &[Feature] {
        &self.features
    }
}
