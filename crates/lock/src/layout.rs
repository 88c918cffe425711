//! Where things stand in a lock file. The table is in `docs/formats/lock.md`.

use std::io::Result;

use vfs::File;

/// Everything has a block of its own, of the size that a device may tear or garble as a whole when
/// power fails while it writes: damage to one thing is never damage to another.
pub(crate) const BLOCK: usize = 4096;

/// Who holds the lock. Never synced.
pub(crate) const HOLDER: u64 = 0;
/// The last token that is known to be durable. Never synced.
pub(crate) const CONFIRMED: u64 = HOLDER + BLOCK as u64;
/// The two places that hold the last tokens in turn.
pub(crate) const SLOTS: [u64; 2] = [CONFIRMED + BLOCK as u64, CONFIRMED + 2 * BLOCK as u64];

/// A whole block that begins with the line `text`, the rest blank, so that the file stays a text
/// file. `text` is shorter than a block by its two line ends.
pub(crate) fn block(text: &str) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    block[..text.len()].copy_from_slice(text.as_bytes());
    block[text.len()] = b'\n';
    block[BLOCK - 1] = b'\n';
    block
}

/// The block at `offset`: shorter if the file ends in it, empty if the file ends before it.
pub(crate) fn read_block(file: &dyn File, offset: u64) -> Result<Vec<u8>> {
    let there = file.size()?.saturating_sub(offset);
    let mut block = vec![0; BLOCK.min(usize::try_from(there).unwrap_or(BLOCK))];
    file.read_exact_at(&mut block, offset)?;
    Ok(block)
}
