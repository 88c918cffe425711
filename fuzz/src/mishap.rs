//! What goes wrong between the turns of processes, as two bytes of an input say.

use crash_sim::{Fate, Fault, SimFs};

/// Lets the power fail now, or has one of the next `calls` calls fail, or lets nothing happen.
pub(crate) fn mishap(fs: &mut SimFs, event: u8, when: u64, calls: u64) {
    let fault = match event % 8 {
        0 => Fault::Kill,
        1 => Fault::Io,
        2 => Fault::NoSpace,
        3 => Fault::Short,
        4 => Fault::SyncedButFailed,
        5 => {
            *fs = fs.power_loss(&Fate::seeded(when));
            return;
        }
        _ => return,
    };
    fs.inject(fs.now() + when % calls, fault);
}
