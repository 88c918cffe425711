//! The versions in their order, and how to build them.

use std::{fmt, iter};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::step::Work;
use crate::{Error, Flaw, Label, Step, StepError};

/// The versions of a document, oldest first, and the steps between neighbours.
///
/// A chain is built by value and then only read; it can be shared between threads, and a clone is
/// cheap. Building never fails: the first mistake is kept, and [`check`](Self::check) and every
/// operation answer with it.
#[derive(Clone)]
#[must_use = "a chain is built by value: each call returns the longer one"]
pub struct Chain {
    first: Label,
    links: Vec<Link>,
    unlabelled: Option<Label>,
    flaw: Option<Flaw>,
}

/// The step to a version from the one before it.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) to: Label,
    pub(crate) up: Work,
    pub(crate) down: Option<Work>,
}

impl Chain {
    /// A chain that knows one version, the oldest that can still be read.
    pub fn new(first: impl Into<Label>) -> Self {
        Self {
            first: first.into(),
            links: Vec::new(),
            unlabelled: None,
            flaw: None,
        }
    }

    /// Adds a version after the newest one, and the step that leads to it.
    ///
    /// The step is handed the value alone, without the label. It should depend on nothing else: it may
    /// run more than once, in a preview and again after a crash.
    pub fn step(
        self,
        label: impl Into<Label>,
        step: impl Fn(&mut Value) -> Result<(), StepError> + Send + Sync + 'static,
    ) -> Self {
        self.link(label.into(), Work::untyped(step))
    }

    /// [`step`](Self::step) for a step that turns one type into another.
    ///
    /// Members that `A` does not know are lost, see the limitations of this crate.
    pub fn typed_step<A, B>(
        self,
        label: impl Into<Label>,
        step: impl Fn(A) -> Result<B, StepError> + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned,
        B: Serialize,
    {
        self.link(label.into(), Work::typed(step))
    }

    /// Adds the way back from the newest version to `label`, the one before it.
    pub fn down(
        self,
        label: impl Into<Label>,
        step: impl Fn(&mut Value) -> Result<(), StepError> + Send + Sync + 'static,
    ) -> Self {
        self.link_down(label.into(), Work::untyped(step))
    }

    /// [`down`](Self::down) for a step that turns one type into another.
    pub fn typed_down<A, B>(
        self,
        label: impl Into<Label>,
        step: impl Fn(A) -> Result<B, StepError> + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned,
        B: Serialize,
    {
        self.link_down(label.into(), Work::typed(step))
    }

    /// What a value without a label counts as. Without this, such a value is refused.
    pub fn unlabelled(mut self, label: impl Into<Label>) -> Self {
        self.unlabelled = Some(label.into());
        self
    }

    /// Whether the chain was built right; if not, [`ErrorKind::BadChain`](crate::ErrorKind::BadChain).
    ///
    /// Every operation checks too. This is for a program's tests, or its start.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(flaw) = &self.flaw {
            return Err(Error::BadChain(flaw.clone()));
        }
        // Known only when the chain is complete: `unlabelled` may come before its label's step.
        match &self.unlabelled {
            Some(label) if self.position(label).is_none() => {
                Err(Error::BadChain(Flaw::UnlabelledUnknown {
                    label: label.clone(),
                }))
            }
            _ => Ok(()),
        }
    }

    /// The newest version: what a program writes.
    pub fn current(&self) -> &Label {
        self.links.last().map_or(&self.first, |link| &link.to)
    }

    /// All versions, oldest first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> + Clone {
        iter::once(&self.first).chain(self.links.iter().map(|link| &link.to))
    }

    /// How many versions come before `label`; `None` if the chain doesn't know it.
    pub fn position(&self, label: &Label) -> Option<usize> {
        self.labels().position(|known| known == label)
    }

    /// The steps from one version to another, in either direction, whether or not there is a way down;
    /// none if both are the same or one is unknown.
    pub fn steps(&self, from: &Label, to: &Label) -> Vec<Step> {
        let (Some(start), Some(end)) = (self.position(from), self.position(to)) else {
            return Vec::new();
        };
        let between = self.labels().take(start.max(end) + 1);
        let mut way: Vec<_> = between.skip(start.min(end)).collect();
        if start > end {
            way.reverse();
        }
        let steps = way.iter().zip(way.iter().skip(1));
        steps
            .map(|(&from, &to)| Step {
                from: from.clone(),
                to: to.clone(),
            })
            .collect()
    }

    pub(crate) fn first(&self) -> &Label {
        &self.first
    }

    /// The link at index `n` leads from the label at position `n` to the one at `n + 1`.
    pub(crate) fn links(&self) -> &[Link] {
        &self.links
    }

    pub(crate) fn unlabelled_label(&self) -> Option<&Label> {
        self.unlabelled.as_ref()
    }

    fn link(mut self, to: Label, up: Work) -> Self {
        if self.position(&to).is_some() {
            let from = self.current().clone();
            let step = Step { from, to };
            return self.flawed(Flaw::DuplicateLabel { step });
        }
        self.links.push(Link { to, up, down: None });
        self
    }

    fn link_down(mut self, to: Label, work: Work) -> Self {
        let step = Step {
            from: self.current().clone(),
            to,
        };
        let position_before = self.links.len().checked_sub(1);
        let before = position_before
            .and_then(|position| self.labels().nth(position))
            .cloned();
        if before.as_ref() != Some(&step.to) {
            return self.flawed(Flaw::DownElsewhere { step, before });
        }
        match self.links.last_mut() {
            Some(link) if link.down.is_none() => link.down = Some(work),
            _ => return self.flawed(Flaw::DownTwice { step }),
        }
        self
    }

    /// Keeps the first flaw: the ones after it are often its consequences.
    fn flawed(mut self, flaw: Flaw) -> Self {
        self.flaw.get_or_insert(flaw);
        self
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("first", &self.first)
            .field("links", &self.links)
            .field("unlabelled", &self.unlabelled)
            .field("flaw", &self.flaw)
            .finish()
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("to", &self.to)
            .field("has_way_down", &self.down.is_some())
            .finish_non_exhaustive()
    }
}
