//! The names of dated copies: `<stem>_<mark>.<extension>` in the folder `backups`, and
//! `<stem>.<mark>.backup.<extension>` beside the document. A mark is
//! `<YYYYMMDD>_<HHMMSS>[_<number>][_pinned]`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::instant;
use crate::layout::Place;
use crate::policy::Naming;

const PINNED: &str = "_pinned";

impl Naming {
    /// This one, then every other.
    pub(crate) fn and_others(self) -> [Self; 2] {
        match self {
            Self::Folder => [Self::Folder, Self::Beside],
            Self::Beside => [Self::Beside, Self::Folder],
        }
    }

    /// Where its names are.
    pub(crate) fn dir(self, place: &Place) -> PathBuf {
        match self {
            Self::Folder => place.backup_folder(),
            Self::Beside => place.dir().to_owned(),
        }
    }

    /// What stands before a mark, and after it.
    fn around(self, place: &Place) -> (OsString, OsString) {
        let (stem, extension) = place.stem_and_extension();
        let (mut before, mut after) = (stem.to_owned(), OsString::new());
        match self {
            Self::Folder => before.push("_"),
            Self::Beside => {
                before.push(".");
                after.push(".backup");
            }
        }
        if let Some(extension) = extension {
            after.push(".");
            after.push(extension);
        }
        (before, after)
    }
}

/// A dated copy, as its name describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dated {
    pub(crate) naming: Naming,
    pub(crate) stamp: Stamp,
    pub(crate) pinned: bool,
    pub(crate) path: PathBuf,
}

impl Dated {
    pub(crate) fn new(place: &Place, naming: Naming, stamp: Stamp, pinned: bool) -> Self {
        let (mut name, after) = naming.around(place);
        name.push(mark(stamp, pinned));
        name.push(after);
        Self {
            naming,
            stamp,
            pinned,
            path: naming.dir(place).join(name),
        }
    }
}

/// Reads the names of one document.
#[derive(Debug)]
pub(crate) struct Names {
    naming: Naming,
    dir: PathBuf,
    before: OsString,
    after: OsString,
}

impl Names {
    pub(crate) fn of(place: &Place, naming: Naming) -> Self {
        let (before, after) = naming.around(place);
        Self {
            naming,
            dir: naming.dir(place),
            before,
            after,
        }
    }

    /// `None` for every name that is not exactly one that this document's copies have.
    pub(crate) fn parse(&self, name: &OsStr) -> Option<Dated> {
        let found = name
            .as_encoded_bytes()
            .strip_prefix(self.before.as_encoded_bytes())?
            .strip_suffix(self.after.as_encoded_bytes())?;
        let found = str::from_utf8(found).ok()?;
        let unpinned = found.strip_suffix(PINNED);
        let mut parts = unpinned.unwrap_or(found).split('_');
        let taken = instant::from_digits(parts.next()?, parts.next()?)?;
        let number = match parts.next() {
            Some(number) => Some(as_written(number)?),
            None => None,
        };
        let copy = || Dated {
            naming: self.naming,
            stamp: Stamp { taken, number },
            pinned: unpinned.is_some(),
            path: self.dir.join(name),
        };
        parts.next().is_none().then(copy)
    }
}

/// Whether a name is that of a copy beside a document, whatever the document is called.
pub(crate) fn is_beside_copy(name: &OsStr) -> bool {
    let parts = name.to_str().and_then(|name| name.rsplit_once(".backup"));
    let stem = parts.and_then(|(before, after)| Some((before.rsplit_once('.')?.0, after)));
    stem.is_some_and(|(stem, extension)| {
        let place = Place::named(format!("{stem}{extension}").into());
        Names::of(&place, Naming::Beside).parse(name).is_some()
    })
}

/// A number as `mark` writes it: neither `+1` nor `01`.
fn as_written(number: &str) -> Option<u64> {
    let is_written = number == "0" || number.starts_with(|c: char| matches!(c, '1'..='9'));
    is_written.then(|| number.parse().ok()).flatten()
}

fn mark(stamp: Stamp, pinned: bool) -> String {
    let (date, time) = instant::to_digits(stamp.taken);
    let number = stamp.number.map(|number| format!("_{number}"));
    let number = number.unwrap_or_default();
    let pinned = if pinned { PINNED } else { "" };
    format!("{date}_{time}{number}{pinned}")
}

/// When a copy was made, as its name says it. Greater is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp {
    /// Whole seconds.
    pub(crate) taken: SystemTime,
    /// The revision, or a count within one second. Names of other programs may have none.
    pub(crate) number: Option<u64>,
}

impl Stamp {
    pub(crate) fn first(now: SystemTime, revision: Option<u64>) -> Self {
        Self {
            taken: instant::second(now),
            number: Some(revision.unwrap_or(1)),
        }
    }

    /// The next one: greater than the newest, whatever the clock says and whichever revision it is.
    /// `None` if there is none, at the end of the calendar and of all numbers.
    pub(crate) fn after(newest: Self, now: SystemTime, revision: Option<u64>) -> Option<Self> {
        let taken = instant::second(now).max(newest.taken);
        let counted = newest.number.map_or(1, |number| number.saturating_add(1));
        let number = match revision {
            Some(revision) => revision,
            None if taken == newest.taken => counted,
            None => 1,
        };
        let later = instant::second(newest.taken + Duration::from_secs(1));
        [(taken, number), (later, number), (newest.taken, counted)]
            .map(|(taken, number)| Self {
                taken,
                number: Some(number),
            })
            .into_iter()
            .find(|next| *next > newest)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;
    use vfs::OsFs;

    use super::*;

    /// From the first second to the last.
    fn time() -> impl Strategy<Value = SystemTime> {
        let seconds = prop_oneof![
            0..5_u64,
            1_795_144_232..1_795_144_235_u64,
            253_402_300_797..253_402_300_800_u64
        ];
        seconds.prop_map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn each_name_is_greater_than_the_one_before_and_is_read_again(
            taken in time(), number in prop::option::of(0..3_u64), now in time(), revision in prop::option::of(0..3_u64),
            pinned in any::<bool>(),
        ) {
            let newest = Stamp { taken, number };
            let next = Stamp::after(newest, now, revision).unwrap();
            let place = Place::resolve(&OsFs, Path::new("/nowhere/notes.tar.json")).unwrap();
            for naming in Naming::Folder.and_others() {
                let written = |stamp| Dated::new(&place, naming, stamp, pinned);
                let read = |stamp| Names::of(&place, naming).parse(written(stamp).path.file_name().unwrap());
                prop_assert!(read(next).unwrap().stamp > read(newest).unwrap().stamp);
                prop_assert_eq!(read(next), Some(written(next)));
            }
        }
    }

    #[test]
    fn a_name_has_the_time_and_the_revision() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_144_232);
        for (path, naming, revision, pinned, expected) in [
            (
                "/a/notes.json",
                Naming::Folder,
                Some(7),
                false,
                "/a/backups/notes_20261120_031032_7.json",
            ),
            (
                "/a/notes",
                Naming::Folder,
                None,
                true,
                "/a/backups/notes_20261120_031032_1_pinned",
            ),
            (
                "/a/no.tes.json",
                Naming::Beside,
                Some(7),
                true,
                "/a/no.tes.20261120_031032_7_pinned.backup.json",
            ),
            (
                "/a/notes",
                Naming::Beside,
                None,
                false,
                "/a/notes.20261120_031032_1.backup",
            ),
        ] {
            let place = Place::resolve(&OsFs, Path::new(path)).unwrap();
            let dated = Dated::new(&place, naming, Stamp::first(now, revision), pinned);
            assert_eq!(dated.path, Path::new(expected));
        }
    }

    #[test]
    fn s2_35_every_other_name_is_foreign() {
        let place = Place::resolve(&OsFs, Path::new("/a/notes.json")).unwrap();
        let read = |naming, name: &str| Names::of(&place, naming).parse(OsStr::new(name)).is_some();
        for mark in [
            "20261120_031032",
            "20261120_031032_0",
            "20240229_235959_18446744073709551615",
            "20261120_031032_pinned",
        ] {
            assert!(
                read(Naming::Folder, &format!("notes_{mark}.json")),
                "{mark}"
            );
            assert!(
                read(Naming::Beside, &format!("notes.{mark}.backup.json")),
                "{mark}"
            );
        }
        for mark in [
            "",
            "20261120",
            "20261120_",
            "20261120_031032_",
            "20261120_031032_x",
            "20261120_031032_+1",
            "20261120_031032_01",
            "20261120_031032_18446744073709551616",
            "20261120_031032_1_2",
            "20261120_031032_1_PINNED",
            "20261120_031032_pinned_1",
            "20261120_031032_1_pinned_",
            "20261120_031060",
            "20230229_000000",
            "20261399_031032",
            "2026112_0031032",
            "old_20261120_031032_1",
            "20261120_031032_1.json",
            "\u{661}0261120_031032",
        ] {
            assert!(
                !read(Naming::Folder, &format!("notes_{mark}.json")),
                "{mark}"
            );
            assert!(
                !read(Naming::Beside, &format!("notes.{mark}.backup.json")),
                "{mark}"
            );
        }
        assert!(!read(Naming::Folder, "notes.20261120_031032_1.backup.json"));
        assert!(!read(Naming::Beside, "notes_20261120_031032_1.json"));
        assert!(!read(Naming::Folder, "Notes_20261120_031032_1.json"));
        assert!(!read(Naming::Folder, "notes_20261120_031032_1"));
    }

    #[test]
    fn at_the_end_of_the_calendar_and_of_all_numbers_there_is_no_next() {
        let end = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        let newest = Stamp {
            taken: end,
            number: Some(u64::MAX),
        };
        assert_eq!(Stamp::after(newest, end, Some(3)), None);
        assert_eq!(Stamp::after(newest, end, None), None);
    }
}
