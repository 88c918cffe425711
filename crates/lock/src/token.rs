//! Numbers that only grow, in a file that a crash may tear.
//!
//! Two slots hold the last two numbers, and the greater one counts. A slot is overwritten only while
//! the other one is durable, so that whatever a crash makes of the write, one number is left to go on
//! from. Three rules keep every handed-out number below all later ones:
//!
//! 1. When a token is handed out it is durable, and the other slot holds the number just before it.
//!    So if one slot is damaged, by a torn write or years later, no token above *the other one plus
//!    one* was handed out.
//! 2. A number that was only written may be visible and yet not durable, because its writer was
//!    killed before its sync, or because the sync failed and no later sync covers what it lost. After
//!    each successful sync the number is *confirmed* in a third place, without a sync. Whoever finds
//!    the greater number unconfirmed writes a greater one anew into the same slot, and syncs it,
//!    before it touches the other slot.
//! 3. A number that may have been handed out is never written again, and so never passes for confirmed
//!    when it is not.

use std::fmt;
use std::io::Result;

use vfs::File;

use crate::layout::{BLOCK, CONFIRMED, SLOTS, block, read_block};

/// The number of an exclusive holder: greater than that of every holder before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FencingToken(u64);

impl FencingToken {
    /// The number itself, to be kept and compared elsewhere.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for FencingToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

const CONFIRMED_LABEL: &str = "confirmed";
const SLOT_LABELS: [&str; 2] = ["token-a", "token-b"];

/// The block for one number. The label is under the checksum: a block in another's place is damage.
fn encode(label: &str, number: u64) -> [u8; BLOCK] {
    let text = format!("{label} {number:020}");
    block(&format!(
        "{text} crc32c {:08x}",
        crc32c::crc32c(text.as_bytes())
    ))
}

/// The number in a block, if the block is to the last byte what `encode` makes of it.
fn decode(label: &str, block: &[u8]) -> Option<u64> {
    let rest = block.strip_prefix(label.as_bytes())?.strip_prefix(b" ")?;
    let number = str::from_utf8(rest.get(..20)?).ok()?.parse().ok()?;
    (encode(label, number) == *block).then_some(number)
}

/// What a lock file knows about its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slots {
    numbers: [Option<u64>; 2],
    /// The second slot is written only when the first is durable: as long as it is not even begun,
    /// no token was handed out.
    second_begun: bool,
    confirmed: Option<u64>,
}

/// What to write in order to hand out a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The number that makes the other slot safe to overwrite; never handed out.
    prepare: Option<Step>,
    draw: Step,
    /// How long the file must be to hold what is prepared.
    size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    slot: usize,
    number: u64,
}

impl Slots {
    pub(crate) fn read(file: &dyn File) -> Result<Self> {
        let [first, second] = [read_block(file, SLOTS[0])?, read_block(file, SLOTS[1])?];
        Ok(Self {
            numbers: [
                decode(SLOT_LABELS[0], &first),
                decode(SLOT_LABELS[1], &second),
            ],
            second_begun: !second.is_empty(),
            confirmed: decode(CONFIRMED_LABEL, &read_block(file, CONFIRMED)?),
        })
    }

    /// No token above this number was handed out, and one above it can be drawn without leaving a number
    /// out. `None` if both slots are damaged.
    pub(crate) fn last(&self) -> Option<u64> {
        Some(match self.numbers {
            [None, None] if self.second_begun => return None,
            [None, None] => 0,
            // Prepared for the first token, and no more than that.
            [Some(prepared), None] if !self.second_begun => prepared,
            // Rule 1: the next number was perhaps handed out, the one after it was not.
            [Some(known), None] | [None, Some(known)] => known.saturating_add(2),
            [Some(first), Some(second)] => {
                let newest = first.max(second);
                newest.saturating_add(u64::from(!self.is_settled()))
            }
        })
    }

    /// Whether the greater slot is durable, and the other one may be overwritten.
    fn is_settled(&self) -> bool {
        match self.numbers {
            [Some(first), Some(second)] => {
                first.abs_diff(second) == 1 && self.confirmed == Some(first.max(second))
            }
            _ => false,
        }
    }

    /// How to go on to a token above `floor`. `None` if the last token is not known and no floor
    /// stands in for it, or if there is no greater number.
    pub(crate) fn plan(&self, floor: Option<u64>) -> Option<Plan> {
        let last = self.last();
        let before = last.max(floor)?;
        let number = before.checked_add(1)?;
        let slot = match self.numbers {
            // As long as the second slot is not begun, the first may still be waiting for its sync.
            [Some(_), None] => usize::from(self.second_begun),
            [None, _] => 0,
            [Some(first), Some(second)] => usize::from(second > first),
        };
        let draw = Step {
            slot: 1 - slot,
            number,
        };
        if self.is_settled() && last == Some(before) {
            return Some(Plan {
                prepare: None,
                draw,
                size: 0,
            });
        }
        let prepare = Step {
            slot,
            number: before,
        };
        Some(Plan {
            prepare: Some(prepare),
            draw,
            size: SLOTS[usize::from(self.second_begun)] + BLOCK as u64,
        })
    }
}

impl Plan {
    /// Writes, syncs, and hands out. `sync_name` makes the file's own name durable.
    pub(crate) fn carry_out(
        &self,
        file: &dyn File,
        sync_name: impl FnOnce() -> Result<()>,
    ) -> Result<FencingToken> {
        if let Some(step) = self.prepare {
            // Also if it is that long already: a failed sync may have lost the length together with
            // the bytes, and writing below it would not bring it back.
            file.set_size(file.size()?.max(self.size))?;
            step.write(file)?;
            file.sync_all()?;
            // Its creator may have been killed before it came to this.
            sync_name()?;
        }
        self.draw.write(file)?;
        file.sync_data()?;
        let number = self.draw.number;
        // Only spares the next holder a sync: if it fails, that one takes the longer way.
        let _ = file.write_all_at(&encode(CONFIRMED_LABEL, number), CONFIRMED);
        Ok(FencingToken(number))
    }
}

impl Step {
    fn write(&self, file: &dyn File) -> Result<()> {
        file.write_all_at(
            &encode(SLOT_LABELS[self.slot], self.number),
            SLOTS[self.slot],
        )
    }
}
