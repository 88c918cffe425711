//! A checked line is read as it was written, or not at all.

use integrity::line::{self, Damage, Line, OVERHEAD};

use crate::damage;

const SALT: u64 = 0x0123_4567_89ab_cdef;
const LIMIT: usize = 1 << 20;

fn encoded(payload: &[u8], salt: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    line::encode(payload, salt, &mut bytes).unwrap();
    bytes
}

/// Payloads that could mislead a reader: newlines, spaces, NULs, a line within a line.
fn payloads() -> Vec<Vec<u8>> {
    let all: Vec<u8> = (0..=255).collect();
    let line = encoded(b"inner", SALT);
    vec![
        b"".to_vec(),
        b"{}".to_vec(),
        b"\n".to_vec(),
        b"\n\n 0000 \r\n".to_vec(),
        vec![0; 64],
        all,
        line,
    ]
}

#[test]
fn any_payload_comes_back_and_so_does_what_follows_it() {
    let mut bytes = Vec::new();
    for payload in payloads() {
        line::encode(&payload, SALT, &mut bytes).unwrap();
    }
    let mut rest = bytes.as_slice();
    for expected in payloads() {
        let Line::Complete {
            payload,
            rest: next,
        } = line::decode(rest, SALT, LIMIT)
        else {
            panic!("{:?}", line::decode(rest, SALT, LIMIT));
        };
        assert_eq!(payload, expected);
        assert_eq!(rest.len() - next.len(), payload.len() + OVERHEAD);
        rest = next;
    }
    assert_eq!(line::decode(rest, SALT, LIMIT), Line::End);
}

#[test]
fn encoding_appends_and_grows_a_vector_with_room_not_at_all() {
    let mut bytes = Vec::with_capacity(100);
    bytes.extend_from_slice(b"before ");
    let buffer = bytes.as_ptr();
    line::encode(b"payload", SALT, &mut bytes).unwrap();
    assert_eq!(bytes.as_ptr(), buffer);
    assert_eq!(
        bytes,
        [b"before ".as_slice(), &encoded(b"payload", SALT)].concat()
    );
}

#[test]
fn every_beginning_of_a_line_is_torn_and_says_how_long_it_will_be() {
    for payload in payloads() {
        let whole = encoded(&payload, SALT);
        for torn in damage::truncations(&whole).skip(1) {
            let Line::Torn { needed } = line::decode(&torn, SALT, LIMIT) else {
                panic!(
                    "{:?} of {}",
                    line::decode(&torn, SALT, LIMIT),
                    torn.escape_ascii()
                );
            };
            let is_known = torn.len() >= 8;
            assert_eq!(needed, if is_known { whole.len() } else { OVERHEAD });
        }
    }
}

#[test]
fn no_change_of_a_line_reads_as_a_line() {
    // Followed by another line, so that a length which grew finds bytes to take.
    for payload in payloads().iter().filter(|payload| payload.len() < 100) {
        let whole = encoded(payload, SALT);
        let next = encoded(b"{\"next\":1}", SALT + 1);
        let changes = damage::substitutions(&whole)
            .chain(damage::insertions(&whole).filter(|longer| !longer.starts_with(&whole)))
            .chain(damage::deletions(&whole));
        for damaged in changes {
            let bytes = [damaged.as_slice(), &next].concat();
            let read = line::decode(&bytes, SALT, LIMIT);
            assert!(
                matches!(read, Line::Damaged { .. } | Line::Torn { .. }),
                "{}",
                bytes.escape_ascii()
            );
        }
    }
}

#[test]
fn damage_outside_the_length_is_never_taken_for_a_tear() {
    let whole = encoded(b"{\"key\":\"value\"}", SALT);
    for (bit, damaged) in damage::bit_flips(&whole).enumerate().skip(8 * 8) {
        let read = line::decode(&damaged, SALT, LIMIT);
        assert!(matches!(read, Line::Damaged { .. }), "bit {bit}: {read:?}");
    }
}

#[test]
fn damage_says_where_it_shows() {
    let whole = encoded(b"payload", SALT);
    let with = |at: usize, byte: u8| {
        let mut damaged = whole.clone();
        damaged[at] = byte;
        damaged
    };
    let cases = [
        (with(0, b'G'), Damage::Header),
        (with(0, b'A'), Damage::Header),
        (with(8, b'0'), Damage::Header),
        (with(17, b'\n'), Damage::Header),
        (vec![0; 64], Damage::Header),
        (b"\n".to_vec(), Damage::Header),
        (with(0, b'f'), Damage::TooLong),
        (b"00100001".to_vec(), Damage::TooLong),
        (with(18, b'P'), Damage::Checksum),
        (with(whole.len() - 1, b'\r'), Damage::Terminator),
    ];
    for (bytes, expected) in cases {
        let read = line::decode(&bytes, SALT, LIMIT);
        assert_eq!(
            read,
            Line::Damaged { damage: expected },
            "{}",
            bytes.escape_ascii()
        );
    }
    assert_eq!(Damage::Checksum.to_string(), "checksum mismatch");
}

#[test]
fn a_line_that_lacks_only_its_newline_is_damaged_if_its_checksum_is() {
    let mut bytes = encoded(b"payload", SALT);
    bytes.pop();
    assert!(matches!(
        line::decode(&bytes, SALT, LIMIT),
        Line::Torn { .. }
    ));
    bytes.pop();
    bytes.push(b'D');
    assert_eq!(
        line::decode(&bytes, SALT, LIMIT),
        Line::Damaged {
            damage: Damage::Checksum
        }
    );
}

#[test]
fn a_line_of_another_salt_is_damaged() {
    let bytes = encoded(b"{}", SALT);
    let others =
        (0..64)
            .map(|bit| SALT ^ (1 << bit))
            .chain([0, u64::MAX, SALT + 1, SALT.swap_bytes()]);
    for salt in others {
        let expected = Line::Damaged {
            damage: Damage::Checksum,
        };
        assert_eq!(line::decode(&bytes, salt, LIMIT), expected, "{salt:x}");
    }
}

#[test]
fn the_limit_is_on_the_payload_and_inclusive() {
    let bytes = encoded(b"12345678", SALT);
    assert!(matches!(
        line::decode(&bytes, SALT, 8),
        Line::Complete { .. }
    ));
    assert_eq!(
        line::decode(&bytes, SALT, 7),
        Line::Damaged {
            damage: Damage::TooLong
        }
    );
    let read = line::decode(b"ffffffff 00000000 ", SALT, usize::MAX);
    assert!(matches!(read, Line::Torn { .. }));
}
