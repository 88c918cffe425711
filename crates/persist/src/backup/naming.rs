//! The names of timestamped backups: `<stem>_<YYYYMMDD>_<HHMMSS>_<number>.<extension>`.

use std::ffi::{OsStr, OsString};
use std::time::{Duration, SystemTime};

use crate::instant;
use crate::layout::Place;

/// What a backup's name says. Greater is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp {
    /// Whole seconds.
    pub(crate) taken: SystemTime,
    /// The revision, or a count within one second. Names of other programs may have none.
    pub(crate) number: Option<u64>,
}

impl Stamp {
    /// The next one: greater than the newest, whatever the clock says and whichever revision it is.
    pub(crate) fn after(newest: Option<Self>, now: SystemTime, revision: Option<u64>) -> Self {
        let Some(newest) = newest else {
            return Self {
                taken: now,
                number: Some(revision.unwrap_or(1)),
            };
        };
        let taken = now.max(newest.taken);
        let counted = newest.number.map_or(1, |number| number.saturating_add(1));
        let number = match revision {
            Some(revision) => revision,
            None if instant::to_digits(taken) == instant::to_digits(newest.taken) => counted,
            None => 1,
        };
        let stamp = Self {
            taken,
            number: Some(number),
        };
        if stamp.name_parts() > newest.name_parts() {
            return stamp;
        }
        let later = Self {
            taken: newest.taken + Duration::from_secs(1),
            ..stamp
        };
        if later.name_parts() > newest.name_parts() {
            return later;
        }
        // The end of the calendar.
        Self {
            taken: newest.taken,
            number: Some(counted),
        }
    }

    pub(crate) fn name(self, place: &Place) -> OsString {
        let (stem, extension) = place.stem_and_extension();
        let (date, time, number) = self.name_parts();
        let mut name = stem.to_owned();
        name.push(format!("_{date}_{time}"));
        if let Some(number) = number {
            name.push(format!("_{number}"));
        }
        if let Some(extension) = extension {
            name.push(".");
            name.push(extension);
        }
        name
    }

    /// `None` for every name that is not exactly of that form, with this document's stem and extension.
    pub(crate) fn parse(place: &Place, name: &OsStr) -> Option<Self> {
        let (stem, extension) = place.stem_and_extension();
        let mut rest = name
            .as_encoded_bytes()
            .strip_prefix(stem.as_encoded_bytes())?
            .strip_prefix(b"_")?;
        if let Some(extension) = extension {
            rest = rest
                .strip_suffix(extension.as_encoded_bytes())?
                .strip_suffix(b".")?;
        }
        let mut parts = str::from_utf8(rest).ok()?.split('_');
        let taken = instant::from_digits(parts.next()?, parts.next()?)?;
        let number = match parts.next() {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            Some(_) => return None,
            None => None,
        };
        parts.next().is_none().then_some(Self { taken, number })
    }

    fn name_parts(self) -> (String, String, Option<u64>) {
        let (date, time) = instant::to_digits(self.taken);
        (date, time, self.number)
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
        ) {
            let newest = Stamp { taken, number };
            let next = Stamp::after(Some(newest), now, revision);
            let place = Place::resolve(&OsFs, Path::new("/nowhere/notes.tar.json")).unwrap();
            let read = |stamp: Stamp| Stamp::parse(&place, &stamp.name(&place)).unwrap();
            prop_assert!(read(next) > read(newest));
            prop_assert_eq!(read(next), next);
        }
    }

    #[test]
    fn the_first_name_has_the_time_and_the_revision() {
        let now = UNIX_EPOCH + Duration::from_secs(1_795_144_232);
        let place = Place::resolve(&OsFs, Path::new("/nowhere/notes")).unwrap();
        assert_eq!(
            Stamp::after(None, now, Some(7)).name(&place),
            "notes_20261120_031032_7"
        );
        assert_eq!(
            Stamp::after(None, now, None).name(&place),
            "notes_20261120_031032_1"
        );
    }
}
