//! A damaged gzip file gives an error, or the right bytes where the damage said nothing about them.

use compress::{Codec, Error, ErrorKind, Level};

use crate::{decoded, kind, text};

/// In blocks of each sort that deflate has: stored, with fixed codes, with codes of their own.
fn samples() -> Vec<(Vec<u8>, Vec<u8>)> {
    // Bytes that can't be compressed, from a generator (Numerical Recipes' linear one).
    let noise = std::iter::successors(Some(1_u32), |x| {
        Some(x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223))
    });
    let noise: Vec<u8> = noise.map(|x| x.to_be_bytes()[0]).take(300).collect();
    let inputs = [
        Vec::new(),
        b"hello hello hello\n".to_vec(),
        noise,
        text()[..2000].to_vec(),
    ];
    let compress = |input: Vec<u8>| (Codec::Gzip.encode(&input, Level::Balanced).unwrap(), input);
    inputs.into_iter().map(compress).collect()
}

#[test]
fn every_truncation_is_truncated() {
    for (compressed, _) in samples() {
        for end in 1..compressed.len() {
            match decoded(&compressed[..end]).unwrap_err() {
                Error::Truncated { offset } => assert_eq!(offset, end as u64),
                other => panic!("{end} of {}: {other:?}", compressed.len()),
            }
        }
    }
}

#[test]
fn nothing_at_all_is_plain() {
    // The documented residue: of no bytes nobody can say what they were.
    assert_eq!(decoded(b"").unwrap(), (Codec::Plain, Vec::new()));
}

#[test]
fn no_flipped_bit_gives_other_bytes() {
    for (compressed, input) in samples() {
        let mut harmless = Vec::new();
        for bit in 0..8 * compressed.len() {
            let mut damaged = compressed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            match decoded(&damaged) {
                Ok(right) => {
                    assert_eq!(right, (Codec::Gzip, input.clone()), "bit {bit}");
                    harmless.push(bit);
                }
                Err(error) => {
                    let is_damage = matches!(
                        error.kind(),
                        ErrorKind::Damaged | ErrorKind::Truncated | ErrorKind::TrailingGarbage
                    );
                    assert!(is_damage, "bit {bit}: {error:?}");
                }
            }
        }
        // The bit of the flags that says "text", time, effort and system; and after the last block
        // what fills its byte.
        let header = std::iter::once(3 * 8).chain(4 * 8..10 * 8);
        let trailer_at = 8 * (compressed.len() - 8);
        let (in_header, elsewhere): (Vec<usize>, Vec<usize>) =
            harmless.iter().partition(|&&bit| bit < 10 * 8);
        assert_eq!(in_header, header.collect::<Vec<_>>());
        // A stored block has such bits at its beginning too.
        assert!(
            elsewhere.iter().all(|&bit| bit < trailer_at),
            "{elsewhere:?}"
        );
        assert!(elsewhere.len() < 16, "{elsewhere:?}");
    }
}

#[test]
fn no_other_byte_of_a_small_file_gives_other_bytes() {
    let input = b"hello hello\n";
    let compressed = Codec::Gzip.encode(input, Level::Balanced).unwrap();
    for at in 0..compressed.len() {
        for change in 1..=255 {
            let mut damaged = compressed.clone();
            damaged[at] ^= change;
            if let Ok((codec, bytes)) = decoded(&damaged) {
                assert_eq!(
                    (codec, bytes.as_slice()),
                    (Codec::Gzip, input.as_slice()),
                    "{at}: {change}"
                );
            }
        }
    }
}

#[test]
fn a_wrong_crc_and_a_wrong_length_are_damage_where_they_stand() {
    let (compressed, _) = samples().pop().unwrap();
    for back in 1..=8 {
        let mut damaged = compressed.clone();
        let at = damaged.len() - back;
        damaged[at] ^= 0x10;
        match decoded(&damaged).unwrap_err() {
            Error::Damaged { offset, reason } => {
                let field = if back <= 4 { "length" } else { "data" };
                assert!(reason.contains(field), "{reason}");
                assert!(offset + 8 >= compressed.len() as u64, "{offset}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn zeros_in_the_place_of_a_sector_are_found() {
    let compressed = Codec::Gzip.encode(&text().repeat(8), Level::Fast).unwrap();
    for start in (0..compressed.len() - 512).step_by(512).skip(1) {
        let mut damaged = compressed.clone();
        damaged[start..start + 512].fill(0);
        let found = kind(&damaged);
        assert!(
            matches!(found, Some(ErrorKind::Damaged | ErrorKind::Truncated)),
            "{start}: {found:?}"
        );
    }
}

#[test]
fn messages_say_what_is_wrong_and_where() {
    let (compressed, _) = samples().pop().unwrap();
    let message = |bytes: &[u8]| decoded(bytes).unwrap_err().to_string();
    assert_eq!(
        message(&compressed[..20]),
        "truncated after 20 bytes: the compressed stream has no end"
    );
    assert_eq!(
        message(&[&compressed, b"!".as_slice()].concat()),
        format!(
            "the compressed stream ends at byte {}, and something else follows it",
            compressed.len()
        )
    );
    assert!(message(b"\x1f\x8b\x07\0\0\0\0\0\0\0").starts_with("damaged after byte "));
}
