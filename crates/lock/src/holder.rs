//! Who holds a lock: written for messages, never trusted.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vfs::File;

use crate::layout::{HOLDER, block, read_block};

/// Longest host name that is written and believed, in bytes.
const HOST_SIZE_MAX: usize = 255;

/// What an exclusive holder wrote about itself.
///
/// Good for a message to a person and for nothing else: the holder may have gone meanwhile, it may
/// have been killed before it could remove what it wrote, its number may belong to another process by
/// now, and anybody who may write the file may have written anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pid: u32,
    host: String,
    since: SystemTime,
}

impl Holder {
    pub(crate) fn this_process(now: SystemTime) -> Self {
        // The years that RFC 3339 can write; a clock outside of them is wrong anyway.
        let last = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        Self {
            pid: std::process::id(),
            host: host_name(),
            since: now.clamp(UNIX_EPOCH, last),
        }
    }

    /// Its process number, on its own host.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The name of the machine (or container) it runs on.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// When it got the lock, by its own clock.
    pub fn since(&self) -> SystemTime {
        self.since
    }

    /// The line in the lock file.
    fn line(&self) -> String {
        let since = humantime::format_rfc3339_millis(self.since);
        format!(
            r#"{{"pid":{},"host":"{}","since":"{since}"}}"#,
            self.pid, self.host
        )
    }

    /// Reads exactly what `line` writes; anything else is `None`.
    fn parse(block: &[u8]) -> Option<Self> {
        let line = block.split(|&byte| byte == b'\n').next()?;
        let fields = str::from_utf8(line).ok()?.strip_prefix(r#"{"pid":"#)?;
        let (pid, fields) = fields.split_once(r#","host":""#)?;
        let (host, fields) = fields.split_once(r#"","since":""#)?;
        let since = fields.strip_suffix(r#""}"#)?;
        let holder = Self {
            pid: pid.parse().ok()?,
            host: host.to_owned(),
            since: humantime::parse_rfc3339(since).ok()?,
        };
        // It goes into messages: no control characters that a terminal would obey.
        let harmless = host.len() <= HOST_SIZE_MAX && host.bytes().all(is_harmless);
        harmless.then_some(holder)
    }

    /// Who holds the lock on `file` exclusively, as far as the file says.
    pub(crate) fn read(file: &dyn File) -> Option<Self> {
        Self::parse(&read_block(file, HOLDER).ok()?)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.pid)?;
        if self.pid == std::process::id() && self.host == host_name() {
            f.write_str(" (this process)")?;
        }
        let since = humantime::format_rfc3339_seconds(self.since);
        write!(f, " on host {} since {since}", self.host)
    }
}

/// Names this process as the holder. Best effort: a disk too full for a message still locks.
pub(crate) fn announce(file: &dyn File, now: SystemTime) {
    let _ = file.write_all_at(&block(&Holder::this_process(now).line()), HOLDER);
}

/// Takes back what `announce` wrote, so that nobody is sent after a process that is done.
pub(crate) fn withdraw(file: &dyn File) {
    let _ = file.write_all_at(&block(""), HOLDER);
}

/// What a shared holder does: it is sure that no exclusive one is left, so that a name that still
/// stands there is that of a process that was killed.
pub(crate) fn forget_the_dead(file: &dyn File) {
    if Holder::read(file).is_some() {
        withdraw(file);
    }
}

fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

fn host_name() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    harmless(&name)
}

fn harmless(name: &str) -> String {
    let letters = name.chars().take(HOST_SIZE_MAX);
    letters
        .map(|c| {
            if u8::try_from(c).is_ok_and(is_harmless) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_written_in_letters_that_do_nothing() {
        assert_eq!(
            harmless("ada's-desk\u{1b}[1m.local"),
            "ada_s-desk__1m.local"
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        let now = UNIX_EPOCH + Duration::from_millis(1_795_144_232_901);
        let holder = Holder::this_process(now);
        assert_eq!(Holder::parse(&block(&holder.line())), Some(holder));
    }

    #[test]
    fn a_clock_outside_of_the_calendar_is_written_as_its_edge() {
        for wrong in [
            UNIX_EPOCH - Duration::from_secs(1),
            UNIX_EPOCH + Duration::from_secs(1 << 50),
        ] {
            let holder = Holder::this_process(wrong);
            assert_eq!(Holder::parse(&block(&holder.line())), Some(holder));
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_a_host() {
        let line = |host: &str| {
            block(&format!(
                r#"{{"pid":7,"host":"{host}","since":"2026-11-20T03:10:32.901Z"}}"#
            ))
        };
        assert_eq!(
            Holder::parse(&line("ada.example")).map(|holder| holder.pid),
            Some(7)
        );
        for hostile in ["\x1b[2J", "a b", "a\"b", "ä", &"x".repeat(256)] {
            assert_eq!(Holder::parse(&line(hostile)), None, "{hostile:?}");
        }
    }
}
