//! What a program calls to number its tasks. It knows nothing of files.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::error::Error;
use super::numbers::Numbers;
use super::persistence::Persistence;
use super::series::{Series, Tool};

/// Gives external ids to internal ones.
///
/// It keeps nothing in memory: any number of threads and processes share what is in the files, and
/// every answer is what stands there.
#[derive(Debug)]
pub(crate) struct Mapper {
    pub(crate) persistence: Persistence,
}

impl Mapper {
    pub(crate) fn new(persistence: Persistence) -> Self {
        Self { persistence }
    }

    /// The external id of a task: the one that it has, or a new one. After `Ok` it is there for good.
    pub(crate) fn map_to_external(
        &self,
        internal_id: &str,
        tool: Tool,
        project_key: &str,
    ) -> Result<String, Error> {
        if internal_id.is_empty() || internal_id.chars().any(char::is_control) {
            let reason = "an internal id is a text without control characters";
            return Err(Error::Usage(reason.to_owned()));
        }
        let series = Series::new(tool, Some(project_key))?;
        let settled = self.persistence.settle()?;
        let of_task = settled.mappings().get(internal_id);
        if let Some(there) = of_task.and_then(|ids| ids.get(tool.name())) {
            return Ok(there.clone());
        }
        settled.reserve(series)?.map(internal_id, tool)
    }

    /// A number that nobody else gets, for an id that is kept elsewhere.
    pub(crate) fn increment_counter(&self, tool: Tool, key: Option<&str>) -> Result<u64, Error> {
        let series = Series::new(tool, key)?;
        self.persistence.settle()?.reserve(series)?.give()
    }

    /// The ids of a task, by tool.
    pub(crate) fn external_ids(
        &self,
        internal_id: &str,
    ) -> Result<BTreeMap<String, String>, Error> {
        let mut mappings = self.persistence.load_mappings()?;
        Ok(mappings.remove(internal_id).unwrap_or_default())
    }

    /// The last number of each series.
    pub(crate) fn counters(&self) -> Result<Numbers, Error> {
        self.persistence.load_counters()
    }
}

/// The mapper of this process. Only the first call says where its files are.
pub(crate) fn get_mapper(persistence: impl FnOnce() -> Persistence) -> &'static Mapper {
    static MAPPER: OnceLock<Mapper> = OnceLock::new();
    MAPPER.get_or_init(|| Mapper::new(persistence()))
}
