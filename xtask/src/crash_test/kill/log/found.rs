//! The records of a log, each checked against those before it.

use std::collections::BTreeMap;

use crate::crash_test::worker::Entry;

/// Which record of which call it is: run, writer, call, index, and how many there are.
pub(super) type Place = (u64, u64, u64, u64, u64);

/// What has been read.
pub(super) struct Found {
    pub(super) start: u64,
    pub(super) next: u64,
    pub(super) records: BTreeMap<u64, Place>,
    /// The last process, and the record that it began with.
    run: u64,
    begun: u64,
    /// The rest of the batch at hand begins with it.
    batch: Option<Place>,
    /// The last call of each writer of each run.
    calls: BTreeMap<(u64, u64), u64>,
    last_run: u64,
}

impl Found {
    /// `start` is where the log begins, `begun` where the process `run` has begun.
    pub(super) fn new(start: u64, run: u64, begun: u64) -> Self {
        Self {
            start,
            next: start,
            records: BTreeMap::new(),
            run,
            begun,
            batch: None,
            calls: BTreeMap::new(),
            last_run: 0,
        }
    }

    pub(super) fn take(&mut self, lsn: u64, payload: &[u8]) -> Result<(), String> {
        let check = |holds: bool, what: &str| {
            if holds {
                Ok(())
            } else {
                Err(format!("record {lsn}: {what}"))
            }
        };
        check(lsn == self.next, "not the next number")?;
        let entry: Result<Entry, _> = serde_json::from_slice(payload);
        let entry = entry.map_err(|error| format!("record {lsn}: {error}"))?;
        let (run, writer, call) = (entry.run, entry.writer, entry.call);
        let (index, of) = (entry.index, entry.of);
        let whole = Entry::new(run, writer, call, index, of).payload();
        check(
            whole.is_ok_and(|whole| whole == payload),
            "not the bytes that were appended",
        )?;
        let place = (run, writer, call, index, of);
        // Truncation alone may leave a part of a batch: its end, where the log begins.
        let begins = index == 0 || lsn == self.start;
        let goes_on = self.batch.map_or(begins, |next| next == place);
        check(goes_on && index < of, "a batch is not whole")?;
        check(
            run >= self.last_run && (run == self.run) == (lsn >= self.begun),
            "of another process than its place",
        )?;
        if begins {
            let is_next = match self.calls.insert((run, writer), call) {
                Some(last) => call == last + 1,
                // The earlier ones may have been truncated.
                None => call == 1 || run != self.run || self.begun < self.start,
            };
            check(is_next, "a call of its writer is missing, or out of order")?;
        }
        self.batch = (index + 1 < of).then_some((run, writer, call, index + 1, of));
        (self.last_run, self.next) = (run, lsn + 1);
        self.records.insert(lsn, place);
        Ok(())
    }

    pub(super) fn end(&self) -> Result<(), String> {
        match self.batch {
            None => Ok(()),
            Some(next) => Err(format!("it ends within a batch, before {next:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads records of run 2 that begin with number 10.
    fn read(entries: &[(u64, Entry)]) -> Result<(), String> {
        let mut found = Found::new(10, 2, 10);
        for (lsn, entry) in entries {
            found.take(*lsn, &entry.payload().unwrap())?;
        }
        found.end()
    }

    fn entry(call: u64, index: u64, of: u64) -> Entry {
        Entry::new(2, 0, call, index, of)
    }

    #[test]
    fn what_is_missing_or_not_in_its_place_is_found() {
        let whole = [
            (10, entry(1, 0, 1)),
            (11, entry(2, 0, 2)),
            (12, entry(2, 1, 2)),
        ];
        assert_eq!(read(&whole), Ok(()));
        let broken = |entries: &[(u64, Entry)], what: &str| {
            let said = read(entries).unwrap_err();
            assert!(said.contains(what), "{said}");
        };
        broken(&whole[..2], "within a batch");
        broken(&[(11, entry(1, 0, 1))], "not the next number");
        broken(&[(10, entry(2, 0, 1))], "is missing");
        broken(&[whole[0].clone(), (11, entry(2, 1, 2))], "not whole");
        broken(&[whole[0].clone(), (11, entry(1, 0, 1))], "out of order");
        broken(&[(10, Entry::new(1, 0, 1, 0, 1))], "another process");
        let mut found = Found::new(10, 2, 10);
        let mut payload = entry(1, 0, 1).payload().unwrap();
        payload.push(b' ');
        assert!(found.take(10, &payload).is_err());
    }
}
