//! Threads that all do the same at the same time.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::scenario::Result;

/// When a thread has done enough.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// So much time has passed.
    Passed(Duration),
    /// It has done it so many times.
    Times(u64),
}

/// What one run gave.
#[derive(Debug)]
pub struct Run {
    /// In a second.
    pub rate: f64,
    pub p50: Duration,
    pub p99: Duration,
}

/// Has `threads` threads do `work` again and again, from the same moment on.
pub fn run(threads: usize, until: Until, work: impl Fn() -> Result<()> + Sync) -> Result<Run> {
    let barrier = Barrier::new(threads);
    let one = || -> Result<(Instant, Vec<Duration>)> {
        let mut latencies = Vec::with_capacity(1 << 12);
        barrier.wait();
        let start = Instant::now();
        let mut now = start;
        while until.wants_more(now - start, latencies.len()) {
            let before = now;
            work()?;
            now = Instant::now();
            latencies.push(now - before);
        }
        Ok((start, latencies))
    };
    let all = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let results = threads.into_iter().map(|thread| {
            let panicked = |_| "a thread has panicked".into();
            thread.join().map_err(panicked).flatten()
        });
        results.collect::<Result<Vec<_>>>()
    })?;
    let start = all.iter().map(|(start, _)| *start).min();
    let elapsed = start.map_or(Duration::ZERO, |start| start.elapsed());
    let mut latencies: Vec<_> = all.into_iter().flat_map(|(_, all)| all).collect();
    latencies.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a rate, to three digits")]
    let rate = latencies.len() as f64 / elapsed.as_secs_f64();
    Ok(Run {
        rate,
        p50: percentile(&latencies, 50),
        p99: percentile(&latencies, 99),
    })
}

impl Until {
    fn wants_more(self, passed: Duration, done: usize) -> bool {
        match self {
            Self::Passed(length) => passed < length,
            Self::Times(times) => (done as u64) < times,
        }
    }
}

/// The least value that so many percent don't exceed (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Until, percentile, run};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    #[test]
    fn every_thread_does_its_part() {
        let done = AtomicU64::new(0);
        let work = || {
            done.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        run(3, Until::Times(5), work).unwrap();
        assert_eq!(done.into_inner(), 15);
        assert!(run(2, Until::Times(1), || Err("no".into())).is_err());
    }

    #[test]
    fn percentiles_are_values_that_were_there() {
        let of = |count: u64| (1..=count).map(Duration::from_nanos).collect::<Vec<_>>();
        let both = |count| {
            (
                percentile(&of(count), 50).as_nanos(),
                percentile(&of(count), 99).as_nanos(),
            )
        };
        assert_eq!(
            [both(0), both(1), both(2), both(100), both(200)],
            [(0, 0), (1, 1), (1, 2), (50, 99), (100, 198)]
        );
    }
}
