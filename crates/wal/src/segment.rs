//! The segment that is written to.

use std::io;
use std::path::{Path, PathBuf};

use vfs::{Fs, OpenOptions};

use crate::group::Group;
use crate::header::Header;
use crate::identity::Identity;
use crate::layout;
use crate::mark::Mark;
use crate::output::{Cache, Output};
use crate::page::{self, PAGE};
use crate::{Error, Lsn};

/// Bytes that groups may take in a segment of this size: all but the header's page, and one for the closing mark.
pub(crate) const fn room_in(size: u64) -> u64 {
    size - 2 * PAGE as u64
}

/// A segment, open for writing. Everything before `end` is durable, its name included.
#[derive(Debug)]
pub(crate) struct Segment {
    output: Output,
    pub(crate) header: Header,
    /// Where the next group goes.
    pub(crate) end: u64,
    /// The record that it begins with.
    pub(crate) next: Lsn,
    /// Whether a closing mark stands at `end`.
    pub(crate) is_closed: bool,
}

/// What a segment is made of.
#[derive(Debug)]
pub(crate) struct Blank {
    pub(crate) output: Output,
    pub(crate) path: PathBuf,
    /// The identity that it will have.
    pub(crate) identity: Identity,
    /// How long the segment may become.
    pub(crate) size: u64,
}

impl Blank {
    /// Makes it the segment that begins with `group` (which may be empty) and follows `before`.
    pub(crate) fn begin(
        self,
        fs: &dyn Fs,
        dir: &Path,
        log: Identity,
        before: Option<&Header>,
        group: &mut Group,
        cache: Cache,
    ) -> io::Result<Segment> {
        let first = group.first();
        // A segment without a record gives its place in the chain to the one that is begun in its stead.
        let previous = match before {
            Some(before) if before.first == first => before.previous,
            Some(before) => before.segment,
            None => Identity::NONE,
        };
        let settled = if group.is_empty() {
            PAGE as u64
        } else {
            PAGE as u64 + page::next_page(group.len())
        };
        let header = Header::new(
            log,
            self.identity,
            previous,
            first,
            self.size.max(settled + PAGE as u64),
            settled,
        );
        let pages = group.first_pages(&header).map_err(io::Error::other)?;
        self.output.write(pages, 0, cache)?;
        fs.rename(&self.path, &layout::segment(dir, first))?;
        fs.sync_dir(dir)?;
        Ok(Segment {
            output: self.output,
            header,
            end: settled,
            next: group.next(),
            is_closed: false,
        })
    }
}

impl Segment {
    /// Goes on in a segment that was closed: its closing mark stands at `end`.
    pub(crate) fn resume(
        fs: &dyn Fs,
        dir: &Path,
        header: Header,
        end: u64,
        next: Lsn,
    ) -> Result<Self, Error> {
        let path = layout::segment(dir, header.first);
        let file = fs
            .open(&path, &OpenOptions::read_write())
            .map_err(|source| Error::io(&path, "opening the segment", source))?;
        Ok(Self {
            output: Output::open(fs, &path, file),
            header,
            end,
            next,
            is_closed: true,
        })
    }

    /// Bytes that groups may still take.
    pub(crate) fn room(&self) -> u64 {
        (self.header.size - PAGE as u64).saturating_sub(self.end)
    }

    /// Writes the group and makes it durable: one write, one sync.
    pub(crate) fn write(&mut self, group: &mut Group, cache: Cache) -> io::Result<()> {
        let next = group.next();
        let pages = group.pages(self.end, self.records());
        self.output.write(pages, self.end, cache)?;
        self.end += pages.len() as u64;
        self.next = next;
        self.is_closed = false;
        Ok(())
    }

    /// Writes down that everything is durable, which it must be.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let mut bytes = Mark::closing(self.records())
            .encode(self.header.segment, self.end)
            .to_vec();
        page::fill_up(&mut bytes, 0);
        self.output.write(&bytes, self.end, Cache::Through)?;
        self.is_closed = true;
        Ok(())
    }

    /// Records in it. A group has at least one page, or 19 bytes a record: a segment's records can be counted in 32 bits.
    fn records(&self) -> u32 {
        u32::try_from(self.next.since(self.header.first)).unwrap_or(u32::MAX)
    }
}
