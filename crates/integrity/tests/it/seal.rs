//! A sealed text says of every changed byte that it changed.

use integrity::{Error, ErrorKind, Hasher, digest, seal};

use crate::damage;

const KEY: &str = "checksum";

/// Small, and with what could mislead: nesting, an escaped quote, braces in a string.
const OBJECT: &str = "{\n  \"a\": {\n    \"b\": [1]\n  },\n  \"c\": \"}\\\"{\"\n}\n";

fn sealed() -> String {
    seal::seal(OBJECT, KEY).unwrap()
}

fn kind(text: &[u8]) -> Option<ErrorKind> {
    seal::verify(text, KEY).err().map(|error| error.kind())
}

#[test]
fn the_checksum_is_the_last_member_and_covers_all_lines_before_its_own() {
    let sealed = sealed();
    let body = "{\n  \"a\": {\n    \"b\": [1]\n  },\n  \"c\": \"}\\\"{\",\n";
    let checksum = digest(body.as_bytes());
    assert_eq!(
        sealed,
        format!("{body}  \"checksum\": \"sha256:{checksum}\"\n}}\n")
    );
    assert_eq!(seal::verify(sealed.as_bytes(), KEY), Ok(checksum));
    assert_eq!(seal::open(sealed.as_bytes(), KEY), Ok(body.as_bytes()));
}

#[test]
fn a_text_that_streams_is_sealed_by_its_closing_lines() {
    let mut hasher = Hasher::new();
    let mut file = String::new();
    for piece in [
        "{\n  \"a\": {\n    \"b\"",
        ": [1]\n  },\n  \"c\": \"}\\\"{\"",
        ",\n",
    ] {
        hasher.update(piece.as_bytes());
        file.push_str(piece);
    }
    file.push_str(&seal::closing(KEY, &hasher.finish()).unwrap());
    assert_eq!(file, sealed());
}

#[test]
fn no_single_change_passes_or_looks_like_a_text_that_never_was_sealed() {
    let sealed = sealed();
    let bytes = sealed.as_bytes();
    let changes = damage::substitutions(bytes)
        .chain(damage::insertions(bytes))
        .chain(damage::deletions(bytes))
        .chain(damage::truncations(bytes))
        .chain(damage::line_swaps(bytes));
    let mut tried = 0;
    for damaged in changes {
        let found = kind(&damaged);
        let is_seen = matches!(found, Some(ErrorKind::Mismatch | ErrorKind::Malformed));
        assert!(is_seen, "{found:?}: {}", damaged.escape_ascii());
        tried += 1;
    }
    assert!(tried > 500 * bytes.len());
}

#[test]
fn damage_before_the_checksum_line_is_a_mismatch_of_two_named_digests() {
    let sealed = sealed();
    let body_len = seal::open(sealed.as_bytes(), KEY).unwrap().len();
    let expected = seal::verify(sealed.as_bytes(), KEY).unwrap();
    for mut damaged in damage::bit_flips(&sealed.as_bytes()[..body_len]) {
        let found = digest(&damaged);
        damaged.extend_from_slice(&sealed.as_bytes()[body_len..]);
        assert_eq!(
            seal::verify(&damaged, KEY),
            Err(Error::Mismatch { expected, found })
        );
    }
}

#[test]
fn a_checksum_of_other_digits_is_a_mismatch_and_of_no_digits_is_malformed() {
    let sealed = sealed();
    let first_digit = sealed.find("sha256:").unwrap() + "sha256:".len();
    let with_digit = |digit: u8| {
        let mut bytes = sealed.clone().into_bytes();
        bytes[first_digit] = digit;
        bytes
    };
    let current = sealed.as_bytes()[first_digit];
    for digit in (b'0'..=b'9')
        .chain(b'a'..=b'f')
        .filter(|&digit| digit != current)
    {
        assert_eq!(kind(&with_digit(digit)), Some(ErrorKind::Mismatch));
    }
    for digit in [b'g', b'A', b' ', b'"', 0, 0xff] {
        assert_eq!(kind(&with_digit(digit)), Some(ErrorKind::Malformed));
    }
    let (before, digits) = sealed.split_at(first_digit);
    let uppercase = [before, &digits.to_uppercase()].concat();
    assert_eq!(kind(uppercase.as_bytes()), Some(ErrorKind::Malformed));
}

#[test]
fn line_ends_of_another_system_are_a_change() {
    let crlf = sealed().replace('\n', "\r\n");
    assert_eq!(kind(crlf.as_bytes()), Some(ErrorKind::Malformed));
}

#[test]
fn a_seal_that_another_program_moved_or_reformatted_is_malformed() {
    let compact = sealed()
        .replace("\n  ", "")
        .replace('\n', "")
        .replace("\": \"", "\":\"");
    assert_eq!(kind(compact.as_bytes()), Some(ErrorKind::Malformed));
    let sorted = format!(
        "{{\n  \"checksum\" : \"sha256:{}\",\n  \"z\": 1\n}}\n",
        digest(b"")
    );
    assert_eq!(kind(sorted.as_bytes()), Some(ErrorKind::Malformed));
}

#[test]
fn one_text_after_another_is_malformed() {
    let sealed = sealed();
    let more = [sealed.as_str(), "{\n}\n"].concat();
    assert_eq!(kind(more.as_bytes()), Some(ErrorKind::Malformed));
    // The last seal is whole, but covers the first text too.
    let twice = sealed.repeat(2);
    assert_eq!(kind(twice.as_bytes()), Some(ErrorKind::Mismatch));
}

#[test]
fn a_right_checksum_under_something_else_than_an_object_is_malformed() {
    for body in ["", "\n", "{\n", "[\n  1,\n", "{\n  \"a\": 1\n"] {
        let text = [body, &seal::closing(KEY, &digest(body.as_bytes())).unwrap()].concat();
        assert_eq!(
            kind(text.as_bytes()),
            Some(ErrorKind::Malformed),
            "{body:?}"
        );
    }
}

#[test]
fn only_an_object_with_a_member_a_line_is_sealed() {
    let refused = [
        "",
        "{}",
        "{}\n",
        "{\n}\n",
        "{\n\n}\n",
        "{ \"a\": 1 }\n",
        "[\n  1\n]\n",
        "{\n  \"a\": 1\n}",
        "{\n  \"a\": 1,\n}\n",
        "{\r\n  \"a\": 1\r\n}\r\n",
        "\u{feff}{\n  \"a\": 1\n}\n",
        "{\n\t\"a\": 1\n}\n",
    ];
    for object in refused {
        let error = seal::seal(object, KEY).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{object:?}");
    }
}

#[test]
fn a_text_is_sealed_once() {
    let again = seal::seal(&sealed(), KEY).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Refused);
    // Under another key it is a text like any other.
    let nested = seal::seal(&sealed(), "outer").unwrap();
    seal::verify(nested.as_bytes(), "outer").unwrap();
}

#[test]
fn a_key_that_needs_escapes_is_refused() {
    for key in ["", "a\"", "a\\", "a\n", "\0"] {
        assert_eq!(
            seal::seal(OBJECT, key).unwrap_err().kind(),
            ErrorKind::Refused,
            "{key:?}"
        );
        assert_eq!(
            seal::verify(b"{}", key).unwrap_err().kind(),
            ErrorKind::Refused,
            "{key:?}"
        );
        assert_eq!(
            seal::closing(key, &digest(b"")).unwrap_err().kind(),
            ErrorKind::Refused,
            "{key:?}"
        );
    }
    for key in ["c", "_checksum", "Prüfsumme", "a b"] {
        let sealed = seal::seal(OBJECT, key).unwrap();
        seal::verify(sealed.as_bytes(), key).unwrap();
    }
}
