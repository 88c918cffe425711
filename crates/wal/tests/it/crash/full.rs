//! A disk that is full.

use crash_sim::Device;

use super::explore_on;
use super::records::Size;
use crate::scratch::small;

/// What was accepted has its room, what has none is refused and never appears, and a truncation makes room.
#[test]
fn what_is_refused_never_appears() {
    let options = small();
    for segments in 1..=3 {
        let device = Device::default().capacity(segments * 16384 + 8192);
        for device in [device.clone(), device.no_power_safe_overwrite()] {
            explore_on(device, (&|_| {}, &[]), &options, |story| {
                story.open();
                for _ in 0..3 {
                    story.batch(&[Size::FirstPage, Size::Short]);
                }
                story.truncate(2);
                story.append_durable(Size::Long);
            })
            .unwrap_or_else(|failure| panic!("{failure}"));
        }
    }
}
