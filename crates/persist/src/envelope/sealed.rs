//! The short way into a wrapped file that stands exactly as we write it.
//!
//! A seal that holds says that the lines are those that somebody has sealed, so the value is found
//! between the lines before and after it, without a look at what is in it. That it is one value, and
//! not the end of one and the beginning of another, shows when it is read. Whatever is unusual is left
//! to [`open`](super::open), which knows what to say about it: a large document is gone through twice,
//! once for its digest and once for its value, and not four times.

use std::borrow::Cow;

use integrity::seal;
use serde_json::value::RawValue;

use super::open::header;
use super::{CHECKSUM, Opened, Payload, Seal};
use crate::json::offset_in;
use crate::policy::Layout;

const OPENING: &str = "{\n  \"format\": \"persist/1\",\n";
const SEPARATOR: &str = ",\n";

/// Takes the bytes of a file, decompressed, apart. `None`: ask [`open`](super::open). If the payload is
/// not one JSON value, ask it as well.
pub(crate) fn open_sealed(bytes: &[u8]) -> Option<Opened<'_>> {
    if !bytes.starts_with(OPENING.as_bytes()) {
        return None;
    }
    let digest = seal::verify(bytes, CHECKSUM).ok()?;
    let whole = str::from_utf8(bytes).ok()?;
    let closing = seal::closing(CHECKSUM, &digest).ok()?;
    let rest = whole.strip_prefix(OPENING)?.strip_suffix(&closing)?;
    let (version, rest) = line("  \"version\": ", rest)?;
    let (revision, rest) = line("  \"revision\": ", rest)?;
    let (updated, rest) = line("  \"updated\": ", rest)?;
    let data = rest.strip_prefix("  \"data\": ")?;
    let data = data.strip_suffix(SEPARATOR)?;
    Some(Opened {
        layout: Layout::Wrapped,
        header: header(version, revision, updated).ok()?,
        seal: Seal::Whole(digest),
        payload: Payload {
            text: Cow::Borrowed(data),
            start: offset_in(whole, data),
            whole: bytes,
        },
    })
}

/// The value in the first line of `text`, if that begins so, and what follows it. `None`: it is none.
fn line<'t>(start: &str, text: &'t str) -> Option<(Option<&'t RawValue>, &'t str)> {
    let Some(after) = text.strip_prefix(start) else {
        return Some((None, text));
    };
    let (value, rest) = after.split_once(SEPARATOR)?;
    Some((Some(serde_json::from_str(value).ok()?), rest))
}

#[cfg(test)]
mod tests {
    use super::super::{Rules, open};
    use super::*;
    use crate::policy::HandEdits;

    fn sealed(lines: &str) -> String {
        seal::seal(
            &format!("{{\n  \"format\": \"persist/1\",\n{lines}\n}}\n"),
            CHECKSUM,
        )
        .unwrap()
    }

    /// That both ways say the same, and whether the short one said anything.
    fn is_short(text: &str) -> bool {
        let layout = Layout::Wrapped;
        let hand_edits = HandEdits::Reject;
        let long = open(
            text.as_bytes(),
            Rules {
                layout: &layout,
                hand_edits,
            },
        );
        let Some(short) = open_sealed(text.as_bytes()) else {
            return false;
        };
        if serde_json::from_str::<&RawValue>(&short.payload.text).is_err() {
            return false;
        }
        let long = long.unwrap();
        assert_eq!(
            (long.header, long.seal, long.payload.start),
            (short.header, short.seal, short.payload.start)
        );
        assert_eq!(long.payload.text, short.payload.text);
        true
    }

    #[test]
    fn both_ways_into_a_file_find_the_same() {
        for lines in [
            "  \"data\": 1",
            "  \"version\": 3,\n  \"revision\": 42,\n  \"updated\": \"2026-11-20T03:10:32.901Z\",\n  \"data\": {\n    \"a\": [],\n    \"checksum\": 1\n  }",
            "  \"version\": \"1.0\",\n  \"data\": \"x\"",
            "  \"updated\": 7,\n  \"data\": \"x\"",
        ] {
            assert!(is_short(&sealed(lines)), "{lines}");
        }
    }

    #[test]
    fn what_is_unusual_is_left_to_the_long_way() {
        for lines in [
            "  \"data\": 1,\n  \"data\": 2",
            "  \"data\": 1,\n  \"revision\": 2",
            "  \"data\": 1, \"x\": 2",
            "  \"data\": ",
            "  \"revision\": +5,\n  \"data\": 1",
            "  \"revision\": -5,\n  \"data\": 1",
            "  \"revision\": 5, \"x\": 1,\n  \"data\": 1",
            "  \"revision\": 2,\n  \"version\": 2,\n  \"data\": 1",
            "  \"revision\": 2,\n  \"revision\": 2,\n  \"data\": 1",
            "  \"version\": 1.5,\n  \"data\": 1",
        ] {
            assert!(!is_short(&sealed(lines)), "{lines}");
        }
        let good = sealed("  \"data\": 1");
        assert!(!is_short(&good.replace("1,\n", "2,\n")));
        assert!(!is_short(&good.replace('\n', "\r\n")));
        assert!(!is_short(&good.replace("persist/1", "persist/2")));
        assert!(!is_short(""));
    }
}
