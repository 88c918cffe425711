//! A group of records on its way to the disk.

use integrity::line::{self, Line};

use crate::Lsn;
use crate::header::Header;
use crate::identity::Identity;
use crate::mark::{MARK, Mark};
use crate::page::{self, PAGE};

/// What the line of a record of this length takes.
pub(crate) const fn line_len(payload: usize) -> u64 {
    payload as u64 + line::OVERHEAD as u64
}

/// What a line of this segment is bound to.
pub(crate) const fn salt(segment: Identity, lsn: Lsn) -> u64 {
    segment.0 ^ lsn.get()
}

/// Records that will be written and made durable together.
pub(crate) struct Group {
    bytes: Vec<u8>,
    /// Where the mark stands among them: where a page of memory begins, so that the group can be written past the page cache, and behind
    /// room for a header, so that a group which begins a segment is written in one piece.
    mark: usize,
    /// How many bytes it keeps when it begins anew: one large batch shall not hold its memory for ever.
    keeps: usize,
    segment: Identity,
    first: Lsn,
    next: Lsn,
}

impl Group {
    /// An empty group that takes this many bytes of lines without growing.
    pub(crate) fn with_capacity(lines: usize) -> Self {
        // The mark begins in the second page of memory that is all the buffer's; the last one is filled up.
        let keeps = 2 * PAGE + MARK + lines + PAGE;
        let mut group = Self {
            bytes: Vec::with_capacity(keeps),
            keeps,
            ..Self::elsewhere()
        };
        group.begin(Identity::NONE, Lsn::FIRST);
        group
    }

    /// What stands in for a group that is elsewhere.
    pub(crate) const fn elsewhere() -> Self {
        Self {
            bytes: Vec::new(),
            mark: 0,
            keeps: 0,
            segment: Identity::NONE,
            first: Lsn::FIRST,
            next: Lsn::FIRST,
        }
    }

    /// Begins anew: the next record will be `first`, of this segment.
    pub(crate) fn begin(&mut self, segment: Identity, first: Lsn) {
        self.bytes.truncate(self.lines_at());
        self.bytes.shrink_to(self.keeps);
        let address = self.bytes.as_ptr().addr();
        self.mark = address.next_multiple_of(PAGE) - address + PAGE;
        self.bytes.resize(self.lines_at(), b' ');
        self.segment = segment;
        self.first = first;
        self.next = first;
    }

    pub(crate) fn first(&self) -> Lsn {
        self.first
    }

    /// The LSN behind its last record.
    pub(crate) fn next(&self) -> Lsn {
        self.next
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.next == self.first
    }

    /// Bytes of mark and lines.
    pub(crate) fn len(&self) -> u64 {
        (self.bytes.len() - self.mark) as u64
    }

    fn lines_at(&self) -> usize {
        self.mark + MARK
    }

    fn lines(&self) -> &[u8] {
        &self.bytes[self.lines_at()..]
    }

    /// Appends a record.
    pub(crate) fn push(&mut self, payload: &[u8]) -> Result<Lsn, integrity::Error> {
        let lsn = self.next;
        line::encode(payload, salt(self.segment, lsn), &mut self.bytes)?;
        self.next = lsn.plus(1);
        Ok(lsn)
    }

    /// Binds what is in it to another segment.
    pub(crate) fn rebind(&mut self, segment: Identity) -> Result<(), integrity::Error> {
        let mut rebound = Self::with_capacity(self.lines().len());
        rebound.begin(segment, self.first);
        let mut rest = self.lines();
        while let Line::Complete {
            payload,
            rest: behind,
        } = line::decode(rest, salt(self.segment, rebound.next), rest.len())
        {
            rebound.push(payload)?;
            rest = behind;
        }
        debug_assert_eq!(rebound.next, self.next, "its own lines read");
        // Line by line as long as before; and the buffer stays, which the next groups will need.
        let lines_at = self.lines_at();
        self.bytes[lines_at..].copy_from_slice(rebound.lines());
        self.segment = segment;
        Ok(())
    }

    /// The pages to write at `offset` of the segment, of which `before` records stand before it.
    pub(crate) fn pages(&mut self, offset: u64, before: u32) -> &[u8] {
        self.seal(offset, before);
        &self.bytes[self.mark..]
    }

    /// The first pages of a segment with this header, with the group in them if it holds any record.
    pub(crate) fn first_pages(&mut self, header: &Header) -> Result<&[u8], integrity::Error> {
        let page = header.encode()?;
        let header_at = self.mark - PAGE;
        self.bytes[header_at..self.mark].copy_from_slice(&page);
        if self.is_empty() {
            return Ok(&self.bytes[header_at..self.mark]);
        }
        self.seal(PAGE as u64, 0);
        Ok(&self.bytes[header_at..])
    }

    fn seal(&mut self, offset: u64, before: u32) {
        let mark = Mark {
            // A group fits into a segment, which is shorter than 4 GiB.
            len: u32::try_from(self.len()).unwrap_or(u32::MAX),
            before,
            lines: crc32c::crc32c(self.lines()),
            closing: false,
        };
        let mark = mark.encode(self.segment, offset);
        let lines_at = self.lines_at();
        self.bytes[self.mark..lines_at].copy_from_slice(&mark);
        page::fill_up(&mut self.bytes, self.mark);
    }
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group")
            .field("first", &self.first)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}
