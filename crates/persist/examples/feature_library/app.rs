//! The services and their files, wired once at the start.

use std::path::Path;

use super::domain::date::Date;
use super::domain::entry::TimeEntry;
use super::domain::estimation::{self, Estimate};
use super::domain::feature::Feature;
use super::domain::library::FeatureLibrary;
use super::domain::tracking::TimeTracking;
use super::domain::{Rejected, Service};
use super::error::Error;
use super::files::{Filed, JsonFile, Setting};
use super::persistence::Persistence;

/// The most reasons that a warning lists; [`Persistence::failed`] has them all.
const REASONS_SHOWN: usize = 5;

/// All services of the program.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) features: Persistence<FeatureLibrary>,
    pub(crate) feature_file: JsonFile<Feature>,
    pub(crate) time: Persistence<TimeTracking>,
    pub(crate) time_file: JsonFile<TimeEntry>,
    pub(crate) setting: Setting,
}

impl App {
    /// The services on files in the folder `data`. Nothing is read yet.
    pub(crate) fn new(data: &Path, setting: Setting) -> Self {
        let feature_file = JsonFile::new(Some(&file_in::<Feature>(data)), setting.clone());
        let time_file = JsonFile::new(Some(&file_in::<TimeEntry>(data)), setting.clone());
        Self {
            features: Persistence::new(feature_file.clone()),
            time: Persistence::new(time_file.clone()),
            feature_file,
            time_file,
            setting,
        }
    }

    /// Loads both files, and says how many features and entries there are. What goes wrong is told, and
    /// the program starts all the same: a file that was not loaded is not saved over.
    pub(crate) fn init_data(&mut self, tell: &mut dyn FnMut(&str)) -> (usize, usize) {
        (init(&mut self.features, tell), init(&mut self.time, tell))
    }

    pub(crate) fn today(&self) -> Date {
        Date::of((self.setting.clock)())
    }

    /// The feature that people call so.
    pub(crate) fn feature(&self, name: &str) -> Result<&Feature, Rejected> {
        let feature = self.features.service().find(name);
        feature.ok_or_else(|| Rejected(format!("there is no feature called `{name}`")))
    }

    pub(crate) fn estimate(&self, name: &str) -> Result<Estimate, Rejected> {
        estimation::estimate(self.features.service(), self.time.service(), name)
    }
}

/// The file's usual name, in another folder.
fn file_in<R: Filed>(data: &Path) -> std::path::PathBuf {
    let name = Path::new(R::DEFAULT_PATH).file_name();
    data.join(name.unwrap_or_default())
}

fn init<S: Service>(persistence: &mut Persistence<S>, tell: &mut dyn FnMut(&str)) -> usize {
    let count = match persistence.load() {
        Ok(count) => count,
        Err(error) => {
            tell(&format!(
                "Warning: Could not load data: {}",
                with_causes(&error)
            ));
            return 0;
        }
    };
    let failed = persistence.failed();
    if !failed.is_empty() {
        let what = format!("{}s", S::RECORD.to_lowercase());
        tell(&format!("Warning: {} {what} failed to load", failed.len()));
        for reason in failed.iter().take(REASONS_SHOWN) {
            tell(&format!("  - {reason}"));
        }
    }
    count
}

/// The message, and what is behind it as far as the message does not say so already.
pub(crate) fn with_causes(error: &Error) -> String {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(reason) = cause {
        let text = reason.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = reason.source();
    }
    message
}
