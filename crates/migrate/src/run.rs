//! Taking a value along the chain.

use std::borrow::Cow;

use serde_json::Value;

use crate::chain::Link;
use crate::newer::is_newer;
use crate::step::Work;
use crate::{Chain, Error, Label, Preview, Step, depth};

/// A value taken to another version.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Migrated<'v> {
    /// The value, as version [`to`](Self::to). Borrowed if it was there already.
    pub value: Cow<'v, Value>,
    /// The version it had; for a value without a label, the one that it counts as.
    pub from: Label,
    /// The version it has now.
    pub to: Label,
    /// The steps taken, in order. Empty if there was nothing to do.
    pub steps: Vec<Step>,
}

impl Chain {
    /// Takes `value` from version `from` to the newest one.
    ///
    /// `from` is `&Label` or `Option<&Label>`; `None` is a value without a label.
    pub fn upgrade<'l, 'v>(
        &self,
        from: impl Into<Option<&'l Label>>,
        value: &'v Value,
    ) -> Result<Migrated<'v>, Error> {
        self.check()?;
        let from = self.label(from.into())?;
        let up = self.links().iter().skip(self.locate(from)?);
        walk(from, value, up.map(|link| (&link.to, &link.up)))
    }

    /// Takes `value` from the newest version back to version `to`.
    ///
    /// Whether every step between has a way down is known before the first one runs.
    pub fn downgrade<'v>(&self, to: &Label, value: &'v Value) -> Result<Migrated<'v>, Error> {
        self.downgrade_from(self.current(), to, value)
    }

    /// Takes `value` from version `from` back to version `to`, as [`downgrade`](Self::downgrade) does
    /// from the newest.
    pub fn downgrade_from<'l, 'v>(
        &self,
        from: impl Into<Option<&'l Label>>,
        to: &Label,
        value: &'v Value,
    ) -> Result<Migrated<'v>, Error> {
        self.check()?;
        let from = self.label(from.into())?;
        let (start, end) = (self.locate(from)?, self.locate(to)?);
        let Some(count) = start.checked_sub(end) else {
            let (from, to) = (from.clone(), to.clone());
            return Err(Error::NotOlder { from, to });
        };
        let links = self.links().iter().skip(end).take(count);
        let before = self.labels().skip(end);
        let mut down = before
            .zip(links)
            .map(way_down)
            .collect::<Result<Vec<_>, _>>()?;
        down.reverse();
        walk(from, value, down.into_iter())
    }

    /// What [`upgrade`](Self::upgrade) would change, found by running it on a copy.
    pub fn preview<'l>(
        &self,
        from: impl Into<Option<&'l Label>>,
        value: &Value,
    ) -> Result<Preview, Error> {
        Ok(Preview::new(value, self.upgrade(from, value)?))
    }

    /// What [`downgrade`](Self::downgrade) would change, found by running it on a copy.
    pub fn preview_downgrade(&self, to: &Label, value: &Value) -> Result<Preview, Error> {
        self.preview_downgrade_from(self.current(), to, value)
    }

    /// What [`downgrade_from`](Self::downgrade_from) would change, found by running it on a copy.
    pub fn preview_downgrade_from<'l>(
        &self,
        from: impl Into<Option<&'l Label>>,
        to: &Label,
        value: &Value,
    ) -> Result<Preview, Error> {
        Ok(Preview::new(value, self.downgrade_from(from, to, value)?))
    }

    /// The label that a value counts as.
    fn label<'l>(&'l self, found: Option<&'l Label>) -> Result<&'l Label, Error> {
        found.or(self.unlabelled_label()).ok_or(Error::Unlabelled)
    }

    fn locate(&self, label: &Label) -> Result<usize, Error> {
        let current = self.current();
        self.position(label).ok_or_else(|| {
            let (found, current) = (label.clone(), current.clone());
            if is_newer(&found, &current, self.labels()) {
                Error::NewerVersion { found, current }
            } else {
                Error::UnknownVersion {
                    found,
                    oldest: self.first().clone(),
                    current,
                }
            }
        })
    }
}

fn way_down<'c>((to, link): (&'c Label, &'c Link)) -> Result<(&'c Label, &'c Work), Error> {
    match &link.down {
        Some(work) => Ok((to, work)),
        None => Err(Error::NoWayDown {
            step: Step {
                from: link.to.clone(),
                to: to.clone(),
            },
        }),
    }
}

/// Runs the work of each step on a copy made before the first; no work, no copy.
fn walk<'c, 'v>(
    from: &Label,
    value: &'v Value,
    steps: impl Iterator<Item = (&'c Label, &'c Work)>,
) -> Result<Migrated<'v>, Error> {
    let mut migrated = Migrated {
        value: Cow::Borrowed(value),
        from: from.clone(),
        to: from.clone(),
        steps: Vec::new(),
    };
    for (to, work) in steps {
        let step = Step {
            from: migrated.to.clone(),
            to: to.clone(),
        };
        // Before the copy and after each step: cloning, comparing and serialising all recurse.
        if matches!(migrated.value, Cow::Borrowed(_)) && depth::exceeded(value) {
            return Err(Error::TooDeep { step });
        }
        let copy = migrated.value.to_mut();
        if let Err(fault) = work.run(copy) {
            return Err(Error::StepFailed {
                step,
                failure: fault.failure,
                source: fault.source,
            });
        }
        if depth::exceeded(copy) {
            return Err(Error::TooDeep { step });
        }
        migrated.to = step.to.clone();
        migrated.steps.push(step);
    }
    Ok(migrated)
}
