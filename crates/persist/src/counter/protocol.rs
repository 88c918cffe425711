//! The steps of a counter, under its lock: `docs/formats/counter.md`.

use std::ops::Range;

use super::evidence::{Base, Evidence};
use super::{Counter, CounterRepair, NUMBER_MAX, Reserved};
use crate::error::{Error, ErrorKind, Result};
use crate::held::Held;
use crate::quarantine::quarantine;
use crate::read::State;

impl Counter {
    pub(super) fn reserve_under(
        &self,
        held: &Held<'_, Reserved>,
        count: u64,
    ) -> Result<Range<u64>> {
        let evidence = Evidence::of(held)?;
        let base = self.base(&evidence)?;
        let end = base.number.checked_add(count);
        let end = end.filter(|end| *end <= NUMBER_MAX);
        let end = end.ok_or_else(|| self.used_up())?;
        let numbers = base.number + 1..end + 1;
        if count == 0 {
            return Ok(numbers);
        }
        if !evidence.covers(end) {
            let ahead = if base.is_proven {
                self.options.ahead
            } else {
                1
            };
            let reserved = base.number.saturating_add(ahead);
            let reserved = Reserved {
                given: base.number,
                reserved: reserved.clamp(end, NUMBER_MAX),
            };
            self.write(held, &evidence, &base, &reserved)?;
        }
        Self::draw(held, end)?;
        Ok(numbers)
    }

    pub(super) fn raise_under(&self, held: &Held<'_, Reserved>, number: u64) -> Result<()> {
        let evidence = Evidence::of(held)?;
        let mut base = Base::vouched_for(&evidence, number);
        match self.base(&evidence) {
            Ok(known) if known.number >= number => return Ok(()),
            Ok(known) => base.finding = known.finding,
            Err(error) if error.kind() == ErrorKind::NumbersLost => {}
            Err(error) => return Err(error),
        }
        if number > NUMBER_MAX {
            return Err(self.used_up());
        }
        let reserved = Reserved {
            given: number,
            reserved: number,
        };
        self.write(held, &evidence, &base, &reserved)?;
        Self::draw(held, number)
    }

    /// Replaces the document, after a damaged one is set aside.
    fn write(
        &self,
        held: &Held<'_, Reserved>,
        evidence: &Evidence,
        base: &Base,
        reserved: &Reserved,
    ) -> Result<()> {
        let path = held.place.document();
        let mut kept = None;
        let there = match &evidence.document {
            State::Good(good) => Some(&**good),
            State::Damaged(damaged) => {
                let disk = &self.document.settings().disk;
                kept = Some(quarantine(disk, &held.place, &damaged.original(path))?);
                None
            }
            State::Missing | State::Refused(_) => None,
        };
        held.save(there, reserved)?;
        if let Some(finding) = base.finding {
            self.options.tell(&CounterRepair {
                path: path.to_owned(),
                finding,
                above: base.number,
                quarantined: kept,
            });
        }
        Ok(())
    }

    /// Makes `number` the last one in the lock file.
    fn draw(held: &Held<'_, Reserved>, number: u64) -> Result<()> {
        // A floor below 0 is none: then the number is 1, and nothing was drawn.
        let Some(floor) = number.checked_sub(1) else {
            return Ok(());
        };
        let token = held.lock.token_above(floor).map_err(Error::lock)?.get();
        if token == number {
            return Ok(());
        }
        let path = held.place.document();
        let message = format!(
            "the lock file of {} has drawn {token} instead of {number}; no number was handed out, try again",
            path.display()
        );
        Err(Error::new(ErrorKind::Io, path, message))
    }
}
