//! What the two files of a counter say, and what follows from it: the tables of
//! `docs/formats/counter.md`.

use super::{CounterFinding, Reserved};
use crate::error::{Error, Result};
use crate::held::Held;
use crate::read::State;

/// What the two files say. The document is never `Refused`.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) document: State<Reserved>,
    /// The last token of the lock file; `None` if that is damaged.
    witness: Option<u64>,
}

/// The number above which the counter goes on.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) number: u64,
    /// Whether the lock file knows what the document knows. Else it may just have been made, and more
    /// numbers than needed are not reserved before it knows them.
    pub(super) is_proven: bool,
    pub(super) finding: Option<CounterFinding>,
}

impl Evidence {
    pub(super) fn of(held: &Held<'_, Reserved>) -> Result<Self> {
        let document = match held.inspect() {
            State::Refused(error) => return Err(error),
            document => document,
        };
        let witness = match held.lock.last_token() {
            Ok(token) => Some(token),
            Err(error) if error.kind() == lock::ErrorKind::TokenLost => None,
            Err(error) => return Err(Error::lock(error)),
        };
        Ok(Self { document, witness })
    }

    fn reserved(&self) -> Option<&Reserved> {
        match &self.document {
            State::Good(good) => Some(&good.content.value),
            _ => None,
        }
    }

    /// Whether the document knows, durably, of all numbers up to `end`. A token above `given` is drawn
    /// only after the document that says so is durable.
    pub(super) fn covers(&self, end: u64) -> bool {
        match (self.reserved(), self.witness) {
            (Some(reserved), Some(witness)) => witness > reserved.given && end <= reserved.reserved,
            _ => false,
        }
    }

    /// No number above it was handed out; at least `least`. `None` if nothing is left that could know.
    pub(super) fn base(&self, least: u64) -> Option<Base> {
        use CounterFinding as Finding;
        let (number, is_proven, finding) = match (self.reserved(), self.witness) {
            (Some(reserved), Some(witness)) if witness > 0 && witness >= reserved.given => {
                let is_older = witness > reserved.reserved;
                (witness, true, is_older.then_some(Finding::DocumentOlder))
            }
            (Some(reserved), Some(_)) => {
                let finding = Some(Finding::LockFileOlder);
                (reserved.reserved, false, finding)
            }
            (Some(reserved), None) => (reserved.reserved, false, Some(Finding::LockFileDamaged)),
            (None, Some(witness)) => match (&self.document, witness) {
                (State::Missing, 0) => (0, false, None),
                (_, 0) => return None,
                (State::Missing, _) => (witness, true, Some(Finding::DocumentMissing)),
                _ => (witness, true, Some(Finding::DocumentDamaged)),
            },
            (None, None) => return None,
        };
        Some(Base {
            number: number.max(least),
            is_proven,
            finding,
        })
    }
}

impl Base {
    /// What the caller of `raise_above` vouches for.
    pub(super) fn vouched_for(evidence: &Evidence, number: u64) -> Self {
        let is_damaged = matches!(evidence.document, State::Damaged(_));
        let finding = if is_damaged {
            CounterFinding::DocumentDamaged
        } else {
            CounterFinding::LockFileDamaged
        };
        Self {
            number,
            is_proven: false,
            finding: Some(finding),
        }
    }
}
