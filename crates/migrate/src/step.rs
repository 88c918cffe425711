//! One step between two neighbouring versions.

use std::any::type_name;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::brief::brief;
use crate::{Failure, Label};

/// What a step fails with: any error, and by `?` or `.into()` also plain text.
pub type StepError = Box<dyn std::error::Error + Send + Sync>;

/// The name of a step: the two versions it stands between, in the direction in which it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The version of the value it was handed.
    pub from: Label,
    /// The version of the value it makes.
    pub to: Label,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "from {} to {}", brief(&self.from), brief(&self.to))
    }
}

/// A step's work, on a copy that is thrown away if it fails.
#[derive(Clone)]
pub(crate) struct Work(Arc<Function>);

type Function = dyn Fn(&mut Value) -> Result<(), Fault> + Send + Sync;

/// Why a step's work failed, before anybody knows which step it was.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) failure: Failure,
    pub(crate) source: StepError,
}

impl Work {
    pub(crate) fn untyped(
        work: impl Fn(&mut Value) -> Result<(), StepError> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(move |value| {
            work(value).map_err(|source| Fault {
                failure: Failure::Running,
                source,
            })
        }))
    }

    pub(crate) fn typed<A, B>(
        work: impl Fn(A) -> Result<B, StepError> + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned,
        B: Serialize,
    {
        Self(Arc::new(move |value| {
            // Taken, not cloned: the value is the run's own copy already.
            let old = serde_json::from_value::<A>(value.take()).map_err(|source| Fault {
                failure: Failure::Reading {
                    type_name: type_name::<A>(),
                },
                source: source.into(),
            })?;
            let new = work(old).map_err(|source| Fault {
                failure: Failure::Running,
                source,
            })?;
            *value = serde_json::to_value(new).map_err(|source| Fault {
                failure: Failure::Writing {
                    type_name: type_name::<B>(),
                },
                source: source.into(),
            })?;
            Ok(())
        }))
    }

    pub(crate) fn run(&self, value: &mut Value) -> Result<(), Fault> {
        (self.0)(value)
    }
}
