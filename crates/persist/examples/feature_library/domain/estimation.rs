//! How long a feature will take.

use super::library::FeatureLibrary;
use super::tracking::TimeTracking;
use super::{Rejected, Service};

/// What a feature is expected to take, and why.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) feature: String,
    pub(crate) hours: f64,
    /// How many entries it is the mean of. None: it is the seed time.
    pub(crate) entries: usize,
}

/// The mean of the time that was tracked for a feature, or its seed time as long as there is none.
pub(crate) fn estimate(
    library: &FeatureLibrary,
    tracking: &TimeTracking,
    name: &str,
) -> Result<Estimate, Rejected> {
    let feature = library
        .find(name)
        .ok_or_else(|| Rejected(format!("there is no feature called `{name}`")))?;
    let tracked = tracking.records().iter();
    let tracked = tracked.filter(|entry| feature.is_called(&entry.feature));
    let (entries, sum) = tracked.fold((0_u32, 0.0), |(entries, sum), entry| {
        (entries + 1, sum + entry.tracked_time_hours)
    });
    let hours = match entries {
        0 => feature.seed_time_hours,
        entries => sum / f64::from(entries),
    };
    Ok(Estimate {
        feature: feature.name.clone(),
        hours,
        entries: entries as usize,
    })
}
