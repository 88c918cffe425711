//! One file's bytes after a crash.

use std::ops::Range;

use crate::device::{BLOCK, SECTOR};
use crate::fate::{Gap, Keep};
use crate::fingerprint::Random;

/// A file's content while surviving operations are laid over it.
pub(crate) struct Folding {
    bytes: Vec<u8>,
    size: usize,
    /// Which bytes have been written by something that survived; sorted, disjoint.
    covered: Vec<Range<usize>>,
}

impl Folding {
    /// Begins with what was there, with room for a file of `end` bytes.
    pub(crate) fn new(base: &[u8], end: usize) -> Self {
        let size = base.len();
        let mut bytes = Vec::with_capacity(end.max(size));
        bytes.extend_from_slice(base);
        Self {
            bytes,
            size,
            covered: std::iter::once(0..size).collect(),
        }
    }

    pub(crate) fn data(&mut self, offset: usize, bytes: &[u8], keep: Keep) {
        let end = bytes.len();
        match keep {
            Keep::Drop => {}
            Keep::All => self.put(offset, bytes),
            Keep::Prefix(count) => self.put(offset, &bytes[..usize::from(count).min(end)]),
            Keep::Suffix(skipped) => {
                let skipped = usize::from(skipped).min(end);
                self.put(offset + skipped, &bytes[skipped..]);
            }
            // What is written to the block later is written over the noise.
            Keep::Noise => {
                let start = offset / BLOCK * BLOCK;
                let mut noise = [0; BLOCK];
                fill_gap(&mut noise, start, Gap::Noise, &[]);
                self.put(start, &noise);
            }
            Keep::Sectors(mask) => {
                for sector in (0..8).filter(|sector| mask & (1 << sector) != 0) {
                    let start = offset / BLOCK * BLOCK + sector * SECTOR;
                    let from = start.max(offset);
                    let to = (start + SECTOR).min(offset + end);
                    if from < to {
                        self.put(from, &bytes[from - offset..to - offset]);
                    }
                }
            }
        }
    }

    /// The file is at least this long.
    pub(crate) fn grow(&mut self, size: usize) {
        self.size = self.size.max(size);
    }

    fn put(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[offset..end].copy_from_slice(bytes);
        self.cover(offset..end);
    }

    fn cover(&mut self, mut range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.covered.retain(|known| {
            let apart = known.end < range.start || range.end < known.start;
            if !apart {
                range = range.start.min(known.start)..range.end.max(known.end);
            }
            apart
        });
        let at = self
            .covered
            .partition_point(|known| known.start < range.start);
        self.covered.insert(at, range);
    }

    pub(crate) fn truncate(&mut self, size: usize) {
        for range in &mut self.covered {
            range.end = range.end.min(size);
        }
        self.covered.retain(|range| !range.is_empty());
        if size > self.size {
            // Extending reads as zeros, whatever survives.
            self.bytes.resize(self.bytes.len().max(size), 0);
            self.bytes[self.size..size].fill(0);
            self.cover(self.size..size);
        }
        self.size = size;
    }

    pub(crate) fn finish(mut self, gap: Gap, stale: &[u8]) -> Vec<u8> {
        self.bytes.resize(self.size, 0);
        for range in self.gaps() {
            let from = range.start;
            fill_gap(&mut self.bytes[range], from, gap, stale);
        }
        self.bytes
    }

    pub(crate) fn has_gap(&self) -> bool {
        !self.gaps().is_empty()
    }

    /// What lies below the size and was not written.
    fn gaps(&self) -> Vec<Range<usize>> {
        let end = self.size..self.size;
        let mut gaps = Vec::new();
        let mut from = 0;
        for range in self.covered.iter().chain(std::iter::once(&end)) {
            let to = range.start.min(self.size);
            if from < to {
                gaps.push(from..to);
            }
            from = from.max(range.end);
        }
        gaps
    }
}

fn fill_gap(bytes: &mut [u8], offset: usize, gap: Gap, stale: &[u8]) {
    match gap {
        Gap::Zeros => bytes.fill(0),
        Gap::Noise => {
            let mut random = Random::new(offset as u64);
            for word in bytes.chunks_mut(8) {
                word.copy_from_slice(&random.next().to_le_bytes()[..word.len()]);
            }
        }
        Gap::Stale if stale.is_empty() => bytes.fill(b'~'),
        Gap::Stale => {
            let mut source = &stale[offset % stale.len()..];
            let mut rest = bytes;
            while !rest.is_empty() {
                let (part, later) = rest.split_at_mut(source.len().min(rest.len()));
                part.copy_from_slice(&source[..part.len()]);
                (source, rest) = (stale, later);
            }
        }
    }
}
