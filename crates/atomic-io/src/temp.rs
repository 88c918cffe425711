//! The temporary file: its name, its creation, its lock.

use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vfs::{File, Fs, LockKind, Metadata, OpenOptions};

use crate::error::Step;
use crate::resolve::Target;
use crate::{Error, Options};

// The name, `.<stem>.<16 lowercase hex digits>.tmp`: see docs/formats/temporaries.md.
const SUFFIX: &[u8] = b".tmp";
const ID_LEN: usize = 16;
/// All but the stem: two dots, the id and the suffix.
const AFFIX_LEN: usize = 1 + 1 + ID_LEN + SUFFIX.len();
/// The longest name of common file systems, in bytes.
const NAME_LEN_MAX: usize = 255;
/// The stem where the target's name is too long for one.
const STEM_SHORTEST: &str = "_";
/// How many names are tried. Random ones never meet; seeded ones meet the leftovers of each crash.
const NAMES_MAX: u64 = 1000;

/// A locked file beside the target that goes away with this value, unless it was published.
#[derive(Debug)]
pub(crate) struct Temp {
    /// Before the handle: it is removed while the lock is held, so that no sweep and no other writer is
    /// in between.
    name: Name,
    file: Box<dyn File>,
    created: Metadata,
}

/// A name that goes away with this value, unless it has become somebody else's.
#[derive(Debug)]
struct Name {
    fs: Arc<dyn Fs>,
    path: PathBuf,
    is_ours: bool,
}

impl Temp {
    /// Creates the file, and its directory where that is missing.
    pub(crate) fn create(options: &Options, target: &Target, mode: u32) -> Result<Self, Error> {
        let fs = options.fs.as_ref();
        let mut stem = cut(
            target.resolved.file_name().unwrap_or_default(),
            NAME_LEN_MAX - AFFIX_LEN,
        );
        let mut may_create_dir = true;
        let open = OpenOptions::create_new().mode(mode);
        for attempt in 0..NAMES_MAX {
            let name = temp_name(&stem, id(options.temp_seed, attempt));
            let path = target.resolved.with_file_name(name);
            match options.retry.run(|| fs.open(&path, &open)) {
                Ok(file) => {
                    let name = Name {
                        fs: Arc::clone(&options.fs),
                        path,
                        is_ours: true,
                    };
                    if let Some(temp) = Self::lock(options, target, name, file)? {
                        return Ok(temp);
                    }
                }
                Err(failed) => match failed.error.kind() {
                    io::ErrorKind::AlreadyExists => {}
                    io::ErrorKind::NotFound if may_create_dir => {
                        may_create_dir = false;
                        create_parents(options, target)?;
                    }
                    // A file system with shorter names, or a path near its limit.
                    io::ErrorKind::InvalidFilename if stem != STEM_SHORTEST => {
                        stem = STEM_SHORTEST.into();
                    }
                    _ => return Err(Error::failed(Step::CreateTemp, &target.requested, failed)),
                },
            }
        }
        let exhausted = io::Error::new(
            io::ErrorKind::AlreadyExists,
            format!("{NAMES_MAX} temporary files are there already; `sweep` the directory"),
        );
        Err(Error::failed(
            Step::CreateTemp,
            &target.requested,
            exhausted,
        ))
    }

    /// Takes the lock that says "my writer is alive". `None`: a [`sweep`](crate::sweep) came between
    /// creation and lock, and has removed the file or is about to.
    fn lock(
        options: &Options,
        target: &Target,
        mut name: Name,
        file: Box<dyn File>,
    ) -> Result<Option<Self>, Error> {
        let failed = |failed| Error::failed(Step::LockTemp, &target.requested, failed);
        match options.retry.run(|| file.try_lock(LockKind::Exclusive)) {
            Ok(true) => {}
            Ok(false) => {
                name.is_ours = false;
                return Ok(None);
            }
            // No locks on this file system: a sweep can't prove anything there and keeps its hands off.
            Err(error) if has_no_locks(&error.error) => {}
            Err(error) => return Err(failed(error)),
        }
        let created = options.retry.run(|| file.metadata()).map_err(failed)?;
        if created.links == Some(0) {
            name.is_ours = false;
            return Ok(None);
        }
        Ok(Some(Self {
            name,
            file,
            created,
        }))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.name.path
    }

    /// Which file it is, and whose: as it was created.
    pub(crate) fn created(&self) -> &Metadata {
        &self.created
    }

    pub(crate) fn file(&self) -> &dyn File {
        self.file.as_ref()
    }

    /// The name is another one now. Returns the file, which is locked for as long as it is open.
    pub(crate) fn renamed(mut self) -> Box<dyn File> {
        self.name.is_ours = false;
        self.file
    }

    /// The name now stands for the new content, or for nothing: it is no longer ours to remove.
    pub(crate) fn published(mut self) {
        self.name.is_ours = false;
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        if self.is_ours {
            // What can't be removed is a leftover for `sweep`; the error that matters is elsewhere.
            let _ = self.fs.remove_file(&self.path);
        }
    }
}

/// Creates the directory of `target` durably. Where that fails, what was created is removed again: a
/// directory whose entry could not be synced would look like an old one to the next attempt, and
/// nobody would sync it. For the same reason there is no second attempt here.
fn create_parents(options: &Options, target: &Target) -> Result<(), Error> {
    let fs = options.fs.as_ref();
    let dir = vfs::parent(&target.resolved);
    let missing: Vec<&Path> = dir
        .ancestors()
        .take_while(|dir| matches!(fs.find(dir), Ok(None)))
        .collect();
    fs.create_dir_all(dir).map_err(|error| {
        for dir in missing {
            let _ = fs.remove_dir(dir);
        }
        Error::failed(Step::CreateDirectory, &target.requested, error)
    })
}

/// `ENOLCK` is what NFS without its lock service answers; std has no kind for it.
pub(crate) fn has_no_locks(error: &io::Error) -> bool {
    const ENOLCK: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
        37
    } else {
        77
    };
    error.kind() == io::ErrorKind::Unsupported
        || (cfg!(unix) && error.raw_os_error() == Some(ENOLCK))
}

/// Whether `name` is one that [`Temp::create`] may have made.
pub(crate) fn is_temp_name(name: &OsStr) -> bool {
    let Some(rest) = name.as_encoded_bytes().strip_suffix(SUFFIX) else {
        return false;
    };
    let Some((stem, id)) = rest.split_last_chunk::<ID_LEN>() else {
        return false;
    };
    let is_lower_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    id.iter().all(is_lower_hex) && matches!(stem, [b'.', _, .., b'.'])
}

fn temp_name(stem: &OsStr, id: u64) -> OsString {
    let mut name = OsString::from(".");
    name.push(stem);
    name.push(format!(".{id:0ID_LEN$x}.tmp"));
    name
}

/// `name`, or as much of its beginning as fits into `len_max` bytes.
pub(crate) fn cut(name: &OsStr, len_max: usize) -> OsString {
    if name.len() <= len_max {
        return name.to_os_string();
    }
    // Only the stem of a temporary name: what is not UTF-8 may be lost here.
    let text = name.to_string_lossy();
    let end = (0..=len_max)
        .rev()
        .find(|&end| text.is_char_boundary(end))
        .unwrap_or(0);
    OsString::from(&text[..end])
}

fn id(seed: Option<u64>, attempt: u64) -> u64 {
    match seed {
        // Keys from the system's randomness, others for each value: no need of a random-number crate.
        None => RandomState::new().hash_one(attempt),
        Some(seed) => split_mix(seed.wrapping_add(attempt)),
    }
}

/// `SplitMix64` (Steele, Lea, Flood 2014): one to one, so different attempts give different names.
fn split_mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_names_are_recognised_and_fit() {
        let long = "x".repeat(255);
        let umlauts = "ä".repeat(127);
        for name in [
            "a",
            "settings.json",
            "..",
            ".hidden",
            long.as_str(),
            umlauts.as_str(),
        ] {
            let stem = cut(OsStr::new(name), NAME_LEN_MAX - AFFIX_LEN);
            let temp = temp_name(&stem, id(None, 0));
            assert!(is_temp_name(&temp), "{}", temp.display());
            assert!(temp.len() <= NAME_LEN_MAX);
        }
    }

    #[test]
    fn other_names_are_not_recognised() {
        let others = [
            "settings.json",
            ".tmp",
            ".0123456789abcdef.tmp",
            "..0123456789abcdef.tmp",
            "a.0123456789abcdef.tmp",
            ".a0123456789abcdef.tmp",
            ".a.0123456789ABCDEF.tmp",
            ".a.123456789abcdef.tmp",
            ".a.0123456789abcdef.tmp~",
            ".a.0123456789abcdef",
        ];
        for name in others {
            assert!(!is_temp_name(OsStr::new(name)), "{name}");
        }
        assert!(is_temp_name(OsStr::new(".a.0123456789abcdef.tmp")));
    }

    #[test]
    fn names_differ_by_attempt_and_repeat_by_seed() {
        assert_ne!(id(None, 0), id(None, 0));
        assert_ne!(id(Some(7), 0), id(Some(7), 1));
        assert_eq!(id(Some(7), 1), id(Some(7), 1));
    }
}
