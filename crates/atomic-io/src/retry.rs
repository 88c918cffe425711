//! Errors that pass: which they are, and how long to wait for that.

use std::io;
use std::time::{Duration, Instant};

const PAUSE_FIRST: Duration = Duration::from_millis(1);
const PAUSE_MAX: Duration = Duration::from_millis(100);

/// How long a call that failed for a passing reason is tried again.
///
/// Passing are: an interrupted call, "try again", "busy", too many open files (of the process or the
/// machine), and on Windows a file that another program has open. Full disks, missing permissions
/// and read-only media are not: waiting does not mend them. **A failed sync is never tried again**:
/// the kernel may have dropped what it could not write, and then the second sync succeeds without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// The first error is the answer.
    Never,
    /// Again after growing pauses (1 ms to 100 ms) until this much time has passed since the call's
    /// first attempt. There always is a first attempt, also with `Duration::ZERO`.
    UpTo(Duration),
}

impl Default for Retry {
    /// One second.
    fn default() -> Self {
        Self::UpTo(Duration::from_secs(1))
    }
}

/// A call's last error, and how often it was made.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) error: io::Error,
    pub(crate) attempts: u32,
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self { error, attempts: 1 }
    }
}

impl Retry {
    /// Makes a call that may be repeated, until it succeeds, fails for good or time is up.
    pub(crate) fn run<T>(self, call: impl FnMut() -> io::Result<T>) -> Result<T, Failed> {
        self.run_while(is_transient, call)
    }

    /// [`run`](Self::run) with another idea of what passes.
    pub(crate) fn run_while<T>(
        self,
        passes: impl Fn(&io::Error) -> bool,
        mut call: impl FnMut() -> io::Result<T>,
    ) -> Result<T, Failed> {
        let patience = match self {
            Self::Never => Duration::ZERO,
            Self::UpTo(patience) => patience,
        };
        let start = Instant::now();
        let mut pause = PAUSE_FIRST;
        let mut attempts = 1;
        loop {
            let error = match call() {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let left = patience.saturating_sub(start.elapsed());
            if left.is_zero() || !passes(&error) {
                return Err(Failed { error, attempts });
            }
            if error.kind() != io::ErrorKind::Interrupted {
                std::thread::sleep(pause.min(left));
                pause = (pause * 2).min(PAUSE_MAX);
            }
            attempts += 1;
        }
    }
}

/// Whether the same call may well succeed a moment later.
pub(crate) fn is_transient(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, ResourceBusy, WouldBlock};
    matches!(error.kind(), Interrupted | ResourceBusy | WouldBlock)
        || error
            .raw_os_error()
            .is_some_and(|code| TRANSIENT_CODES.contains(&code))
}

/// `ENFILE` and `EMFILE`, which have no `io::ErrorKind`; the same numbers on every Unix.
#[cfg(not(windows))]
const TRANSIENT_CODES: [i32; 2] = [23, 24];

/// `ERROR_TOO_MANY_OPEN_FILES`, `ERROR_ACCESS_DENIED` (a rename over a file that a virus scanner or
/// indexer has open), `ERROR_SHARING_VIOLATION`, `ERROR_LOCK_VIOLATION`.
#[cfg(windows)]
const TRANSIENT_CODES: [i32; 4] = [4, 5, 32, 33];

#[cfg(test)]
mod tests {
    use super::*;

    fn counting<T>(
        retry: Retry,
        mut answers: impl FnMut(u32) -> io::Result<T>,
    ) -> (Result<T, Failed>, u32) {
        let mut calls = 0;
        let result = retry.run(|| {
            calls += 1;
            answers(calls)
        });
        (result, calls)
    }

    #[test]
    fn a_passing_error_is_waited_out() {
        let busy_twice = |call| {
            if call < 3 {
                Err(io::ErrorKind::ResourceBusy.into())
            } else {
                Ok(call)
            }
        };
        let (result, calls) = counting(Retry::UpTo(Duration::from_secs(60)), busy_twice);
        assert_eq!((result.unwrap(), calls), (3, 3));
    }

    #[test]
    fn no_patience_is_one_attempt_and_never_none() {
        for retry in [Retry::Never, Retry::UpTo(Duration::ZERO)] {
            let (result, calls) =
                counting(retry, |_| Err::<(), _>(io::ErrorKind::Interrupted.into()));
            assert_eq!((result.unwrap_err().attempts, calls), (1, 1));
            let (result, calls) = counting(retry, Ok);
            assert_eq!((result.unwrap(), calls), (1, 1));
        }
    }

    #[test]
    fn patience_ends_and_the_attempts_are_counted() {
        let always_busy = |_| Err::<(), _>(io::ErrorKind::WouldBlock.into());
        let (result, calls) = counting(Retry::UpTo(Duration::from_millis(5)), always_busy);
        assert!(calls > 1);
        assert_eq!(result.unwrap_err().attempts, calls);
    }

    #[test]
    fn what_waiting_does_not_mend_is_answered_at_once() {
        use io::ErrorKind as K;
        let lasting = [
            K::StorageFull,
            K::ReadOnlyFilesystem,
            K::PermissionDenied,
            K::NotFound,
            K::Other,
        ];
        for kind in lasting {
            let (_, calls) = counting(Retry::default(), |_| Err::<(), _>(kind.into()));
            assert_eq!(calls, 1, "{kind}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn running_out_of_handles_passes() {
        for code in [23, 24] {
            assert!(is_transient(&io::Error::from_raw_os_error(code)));
        }
        assert!(!is_transient(&io::Error::from_raw_os_error(5))); // EIO
    }
}
