//! What stands in the files. `external_id_mapping.json` and `external_id_counters.json` have the form
//! that the Python program gave them, with `revision` and `checksum` beside, which it does not mind.
//! Members that nobody here knows are kept.

use std::collections::BTreeMap;
use std::path::Path;

use persist::{
    Backups, Chain, Decision, Document, FlatNames, Keys, Layout, Options, RecoveryPolicy,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::numbers::Numbers;
use super::persistence::Setting;
use super::series::{Series, Tool};

/// External ids by internal id and tool.
pub(crate) type Mappings = BTreeMap<String, BTreeMap<String, String>>;

/// `external_id_mapping.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MappingFile {
    #[serde(default)]
    pub(crate) mappings: Mappings,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// `external_id_counters.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CounterFile {
    #[serde(default)]
    pub(crate) counters: Numbers,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl MappingFile {
    /// Each id with its tool, as far as this program knows the tool.
    fn ids(&self) -> impl Iterator<Item = (Tool, &str)> {
        let all = self.mappings.values().flatten();
        all.filter_map(|(tool, id)| Some((tool.parse().ok()?, id.as_str())))
    }

    /// The highest number of each series that stands in an id.
    pub(crate) fn numbers(&self) -> Numbers {
        let mut numbers = Numbers::default();
        for (tool, id) in self.ids() {
            if let Some((series, number)) = Series::of_external_id(tool, id) {
                numbers.raise(series, number);
            }
        }
        numbers
    }

    /// The ids that two tasks have: a program that did not lock may have left such.
    pub(crate) fn given_twice(&self) -> Vec<(Tool, &str)> {
        let mut times = BTreeMap::new();
        for (tool, id) in self.ids() {
            *times.entry((tool.name(), id)).or_insert(0) += 1;
        }
        let mut twice: Vec<_> = self.ids().collect();
        twice.retain(|(tool, id)| times.remove(&(tool.name(), *id)) > Some(1));
        twice
    }
}

/// The document of the mappings. Nothing else holds them, so its backup is used. Some of them are worse
/// than none: those that are lost would get a second number.
pub(crate) fn mappings(dir: &Path, setting: &Setting) -> Document<MappingFile> {
    let tell = setting.tell;
    adopted(setting)
        .on_damage(|prospects| match (&prospects.backup, &prospects.salvage) {
            (None, Some(lost)) if !lost.is_empty() => Decision::Fail,
            _ => Decision::AsPolicy,
        })
        .on_recovery(move |recovery| tell(&recovery.to_string()))
        .at(dir.join("external_id_mapping.json"))
}

/// The document of the counters. Its backup is never used unasked: it is a save behind, and the
/// high-water mark is not.
pub(crate) fn counters(dir: &Path, setting: &Setting) -> Document<CounterFile> {
    adopted(setting)
        .recovery(RecoveryPolicy::Fail)
        .at(dir.join("external_id_counters.json"))
}

/// The document of the high-water mark, which is this program's own. It needs no backup: the counters
/// hold the same.
pub(crate) fn high_water(dir: &Path, setting: &Setting) -> Document<Numbers> {
    on(Document::options(), setting)
        .backups(Backups::Off)
        .recovery(RecoveryPolicy::Fail)
        .at(dir.join("external_id_high_water.json"))
}

/// A file as the Python program wrote it: flat, version "1.0", keys sorted, one `.bak`.
fn adopted<T: Default + Serialize + DeserializeOwned + 'static>(setting: &Setting) -> Options<T> {
    on(Document::options(), setting)
        .layout(Layout::Flat(FlatNames::default()))
        .versions(Chain::new("1.0"))
        .keys(Keys::Sorted)
        .backups(Backups::Single)
}

fn on<T>(options: Options<T>, setting: &Setting) -> Options<T> {
    let options = options.fs(setting.fs.clone()).clock(setting.clock);
    match setting.temp_seed {
        Some(seed) => options.temp_seed(seed),
        None => options,
    }
}
