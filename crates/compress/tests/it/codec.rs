//! A file says itself how it was written.

use compress::{Codec, Level, decode};

#[test]
fn a_codec_is_known_by_its_first_bytes() {
    let cases: [(&[u8], Codec); 12] = [
        (b"\x1f\x8b\x08\x00", Codec::Gzip),
        (b"\x1f\x8b\x08", Codec::Gzip),
        (b"\x28\xb5\x2f\xfd", Codec::Zstd),
        // Cut off within the magic.
        (b"\x1f\x8b", Codec::Gzip),
        (b"\x1f", Codec::Gzip),
        (b"\x28\xb5\x2f", Codec::Zstd),
        (b"\x28\xb5", Codec::Zstd),
        // One byte is another.
        (b"\x1e\x8b\x08", Codec::Gzip),
        (b"\x1f\x8b\x00", Codec::Gzip),
        (b"\x28\xb5\x2f\xff", Codec::Zstd),
        // Two are.
        (b"\x1f\x00\x00", Codec::Plain),
        (b"\x28\xb5\x00\x00", Codec::Plain),
    ];
    for (bytes, expected) in cases {
        assert_eq!(Codec::detect(bytes), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn no_text_is_taken_for_compressed() {
    let texts = [
        "",
        "(",
        "(x",
        "(/",
        "{}",
        "[\n]",
        "\u{feff}{}",
        "(\u{b5}/\u{fd}",
        "\n\u{8}",
        " \u{8b}\u{8}",
        "x\u{8}\u{8}\u{8}",
    ];
    for text in texts {
        assert_eq!(Codec::detect(text.as_bytes()), Codec::Plain, "{text:?}");
        let (codec, bytes) = decode(text.as_bytes(), 100).unwrap();
        assert_eq!((codec, bytes.as_ref()), (Codec::Plain, text.as_bytes()));
    }
    // Whatever three bytes a text begins with. A text has no control characters but white space.
    let is_control = |c: char| c.is_control() && !c.is_ascii_whitespace();
    let mut tried = 0;
    for first in 0..=0xff_u8 {
        for second in 0..=0xff_u8 {
            for third in 0..=0xff_u8 {
                let bytes = [first, second, third, b'/'];
                if std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains(is_control)) {
                    assert_eq!(
                        Codec::detect(&bytes),
                        Codec::Plain,
                        "{}",
                        bytes.escape_ascii()
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1_000_000);
}

#[test]
fn plain_is_passed_through_without_a_copy() {
    let text = b"{}";
    let (_, bytes) = decode(text, 2).unwrap();
    assert!(std::ptr::eq(bytes.as_ref(), text.as_slice()));
    assert_eq!(Codec::Plain.encode(text, Level::Small).unwrap(), text);
}

#[test]
fn a_codec_is_shown_by_its_name_and_plain_unless_chosen() {
    let names = [Codec::Plain, Codec::Gzip, Codec::Zstd].map(|codec| codec.to_string());
    assert_eq!(names, ["plain", "gzip", "zstd"]);
    assert_eq!(
        (Codec::default(), Level::default()),
        (Codec::Plain, Level::Balanced)
    );
}
