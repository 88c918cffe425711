//! Reading a whole log: its segments one after the other, each in the place that the others give it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use vfs::Fs;

use crate::header::Header;
use crate::layout::{self, Listing};
use crate::reader::{Extent, Found, Reader};
use crate::{Damage, Error, Flaw, Lsn, Record};

/// All records of a log in order, and how it ends.
#[derive(Debug)]
pub(crate) struct Chain {
    fs: Arc<dyn Fs>,
    dir: PathBuf,
    /// First LSNs of the segments that count.
    segments: Vec<Lsn>,
    /// Records before it are passed over.
    start: Lsn,
    /// Position of the segment at hand.
    index: usize,
    reader: Option<Reader>,
    /// The header of the segment before the one at hand.
    before: Option<Header>,
    /// The last group that was read whole.
    last: Option<Extent>,
    end: Option<End>,
}

/// How a log ends.
#[derive(Debug)]
pub(crate) struct End {
    /// The last segment; `None` if the log has none.
    pub(crate) segment: Option<Header>,
    /// The record after the last one.
    pub(crate) next: Lsn,
    pub(crate) mark: LastMark,
    /// What was cut: where it begins in the last segment, and its bytes.
    pub(crate) torn: Option<(u64, u64)>,
}

/// The last valid mark, which proves all before it to be durable.
#[derive(Debug)]
pub(crate) enum LastMark {
    /// There is none: all that is known is the header.
    None,
    /// That of a whole group.
    Whole(Extent),
    /// That of a group which is not whole.
    Torn,
    /// A closing mark, at this place.
    Closing(u64),
}

impl Chain {
    /// The log as `listing` shows it, from `from` on.
    pub(crate) fn new(
        fs: Arc<dyn Fs>,
        dir: PathBuf,
        listing: &Listing,
        from: Lsn,
    ) -> Result<Self, Error> {
        let holder = listing.holder_of(from);
        // A log that was never written has no segment, and needs none.
        if holder.is_none() && !(listing.segments.is_empty() && from == Lsn::FIRST) {
            return Err(missing(&dir, from).into());
        }
        Ok(Self {
            segments: listing.segments[holder.unwrap_or(0)..].to_vec(),
            fs,
            dir,
            start: from,
            index: 0,
            reader: None,
            before: None,
            last: None,
            end: None,
        })
    }

    /// Goes to the next record. `false` at the end of the log.
    #[inline]
    pub(crate) fn advance(&mut self) -> Result<bool, Error> {
        loop {
            if self.step() {
                // The record at hand is the one before the next.
                if self
                    .reader
                    .as_ref()
                    .is_some_and(|reader| reader.next() > self.start)
                {
                    return Ok(true);
                }
            } else if !self.next_group()? {
                return Ok(false);
            }
        }
    }

    /// Goes to the next record of the group at hand, truncated or not. `false` at its end.
    #[inline]
    pub(crate) fn step(&mut self) -> bool {
        self.reader.as_mut().is_some_and(Reader::step)
    }

    /// The first record of the segment at hand, and that of the group at hand.
    pub(crate) fn place(&self) -> Option<(Lsn, Lsn)> {
        let reader = self.reader.as_ref()?;
        Some((reader.header.first, reader.group_first()))
    }

    /// The record at hand, once [`advance`](Self::advance) has gone to it.
    #[inline]
    pub(crate) fn record(&self) -> Option<Record<'_>> {
        let reader = self.reader.as_ref()?;
        Some(reader.record())
    }

    /// The segment at hand and the one before it, as far as they were read.
    pub(crate) fn headers(&self) -> (Option<&Header>, Option<&Header>) {
        (
            self.reader.as_ref().map(|reader| &reader.header),
            self.before.as_ref(),
        )
    }

    /// Reads what is left, and says how the log ends.
    pub(crate) fn into_end(mut self) -> Result<End, Error> {
        loop {
            if let Some(end) = self.end.take() {
                return Ok(end);
            }
            self.advance()?;
        }
    }

    /// Where the next segment begins, if there is one.
    fn limit(&self) -> Option<Lsn> {
        self.segments.get(self.index + 1).copied()
    }

    /// Goes into the next group, in this segment or a later one. `false`: the log ends here.
    pub(crate) fn next_group(&mut self) -> Result<bool, Error> {
        while self.end.is_none() {
            let limit = self.limit();
            let Some(reader) = &mut self.reader else {
                self.open_segment()?;
                continue;
            };
            if reader.is_stuck() {
                return Err(reader.damage(Flaw::Line).into());
            }
            if limit == Some(reader.next()) {
                self.index += 1;
                self.before = Some(reader.header.clone());
                self.open_segment()?;
                continue;
            }
            let failed =
                |reader: &Reader, source| Error::io(&reader.path, "reading the segment", source);
            let found = reader
                .find_group()
                .map_err(|source| failed(reader, source))?;
            match (found, limit) {
                (Found::Group(group), Some(limit)) if limit > group.first => {
                    let entered = reader.enter(group);
                    if entered.map_err(|source| failed(reader, source))? {
                        return Ok(true);
                    }
                    return Err(reader.damage(Flaw::Line).into());
                }
                // The next segment begins later, or earlier.
                (Found::Closing, Some(_)) => return Err(reader.damage(Flaw::Short).into()),
                (_, Some(_)) => return Err(reader.damage(Flaw::Mark).into()),
                (found, None) => {
                    let path = reader.path.clone();
                    let has_group = self.last_segment(found).map_err(|stop| match stop {
                        Stop::Io(source) => Error::io(&path, "reading the segment", source),
                        Stop::Damage(damage) => damage.into(),
                    })?;
                    if has_group {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Opens the segment at hand. Where there is none in the whole log, that is its end.
    fn open_segment(&mut self) -> Result<(), Error> {
        let Some(&first) = self.segments.get(self.index) else {
            self.end = Some(End {
                segment: None,
                next: self.start,
                mark: LastMark::None,
                torn: None,
            });
            return Ok(());
        };
        let reader = Reader::open(&*self.fs, &self.dir, first)?;
        if let Some(before) = &self.before {
            let is = &reader.header;
            if is.log != before.log || is.previous != before.segment {
                return Err(Damage {
                    offset: 0,
                    ..reader.damage(Flaw::Swapped)
                }
                .into());
            }
        }
        self.last = None;
        self.reader = Some(reader);
        Ok(())
    }

    /// What was found in the last segment: a group to go into, the end, or damage.
    fn last_segment(&mut self, found: Found) -> Result<bool, Stop> {
        let Some(reader) = &mut self.reader else {
            return Ok(false);
        };
        let (mark, flaw) = match found {
            Found::Group(group) => {
                if reader.enter(group)? {
                    self.last = Some(group);
                    return Ok(true);
                }
                (LastMark::Torn, Flaw::Line)
            }
            Found::Closing => (LastMark::Closing(reader.at()), Flaw::Mark),
            Found::Nothing => {
                let mark = self.last.map_or(LastMark::None, LastMark::Whole);
                (mark, Flaw::Mark)
            }
        };
        // Nothing is valid from here on, if this is where the log ends.
        let damage = reader.damage(flaw);
        let (torn_at, next) = damage.cut;
        let is_closed = matches!(mark, LastMark::Closing(_));
        let behind = reader.look_behind(torn_at, is_closed)?;
        if torn_at < reader.header.settled || behind.is_marked {
            return Err(Stop::Damage(damage));
        }
        // Truncation never goes beyond what there is.
        if next < self.start {
            return Err(Stop::Damage(reader.damage(Flaw::Short)));
        }
        self.end = Some(End {
            segment: Some(reader.header.clone()),
            next,
            mark,
            torn: (behind.written_to > torn_at).then(|| (torn_at, behind.written_to - torn_at)),
        });
        Ok(false)
    }
}

/// Why reading stops.
enum Stop {
    Io(io::Error),
    Damage(Damage),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn missing(dir: &std::path::Path, lsn: Lsn) -> Damage {
    Damage {
        path: layout::segment(dir, lsn),
        offset: 0,
        lsn,
        flaw: Flaw::Missing,
        cut: (0, lsn),
    }
}
