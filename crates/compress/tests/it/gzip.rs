//! gzip is written in one way and read in all of RFC 1952.

use compress::{Codec, Error, ErrorKind, Level};
use flate2::Crc;

use crate::{decoded, kind, text};

const HELLO: &[u8] = b"hello\n";

fn member(bytes: &[u8]) -> Vec<u8> {
    Codec::Gzip.encode(bytes, Level::Balanced).unwrap()
}

/// The member of `bytes`, with these flags and fields in its header.
fn with_header(bytes: &[u8], flags: u8, fields: &[u8]) -> Vec<u8> {
    let plain = member(bytes);
    let mut header = plain[..10].to_vec();
    header[3] = flags;
    [&header, fields, &plain[10..]].concat()
}

#[test]
fn what_is_written_is_read() {
    for level in [Level::Fast, Level::Balanced, Level::Small] {
        for bytes in [
            Vec::new(),
            b"x".to_vec(),
            text(),
            vec![0; 500_000],
            (0..=255).collect(),
        ] {
            let compressed = Codec::Gzip.encode(&bytes, level).unwrap();
            assert_eq!(decoded(&compressed).unwrap(), (Codec::Gzip, bytes));
        }
    }
}

#[test]
fn the_header_is_always_the_same_and_holds_no_time() {
    for level in [Level::Fast, Level::Balanced, Level::Small] {
        let compressed = Codec::Gzip.encode(&text(), level).unwrap();
        assert_eq!(compressed[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
        assert_eq!(compressed, Codec::Gzip.encode(&text(), level).unwrap());
    }
}

#[test]
fn the_trailer_is_crc_and_length() {
    let compressed = member(HELLO);
    let mut crc = Crc::new();
    crc.update(HELLO);
    let trailer = [crc.sum().to_le_bytes(), 6_u32.to_le_bytes()].concat();
    assert!(compressed.ends_with(&trailer));
}

#[test]
fn more_work_makes_fewer_bytes() {
    let len = |level| Codec::Gzip.encode(&text(), level).unwrap().len();
    assert!(len(Level::Small) <= len(Level::Balanced) && len(Level::Balanced) < len(Level::Fast));
}

#[test]
fn every_optional_header_field_is_read_over() {
    let mut hcrc = Crc::new();
    hcrc.update(&with_header(HELLO, 2, b"")[..10]);
    let hcrc = hcrc.sum().to_le_bytes();
    let cases: [(u8, &[u8]); 5] = [
        (1, b""),
        (2, &hcrc[..2]),
        (4, b"\x05\x00extra"),
        (8, b"name.json\0"),
        (16, b"a comment\0"),
    ];
    for (flags, fields) in cases {
        let compressed = with_header(HELLO, flags, fields);
        assert_eq!(
            decoded(&compressed).unwrap(),
            (Codec::Gzip, HELLO.to_vec()),
            "{flags}"
        );
    }
    assert_eq!(
        kind(&with_header(HELLO, 2, b"\0\0")),
        Some(ErrorKind::Damaged)
    );
    for reserved in [0x20, 0x40, 0x80] {
        assert_eq!(
            kind(&with_header(HELLO, reserved, b"")),
            Some(ErrorKind::Damaged)
        );
    }
}

#[test]
fn members_one_after_the_other_are_one_text() {
    let members = [
        member(b"one "),
        member(b""),
        member(b"two "),
        with_header(b"three", 8, b"n\0"),
    ]
    .concat();
    assert_eq!(
        decoded(&members).unwrap(),
        (Codec::Gzip, b"one two three".to_vec())
    );
}

#[test]
fn what_follows_the_last_member_and_is_none_is_trailing_garbage() {
    let whole = [member(b"one"), member(b"two")].concat();
    for garbage in [b"\0".as_slice(), b"\n", b"{}\n", &[0; 512], b"\x8b\x1f"] {
        let bytes = [&whole, garbage].concat();
        match decoded(&bytes).unwrap_err() {
            Error::TrailingGarbage { offset } => assert_eq!(offset, whole.len() as u64),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_second_member_is_checked_like_the_first() {
    let first = member(b"one");
    let second = member(b"two");
    for end in 1..second.len() {
        let bytes = [&first, &second[..end]].concat();
        assert_eq!(kind(&bytes), Some(ErrorKind::Truncated), "{end}");
    }
    let mut damaged = [first.clone(), second].concat();
    let crc_at = damaged.len() - 8;
    damaged[crc_at] ^= 1;
    match decoded(&damaged).unwrap_err() {
        Error::Damaged { offset, .. } => assert!(offset > first.len() as u64),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_of_another_compressor_is_read() {
    // `gzip -9`, with a name and a time.
    let golden = include_bytes!("../golden/gzip.gz");
    assert_eq!(
        decoded(golden).unwrap(),
        (Codec::Gzip, b"{\n  \"theme\": \"dark\"\n}\n".to_vec())
    );
}
