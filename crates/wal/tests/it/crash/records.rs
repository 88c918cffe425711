//! The records of the stories.

/// A record, by its number. No two that are begun in one story have the same, so that what was cut and comes back is known
/// from what took its place; the lowest three bits say how long it is.
pub(super) type Number = u16;

/// The length of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Size {
    Short,
    /// Its line ends with the first sector of its group, if it is the group's first.
    FirstSector,
    /// Its line is one sector.
    Sector,
    /// Its line ends with the first page of its group, if it is the group's first.
    FirstPage,
    /// Its line is one page.
    Page,
    /// A page and a bit.
    Long,
}

const MARK: usize = 37;
const LINE: usize = 19;

pub(super) const SIZES: [Size; 6] = [
    Size::Short,
    Size::FirstSector,
    Size::Sector,
    Size::FirstPage,
    Size::Page,
    Size::Long,
];

impl Size {
    fn len(self) -> usize {
        match self {
            Self::Short => 6,
            Self::FirstSector => 512 - MARK - LINE,
            Self::Sector => 512 - LINE,
            Self::FirstPage => 4096 - MARK - LINE,
            Self::Page => 4096 - LINE,
            Self::Long => 4200,
        }
    }
}

/// The record's bytes: none of its sectors is one of another record's.
pub(super) fn payload(number: Number) -> Vec<u8> {
    let len = SIZES[usize::from(number % 8)].len();
    let text = format!("{number:05} ");
    let mut bytes = text.repeat(len.div_ceil(text.len())).into_bytes();
    bytes.truncate(len);
    bytes
}

/// The number of a story's record, by its count.
pub(super) fn number(count: u16, size: Size) -> Number {
    let class = SIZES.iter().position(|&it| it == size).unwrap();
    count * 8 + u16::try_from(class).unwrap()
}

/// The number of the record that has exactly these bytes.
pub(super) fn number_of(bytes: &[u8]) -> Result<Number, String> {
    let text = String::from_utf8_lossy(bytes.get(..5).unwrap_or_default()).into_owned();
    match text.parse() {
        Ok(number) if usize::from(number % 8) < SIZES.len() && payload(number) == bytes => {
            Ok(number)
        }
        _ => Err(format!(
            "a record of {} bytes is none that was appended: {text:?}",
            bytes.len()
        )),
    }
}
