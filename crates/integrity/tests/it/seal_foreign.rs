//! Texts that were never sealed are told from texts whose seal was lost, as far as that can be told.

use integrity::{Error, ErrorKind, digest, seal};

const KEY: &str = "checksum";

fn kind(text: &str) -> ErrorKind {
    seal::verify(text.as_bytes(), KEY).unwrap_err().kind()
}

#[test]
fn whole_json_of_other_programs_is_unsealed() {
    let digest = digest(b"");
    let foreign = [
        "{}".to_owned(),
        "{}\n".to_owned(),
        "{\"a\":{\"b\":[1,{}]}}\n\n".to_owned(),
        "{\r\n  \"a\": 1.5e-7\r\n}\r\n".to_owned(),
        "\u{feff}{\"a\": null}".to_owned(),
        "[1, 2, true]\n".to_owned(),
        "42\n".to_owned(),
        "-1E+9".to_owned(),
        "\"{ [ \\\" \\\\\"\n".to_owned(),
        // The reader's own checksums, of another scheme or of another thing.
        format!("{{\n  \"data\": {{}},\n  \"checksum\": \"{digest}\"\n}}\n"),
        "{\n  \"checksum\": 7\n}\n".to_owned(),
        "{\n  \"checksum\": \"md5:d41d8cd98f00b204e9800998ecf8427e\"\n}\n".to_owned(),
        format!("{{\n  \"digest\": \"sha256:{digest}\"\n}}\n"),
        format!("{{\n  \"files\": [\n    {{ \"checksum\": \"sha256:{digest}\" }}\n  ]\n}}\n"),
        format!("{{\n  \"note\": \"\\\"checksum\\\": \\\"sha256:{digest}\\\"\"\n}}\n"),
        format!("[\"checksum\", \"sha256:{digest}\"]\n"),
    ];
    for text in foreign {
        assert_eq!(kind(&text), ErrorKind::Unsealed, "{text}");
    }
}

#[test]
fn what_is_not_whole_json_is_malformed_where_that_shows() {
    let broken = [
        ("", 0),
        (" \n", 2),
        ("\u{feff}", 3),
        ("\0\0\0\0", 0),
        ("{\n  \"a\": 1\n", 11),
        ("{\n  \"a\": 1\n\0\0\0\0", 11),
        ("{\"a\": {\"b\": 1}", 14),
        ("{\"a\": \"b", 6),
        ("{\"a\": \"b\\\"", 6),
        ("{\"a\": \"b\\", 6),
        ("{\"a\": \"\n\"}", 6),
        ("}", 0),
        ("{\n  \"a\": 1,\n}\n", 12),
        ("[1, ]", 4),
        ("# not json", 0),
    ];
    for (text, at) in broken {
        match seal::verify(text.as_bytes(), KEY) {
            Err(Error::Malformed { offset, .. }) => assert_eq!(offset, at, "{text:?}"),
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

#[test]
fn a_spot_of_up_to_four_bytes_in_the_checksum_line_leaves_it_recognisable() {
    let sealed = seal::seal("{\n  \"a\": 1\n}\n", KEY).unwrap();
    let body_len = seal::open(sealed.as_bytes(), KEY).unwrap().len();
    for at in body_len..sealed.len() {
        for width in 1..=4.min(sealed.len() - at) {
            for with in ["", "z", "zzzz", "1 2"] {
                let mut damaged = sealed.clone();
                damaged.replace_range(at..at + width, with);
                if damaged != sealed {
                    assert_eq!(kind(&damaged), ErrorKind::Malformed, "{damaged}");
                }
            }
        }
    }
}

#[test]
fn a_checksum_line_that_is_gone_with_its_comma_leaves_an_unsealed_text() {
    // The documented residue: nothing is left that could tell. Who requires a seal sees damage in it.
    assert_eq!(kind("{\n  \"a\": 1\n}\n"), ErrorKind::Unsealed);
}

#[test]
fn messages_say_what_to_believe() {
    let sealed = seal::seal("{\n  \"a\": 1\n}\n", KEY).unwrap();
    let mismatch = seal::verify(sealed.replace('1', "2").as_bytes(), KEY).unwrap_err();
    assert!(
        mismatch
            .to_string()
            .starts_with("checksum mismatch: data may be corrupted (expected ")
    );
    let unsealed = seal::verify(b"{}", KEY).unwrap_err();
    assert!(
        unsealed
            .to_string()
            .starts_with("no checksum line at the end")
    );
    let malformed = seal::verify(b"{", KEY).unwrap_err();
    assert_eq!(
        malformed.to_string(),
        "malformed at byte 1: the text is not whole JSON, and ends without a checksum line"
    );
}

#[test]
fn nesting_without_end_costs_nothing() {
    let deep = "[".repeat(1 << 20);
    assert_eq!(kind(&deep), ErrorKind::Malformed);
    let whole = deep.clone() + &"]".repeat(1 << 20);
    assert_eq!(kind(&whole), ErrorKind::Unsealed);
}
