//! The thread that makes records durable when they are as old as the policy allows.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::core::Core;

/// Starts it. It ends when the log stops or fails.
pub(crate) fn spawn(core: &Arc<Core>, age: Duration) -> std::io::Result<JoinHandle<()>> {
    let core = Arc::clone(core);
    let thread = std::thread::Builder::new().name("wal-keeper".to_owned());
    thread.spawn(move || {
        while !core.is_stopping() {
            let pause = pause(core.oldest_age(), age);
            if pause.is_zero() {
                if core.sync().is_err() {
                    return;
                }
            } else {
                std::thread::park_timeout(pause);
            }
        }
    })
}

/// How long the keeper may sleep, where the oldest record that no leader has taken is so old; zero if it is time.
fn pause(oldest: Option<Duration>, age: Duration) -> Duration {
    // Whatever is appended while it sleeps is younger than what it would find now.
    oldest.map_or(age, |oldest| age.saturating_sub(oldest))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::pause;

    proptest! {
        /// Whenever records are appended, no pause ends when one is older than the bound, and none is made durable before it is as
        /// old. The clock is the test's, and a sync takes no time.
        #[test]
        fn no_pause_ends_past_the_bound(
            age in 1_u64..50,
            gaps in prop::collection::vec(0_u64..120, 1..40),
        ) {
            let mut appends = gaps.iter().scan(0, |now, gap| { *now += gap; Some(*now) }).peekable();
            let (mut now, mut oldest, mut synced) = (0, None, 0);
            while oldest.is_some() || appends.peek().is_some() {
                let is_old: Option<u64> = oldest.map(|since| now - since);
                let pause = pause(is_old.map(Duration::from_millis), Duration::from_millis(age));
                if pause.is_zero() {
                    prop_assert_eq!(is_old, Some(age));
                    (oldest, synced) = (None, synced + 1);
                    continue;
                }
                now += u64::try_from(pause.as_millis()).unwrap();
                while let Some(at) = appends.next_if(|at| *at <= now) {
                    oldest = oldest.or(Some(at));
                }
            }
            prop_assert!(synced > 0);
        }
    }
}
