//! Inputs made to take long, or much: each of a quarter of a megabyte, which anything but linear time would not end.

use proptest::prelude::*;
use salvage::{Options, Reason, salvage};

const LENGTH: usize = 1 << 18;

#[test]
fn nothing_takes_longer_than_its_length() {
    for piece in [
        "[",
        "{",
        "\"",
        "'",
        "/*",
        "// ",
        "\\\"",
        "\"\\",
        "[{",
        "{\"a\":",
        "1,",
        ",",
        ":",
        "}",
        "]",
        "[]",
        "{}",
        "\"a\" ",
        "\"a\"b",
        "{\"a\"\"",
        "\0",
        "\0{",
        "\0\"a\":1,",
        "\n",
        "\n  \"",
        "[1,\n",
        "{\"a\":[\n",
        "}\n{",
        "x",
        "\"}\",",
        "\0\0\0\0\0\0\0\0\0[1,2,3],",
    ] {
        let bytes = piece.repeat(LENGTH / piece.len());
        let left = salvage(bytes.as_bytes());
        assert!(left.records().len() <= bytes.len(), "{piece:?}");
        let options = Options::new().values_max(1000);
        assert!(options.salvage(bytes.as_bytes()).records().len() <= 1000);
    }
}

#[test]
fn what_is_too_deep_or_too_much_is_lost_and_said_to_be() {
    let deep = format!("[1, {}{}, 2]", "[".repeat(200), "]".repeat(200));
    let left = salvage(deep.as_bytes());
    assert_eq!(left.lost()[0].reason, Reason::TooDeep);
    assert!(serde_json::from_str::<serde_json::Value>(left.text().unwrap()).is_ok());
    let texts: Vec<&str> = left.records().iter().map(salvage::Record::text).collect();
    assert_eq!(texts, ["1", "2"]);

    let many = format!("[{}]", vec!["{}"; 100].join(","));
    let left = Options::new().values_max(30).salvage(many.as_bytes());
    assert_eq!(left.records().len(), 10);
    assert!(
        left.lost()
            .iter()
            .any(|lost| lost.reason == Reason::TooMany)
    );
}

/// Pieces that meet in damaged files.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(&b"{\"a\": 1, \"b\": [true, null]}"[..]),
        Just(&b", "[..]),
        Just(&b"\n  "[..]),
        Just(&b"\0\0\0\0\0\0\0\0\0"[..]),
        Just(&b"\""[..]),
        Just(&b"'x'"[..]),
        Just(&b"// c\n"[..]),
        Just(&b"\xff\xfe"[..]),
        Just(&b"[{\"k\": \"v\"},"[..]),
        Just(&b"}"[..]),
        Just(&b"]"[..]),
        Just(&b"\"k\": "[..]),
        Just(&b"-1.5e3"[..]),
        Just(&b"\\"[..]),
    ];
    let pieces = prop::collection::vec(piece, 0..24);
    pieces.prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_left_is_json_and_stays(bytes in pieces()) {
        let left = salvage(&bytes);
        for record in left.records() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(record.text()).is_ok());
            prop_assert!(record.range().end <= bytes.len());
        }
        if let Some(text) = left.text() {
            let again = salvage(text.as_bytes());
            prop_assert_eq!(again.text(), Some(text));
            prop_assert!(again.is_lossless() && again.repairs().is_empty());
        }
        // What is cut says where.
        prop_assert!(left.is_lossless() || left.text().is_none() || !left.lost().is_empty());
    }
}
