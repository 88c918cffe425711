//! Reading one segment, group by group.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use integrity::line::{self, Line, Splitter};
use vfs::{Fs, OpenOptions};

use crate::blocks::Blocks;
use crate::group::salt;
use crate::header::{Header, NoHeader};
use crate::layout;
use crate::mark::{MARK, Mark};
use crate::page::{self, BLANK, PAGE};
use crate::{Damage, Error, Flaw, Lsn, Record};

/// A segment that is being read.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) path: PathBuf,
    pub(crate) header: Header,
    blocks: Blocks,
    /// Where the next group begins, or should.
    at: u64,
    /// The next record.
    next: Lsn,
    /// The lines of the group at hand that are still to be read: places in the blocks.
    lines: Range<usize>,
    splitter: Splitter,
    /// The record at hand: its payload's place in the blocks.
    lsn: Lsn,
    payload: Range<usize>,
    /// The group at hand.
    group: Extent,
}

/// Where a group is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) len: u32,
    pub(crate) first: Lsn,
    /// CRC-32C of its lines.
    lines: u32,
}

/// What stands where a group is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    /// A group with a valid mark.
    Group(Extent),
    /// A closing mark.
    Closing,
    /// Neither.
    Nothing,
}

impl Reader {
    /// Opens the segment that begins with `first` and reads its header.
    pub(crate) fn open(fs: &dyn Fs, dir: &Path, first: Lsn) -> Result<Self, Error> {
        let path = layout::segment(dir, first);
        let failed = |source| Error::io(&path, "reading the segment", source);
        let file = fs.open(&path, &OpenOptions::read()).map_err(failed)?;
        let mut blocks = Blocks::new(file).map_err(failed)?;
        let at = blocks.seek(0, PAGE).map_err(failed)?;
        let damage = |flaw| Damage {
            path: path.clone(),
            offset: 0,
            lsn: first,
            flaw,
            cut: (0, first),
        };
        let page = blocks.bytes().get(at..).unwrap_or_default();
        let header = match Header::decode(&page[..page.len().min(PAGE)]) {
            Ok(header) if header.first == first => header,
            Ok(_) => return Err(damage(Flaw::Swapped).into()),
            Err(NoHeader::Damaged) => return Err(damage(Flaw::Header).into()),
            Err(NoHeader::Newer(format)) => return Err(Error::Newer { path, format }),
        };
        let at = PAGE as u64;
        Ok(Self {
            path,
            header,
            blocks,
            at,
            next: first,
            lines: 0..0,
            splitter: Splitter::default(),
            lsn: first,
            payload: 0..0,
            group: Extent {
                offset: at,
                len: 0,
                first,
                lines: 0,
            },
        })
    }

    /// Where the next group is looked for.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// The next record.
    pub(crate) fn next(&self) -> Lsn {
        self.next
    }

    /// The first record of the group at hand.
    pub(crate) fn group_first(&self) -> Lsn {
        self.group.first
    }

    /// What stands where the next group should begin.
    pub(crate) fn find_group(&mut self) -> io::Result<Found> {
        let Some(mark) = self.mark_at(self.at)? else {
            return Ok(Found::Nothing);
        };
        let fits = u64::from(mark.len) <= self.header.size.saturating_sub(self.at);
        // Both are what the writer counted, and the checksum says it was the writer: a mark that contradicts is none.
        if u64::from(mark.before) != self.next.since(self.header.first) || !fits {
            return Ok(Found::Nothing);
        }
        if mark.closing {
            return Ok(Found::Closing);
        }
        Ok(Found::Group(Extent {
            offset: self.at,
            len: mark.len,
            first: self.next,
            lines: mark.lines,
        }))
    }

    /// Goes into the group if it is whole: its lines are next. Where it is not, the reader stays at the line that shows it.
    pub(crate) fn enter(&mut self, group: Extent) -> io::Result<bool> {
        let len = group.len as usize;
        let start = self.blocks.seek(group.offset, len)?;
        let bytes = self.blocks.bytes();
        let end = bytes.len().min(start + len);
        self.lines = (start + MARK).min(end)..end;
        self.group = group;
        self.next = group.first;
        self.at = page::next_page(group.offset + u64::from(group.len));
        if end - start == len && crc32c::crc32c(&bytes[self.lines.clone()]) == group.lines {
            return Ok(true);
        }
        while let Line::Complete { rest, .. } = self.decode() {
            self.lines.start = self.lines.end - rest.len();
            self.next = self.next.plus(1);
        }
        Ok(false)
    }

    /// The next line by its own checksum.
    fn decode(&self) -> Line<'_> {
        let bytes = &self.blocks.bytes()[self.lines.clone()];
        line::decode(bytes, salt(self.header.segment, self.next), bytes.len())
    }

    /// Goes to the next record of the group, which was entered whole. `false` at its end.
    #[inline]
    pub(crate) fn step(&mut self) -> bool {
        // Once the lines are empty, the blocks may have moved on from them.
        let lines = self.blocks.bytes().get(self.lines.clone());
        let Some((payload, rest)) = lines.and_then(|lines| self.splitter.split(lines)) else {
            return false;
        };
        let end = self.lines.end - rest.len() - 1;
        self.payload = end - payload.len()..end;
        self.lines.start = end + 1;
        self.lsn = self.next;
        self.next = self.lsn.plus(1);
        true
    }

    /// Whether there are lines that [`step`](Self::step) can't take apart. What has passed a checksum over all of it has none, unless
    /// somebody has made it pass.
    pub(crate) fn is_stuck(&self) -> bool {
        !self.lines.is_empty()
    }

    /// The record at hand.
    #[inline]
    pub(crate) fn record(&self) -> Record<'_> {
        Record {
            lsn: self.lsn,
            payload: &self.blocks.bytes()[self.payload.clone()],
        }
    }

    /// What is wrong where the reader is.
    pub(crate) fn damage(&self, flaw: Flaw) -> Damage {
        let (offset, cut) = match flaw {
            Flaw::Line => (
                self.blocks.offset_of(self.lines.start),
                (self.group.offset, self.group.first),
            ),
            _ => (self.at, (self.at, self.next)),
        };
        Damage {
            path: self.path.clone(),
            offset,
            lsn: self.next,
            flaw,
            cut,
        }
    }

    /// Looks at everything from `offset` on: is there a later mark, and how far have there been bytes? A closing mark may stand at
    /// `offset`, if `is_closed` says so, and nothing else with it.
    pub(crate) fn look_behind(&mut self, offset: u64, is_closed: bool) -> io::Result<Behind> {
        let mut behind = Behind {
            is_marked: false,
            written_to: offset,
        };
        let mut expected = BLANK;
        if is_closed {
            let mark = Mark::closing(self.records_before());
            expected[..MARK].copy_from_slice(&mark.encode(self.header.segment, offset));
        }
        let mut at = offset;
        while at < self.header.size {
            let start = self.blocks.seek(at, PAGE)?;
            let bytes = &self.blocks.bytes()[start..];
            if bytes.is_empty() {
                break;
            }
            let page = &bytes[..bytes.len().min(PAGE)];
            if page != &expected[..page.len()] {
                behind.written_to = at + page.len() as u64;
                let is_mark = Mark::decode(page, self.header.segment, at).is_some();
                behind.is_marked |= is_mark && at > offset;
            }
            at += PAGE as u64;
            expected = BLANK;
        }
        Ok(behind)
    }

    /// Records of the segment before the next one.
    fn records_before(&self) -> u32 {
        u32::try_from(self.next.since(self.header.first)).unwrap_or(u32::MAX)
    }

    /// Steps back to where the group begins, which is not there whole yet.
    pub(crate) fn leave(&mut self, group: Extent) {
        (self.at, self.next, self.lines) = (group.offset, group.first, 0..0);
    }

    /// Forgets what was read ahead, of a file that grows.
    pub(crate) fn look_again(&mut self) {
        self.blocks.forget();
    }

    /// The mark of this segment at `offset`, whatever it says.
    fn mark_at(&mut self, offset: u64) -> io::Result<Option<Mark>> {
        let start = self.blocks.seek(offset, MARK)?;
        let bytes = self.blocks.bytes().get(start..).unwrap_or_default();
        Ok(Mark::decode(bytes, self.header.segment, offset))
    }
}

/// What stands behind a place.
#[derive(Debug)]
pub(crate) struct Behind {
    /// Whether a later mark proves that the place was durable.
    pub(crate) is_marked: bool,
    /// The end of the last page that is not blank.
    pub(crate) written_to: u64,
}
