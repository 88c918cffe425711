//! zstd is recognised always, and read and written with the feature.

#[cfg(not(feature = "zstd"))]
mod without {
    use compress::{Codec, Error, ErrorKind, Level};

    use crate::{decoded, kind};

    #[test]
    fn a_file_is_refused_and_not_taken_for_a_damaged_or_plain_one() {
        let golden = include_bytes!("../golden/zstd.zst");
        assert_eq!(kind(golden), Some(ErrorKind::Unsupported));
        let error = decoded(golden).unwrap_err();
        assert!(matches!(error, Error::Unsupported { codec: Codec::Zstd }));
        assert_eq!(
            error.to_string(),
            "zstd support is not built in: the feature `zstd` adds it"
        );
        let error = Codec::Zstd.encode(b"", Level::Fast).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}

#[cfg(feature = "zstd")]
mod with {
    use compress::{Codec, Error, ErrorKind, Level, decode};

    use crate::{decoded, kind, text};

    fn frame(bytes: &[u8]) -> Vec<u8> {
        Codec::Zstd.encode(bytes, Level::Balanced).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        for level in [Level::Fast, Level::Balanced, Level::Small] {
            for bytes in [Vec::new(), b"x".to_vec(), text(), vec![0; 500_000]] {
                let compressed = Codec::Zstd.encode(&bytes, level).unwrap();
                assert_eq!(decoded(&compressed).unwrap(), (Codec::Zstd, bytes));
            }
        }
    }

    #[test]
    fn a_file_of_another_compressor_is_read() {
        let golden = include_bytes!("../golden/zstd.zst");
        assert_eq!(
            decoded(golden).unwrap(),
            (Codec::Zstd, b"{\n  \"theme\": \"dark\"\n}\n".to_vec())
        );
    }

    #[test]
    fn every_truncation_is_truncated() {
        for compressed in [frame(b""), frame(b"hello"), frame(&text()[..3000])] {
            // The first byte alone is a text, an opening parenthesis.
            for end in 2..compressed.len() {
                assert_eq!(
                    kind(&compressed[..end]),
                    Some(ErrorKind::Truncated),
                    "{end}"
                );
            }
        }
    }

    #[test]
    fn no_flipped_bit_gives_other_bytes() {
        for input in [b"".as_slice(), b"hello hello hello\n", &text()[..2000]] {
            let compressed = frame(input);
            for bit in 0..8 * compressed.len() {
                let mut damaged = compressed.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                match decoded(&damaged) {
                    Ok(right) => assert_eq!(right, (Codec::Zstd, input.to_vec()), "bit {bit}"),
                    Err(error) => assert_ne!(error.kind(), ErrorKind::Io, "bit {bit}: {error:?}"),
                }
            }
        }
    }

    #[test]
    fn frames_one_after_the_other_are_one_text_and_nothing_else_may_follow() {
        // A frame to be skipped: its magic, its length, its content.
        let skipped = b"\x5a\x2a\x4d\x18\x03\0\0\0xyz";
        let whole = [frame(b"one "), frame(b""), skipped.to_vec(), frame(b"two")].concat();
        assert_eq!(decoded(&whole).unwrap(), (Codec::Zstd, b"one two".to_vec()));
        match decoded(&[&whole, b"\0".as_slice()].concat()).unwrap_err() {
            Error::TrailingGarbage { offset } => assert_eq!(offset, whole.len() as u64),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_limit_is_inclusive() {
        let compressed = frame(&vec![0; 1 << 20]);
        assert_eq!(decode(&compressed, 1 << 20).unwrap().1.len(), 1 << 20);
        for limit in [0, 1, (1 << 20) - 1] {
            assert_eq!(
                decode(&compressed, limit).unwrap_err().kind(),
                ErrorKind::TooLarge,
                "{limit}"
            );
        }
    }

    #[test]
    fn a_window_beyond_what_the_limit_asks_for_is_refused() {
        // A frame header by hand: no content size, no checksum, window 2^(10 + exponent), and a block
        // of one stored byte.
        let with_window = |exponent: u8| {
            [
                &[0x28, 0xb5, 0x2f, 0xfd, 0, exponent << 3],
                [0x09, 0, 0].as_slice(),
                b"x",
            ]
            .concat()
        };
        let cases = [
            (13, 1, true),
            (14, 1, false),
            (14, 1 << 24, true),
            (17, u64::MAX, true),
            (18, u64::MAX, false),
        ];
        for (exponent, limit, is_granted) in cases {
            let frame = with_window(exponent);
            let found = decode(&frame, limit).err();
            let expected = if is_granted {
                None
            } else {
                Some(ErrorKind::Damaged)
            };
            assert_eq!(
                found.map(|error| error.kind()),
                expected,
                "{exponent} {limit}"
            );
        }
    }
}
