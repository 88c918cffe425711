//! The names in a log's directory: the one place that knows them.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use vfs::{File, Fs, OpenOptions};

use crate::identity::Identity;
use crate::{Error, Lsn};

pub(crate) const LOCK: &str = "wal.lock";
/// A file that was a segment, and that the next spare can be made of.
pub(crate) const OLD_SPARE: &str = "old.spare";
/// A segment that is being made by opening or repairing.
pub(crate) const SETTLE_TEMP: &str = "settle.tmp";
pub(crate) const START_TEMP: &str = "start.tmp";

const SEGMENT: &str = ".log";
const SPARE: &str = ".spare";
const START: &str = ".start";
const DROPPED: &str = ".dropped";
/// Digits of an LSN in a name: as many as `u64::MAX` has, so that names sort as numbers.
const DIGITS: usize = 20;
/// Digits of an identity in a name.
const IDENTITY_DIGITS: usize = 16;

/// What stands in the directory.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// First LSNs of all segments, ascending.
    pub(crate) segments: Vec<Lsn>,
    /// LSNs of all start files, ascending. The last one counts.
    pub(crate) starts: Vec<Lsn>,
    /// What nobody needs once the log is locked.
    pub(crate) leftovers: Vec<OsString>,
}

impl Listing {
    pub(crate) fn read(fs: &dyn Fs, dir: &Path) -> Result<Self, Error> {
        let names = fs
            .read_dir(dir)
            .map_err(|source| Error::io(dir, "listing the log", source))?;
        let mut listing = Self::default();
        for name in names {
            if let Some(first) = parse(&name, SEGMENT) {
                listing.segments.push(first);
            } else if let Some(start) = parse(&name, START) {
                listing.starts.push(start);
            } else if is_leftover(&name) {
                listing.leftovers.push(name);
            }
        }
        Ok(listing)
    }

    /// Whether nothing was ever written.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty() && self.starts.is_empty()
    }

    /// The first record that counts.
    pub(crate) fn start(&self) -> Lsn {
        self.starts.last().copied().unwrap_or(Lsn::FIRST)
    }

    /// Position of the segment that holds `lsn`, or would if it had been written.
    pub(crate) fn holder_of(&self, lsn: Lsn) -> Option<usize> {
        self.segments
            .partition_point(|&first| first <= lsn)
            .checked_sub(1)
    }
}

pub(crate) fn segment(dir: &Path, first: Lsn) -> PathBuf {
    named(dir, first, SEGMENT)
}

/// The file that the segment of this identity will be made of. It has a name of its own, since the next one may be made before a
/// leader has given this one the name of a segment.
pub(crate) fn spare(dir: &Path, identity: Identity) -> PathBuf {
    dir.join(format!("{identity}{SPARE}"))
}

pub(crate) fn start(dir: &Path, lsn: Lsn) -> PathBuf {
    named(dir, lsn, START)
}

/// Where repair puts the segment that began with `first`: a name that is free.
pub(crate) fn dropped(fs: &dyn Fs, dir: &Path, first: Lsn) -> std::io::Result<PathBuf> {
    let mut path = named(dir, first, DROPPED);
    let mut copy = 1_u64;
    while fs.find(&path)?.is_some() {
        copy += 1;
        path = named(dir, first, &format!("-{copy}{DROPPED}"));
    }
    Ok(path)
}

/// A new file beside the segments for what is cut at `offset` of the segment that begins with `first`.
pub(crate) fn create_torn(
    fs: &dyn Fs,
    dir: &Path,
    first: Lsn,
    offset: u64,
) -> std::io::Result<(Box<dyn File>, PathBuf)> {
    let mut path = named(dir, first, &format!("-{offset}.torn"));
    let mut copy = 1_u64;
    loop {
        match fs.open(&path, &OpenOptions::create_new()) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                copy += 1;
                path = named(dir, first, &format!("-{offset}-{copy}.torn"));
            }
            Err(error) => return Err(error),
        }
    }
}

fn named(dir: &Path, lsn: Lsn, suffix: &str) -> PathBuf {
    dir.join(format!("{:0DIGITS$}{suffix}", lsn.get()))
}

fn is_leftover(name: &OsStr) -> bool {
    let is_identity =
        |text: &str| text.len() == IDENTITY_DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
    [OLD_SPARE, SETTLE_TEMP, START_TEMP]
        .map(OsStr::new)
        .contains(&name)
        || name
            .to_str()
            .and_then(|name| name.strip_suffix(SPARE))
            .is_some_and(is_identity)
}

/// The number in a name of exactly the form that [`named`] gives it.
fn parse(name: &OsStr, suffix: &str) -> Option<Lsn> {
    let digits = name.to_str()?.strip_suffix(suffix)?;
    let exact = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    exact.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed_exactly() {
        let path = segment(Path::new("wal"), Lsn::FIRST);
        assert_eq!(path, Path::new("wal/00000000000000000001.log"));
        let name = |text: &str| parse(OsStr::new(text), SEGMENT).map(Lsn::get);
        assert_eq!(name("00000000000000004711.log"), Some(4711));
        assert_eq!(name("18446744073709551615.log"), Some(u64::MAX));
        for other in [
            "00000000000000000000.log",
            "99999999999999999999.log",
            "0000000000000004711.log",
            "+0000000000000004711.log",
            "00000000000000004711.log.bak",
            "00000000000000004711.start",
        ] {
            assert_eq!(name(other), None, "{other}");
        }
        let spare = spare(Path::new("wal"), Identity(0xbeef));
        assert_eq!(spare, Path::new("wal/000000000000beef.spare"));
        assert!(spare.file_name().is_some_and(is_leftover));
        for other in ["beef.spare", "000000000000.beef.spare", "notes.tmp"] {
            assert!(!is_leftover(OsStr::new(other)), "{other}");
        }
    }
}
