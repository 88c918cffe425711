//! What costs nothing: each sort of syntax that is not JSON and means the same.

use salvage::{Key, Options, Reason, RepairKind as Kind, salvage};
use serde_json::{Value, json};

const WHOLE: &str = r#"{
  "version": "1.0",
  "features": [
    {"id": "f1", "hours": 4.0, "note": "é // no comment"},
    {"id": "f2", "hours": 12345678901234567890.10}
  ]
}
"#;

fn kinds(bytes: &[u8]) -> Vec<Kind> {
    let left = salvage(bytes);
    left.repairs().iter().map(|repair| repair.kind).collect()
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn what_is_whole_stays_as_it_stands() {
    for text in [
        WHOLE,
        "[]",
        "{}",
        "null\n",
        "  [1, 2.50 ,\t\"\\u00e9\"]  ",
        &WHOLE.replace('\n', "\r\n"),
    ] {
        let left = salvage(text.as_bytes());
        assert_eq!(left.text(), Some(text));
        assert!(left.is_lossless() && left.repairs().is_empty(), "{left:?}");
    }
}

#[test]
fn a_byte_order_mark_and_utf_16_are_read() {
    let marked = format!("\u{feff}{WHOLE}");
    let left = salvage(marked.as_bytes());
    assert!(left.is_lossless());
    assert_eq!(left.text(), Some(WHOLE));
    assert_eq!(left.repairs()[0].kind, Kind::ByteOrderMark);
    let record = &left.records()[1];
    assert_eq!(
        &marked[record.range()],
        record.text(),
        "ranges are those of the input"
    );

    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        for start in ["\u{feff}", ""] {
            let text = format!("{start}{WHOLE}");
            let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
            let left = salvage(&bytes);
            assert_eq!(left.text(), Some(WHOLE));
            assert_eq!(kinds(&bytes), [Kind::Utf16]);
            let range = left.records()[1].range();
            let record: Vec<u8> = left.records()[1]
                .text()
                .encode_utf16()
                .flat_map(order)
                .collect();
            assert_eq!(&bytes[range], record);
            // Cut in the middle of a character.
            let cut = salvage(&bytes[..bytes.len() - 7]);
            assert_eq!(cut.records()[1].text(), left.records()[1].text());
            assert!(
                cut.lost()
                    .iter()
                    .all(|lost| lost.range.end <= bytes.len() - 7)
            );
        }
    }
}

#[test]
fn hands_leave_comments_commas_and_single_quotes() {
    let text = r#"// mine
{
  'name': 'it\'s "so"', /* why? */
  "list": [1, 2, /* not 3 */ ],
  "url": "https://example.org/* no */", // yes
}
"#;
    let left = salvage(text.as_bytes());
    assert!(left.is_lossless(), "{left:?}");
    let expected =
        json!({"name": "it's \"so\"", "list": [1, 2], "url": "https://example.org/* no */"});
    assert_eq!(value(left.text().unwrap()), expected);
    assert_eq!(
        kinds(text.as_bytes()),
        [
            Kind::Comment,
            Kind::SingleQuotes,
            Kind::SingleQuotes,
            Kind::Comment,
            Kind::TrailingComma,
            Kind::Comment,
            Kind::TrailingComma,
            Kind::Comment
        ]
    );
    assert_eq!(left.records()[0].text(), r#""it's \"so\"""#);
}

#[test]
fn missing_brackets_are_added_and_said_to_be_a_loss() {
    let text = r#"{"features":[{"id":1},{"id":2}"#;
    let left = salvage(text.as_bytes());
    assert_eq!(left.text(), Some(r#"{"features":[{"id":1},{"id":2}]}"#));
    assert_eq!(kinds(text.as_bytes()), [Kind::MissingBrackets]);
    // Nobody knows whether more was to come.
    assert_eq!(left.lost()[0].reason, Reason::CutOff);
    assert_eq!(left.lost()[0].range, text.len()..text.len());

    let inside = r#"{"features":[{"id":1},{"id":2},"version":"1.0"}"#;
    let left = salvage(inside.as_bytes());
    let expected = json!({"features": [{"id": 1}, {"id": 2}], "version": "1.0"});
    assert_eq!(value(left.text().unwrap()), expected);
    assert!(!left.is_lossless());
}

#[test]
fn what_follows_the_document_is_not_taken_for_it() {
    let nuls = format!("{WHOLE}\0\0\0\0\0\0");
    assert_eq!(kinds(nuls.as_bytes()), [Kind::TrailingNuls]);
    assert!(salvage(nuls.as_bytes()).is_lossless());
    assert_eq!(salvage(nuls.as_bytes()).text().unwrap(), WHOLE);

    let twice = format!("{}{}", WHOLE.trim_end(), WHOLE.trim_end());
    assert_eq!(kinds(twice.as_bytes()), [Kind::Repeated]);
    assert!(salvage(twice.as_bytes()).is_lossless());

    // A shorter text written over a longer one, and not cut.
    let tail = format!("{WHOLE}{}", &WHOLE[60..]);
    let other = format!("{WHOLE}{}", WHOLE.replace("f1", "f9"));
    let noise = format!("{WHOLE} oops }} 17");
    for (bytes, reason) in [
        (tail, Reason::TrailingBytes),
        (other, Reason::OtherDocument),
        (noise, Reason::TrailingBytes),
    ] {
        let left = salvage(bytes.as_bytes());
        assert_eq!(value(left.text().unwrap()), value(WHOLE), "{bytes}");
        let lost: Vec<Reason> = left.lost().iter().map(|lost| lost.reason).collect();
        assert_eq!(lost, [reason], "{bytes}");
        let others = left.records().iter().filter(|record| !record.in_text());
        assert!(
            others
                .into_iter()
                .all(|record| record.range().start >= WHOLE.len())
        );
    }
}

#[test]
fn the_first_whole_document_is_the_text() {
    let text = format!("{}{}", &WHOLE[..38], WHOLE);
    let left = salvage(text.as_bytes());
    assert_eq!(value(left.text().unwrap()), value(WHOLE));
    assert!(
        left.lost().iter().any(|lost| lost.range.start == 0),
        "{left:?}"
    );
}

#[test]
fn a_number_that_may_go_on_is_no_number() {
    for (text, left) in [
        ("[1, 23", Some("[1]")),
        ("[1, 23\n", Some("[1]\n")),
        ("{\"a\": 1, \"b\": 23", Some("{\"a\": 1}")),
        ("[1, 2\0, 3]", Some("[1, 3]")),
        ("[1, \0\0\0\x002, 3]", Some("[1, 3]")),
        ("12", None),
        ("[12", None),
    ] {
        assert_eq!(salvage(text.as_bytes()).text(), left, "{text:?}");
    }
}

#[test]
fn a_value_whose_name_is_gone_gets_no_other() {
    let text = "{\"a\": {\"x\": 1}, \"\0\0\0\0\0\0\0\": {\"x\": 2}, \"c\": {\"x\": 3}}";
    let left = salvage(text.as_bytes());
    let keys: Vec<Option<&Key>> = left.records().iter().map(|record| record.key()).collect();
    let named = |name: &str| Key::Member(name.to_owned());
    assert_eq!(keys, [Some(&named("a")), None, Some(&named("c"))]);
    assert_eq!(left.records()[1].text(), r#"{"x": 2}"#);
    assert!(!left.records()[1].in_text());
    assert_eq!(
        value(left.text().unwrap()),
        json!({"a": {"x": 1}, "c": {"x": 3}})
    );
}

#[test]
fn who_knows_where_the_records_are_says_so() {
    // By its shape this is a setting, which comes back whole or not at all.
    let text = r#"{"users": {"ada": {"age": 36, "tags": ["x"]}, "bob": {"age": 4"#;
    let by_shape = salvage(text.as_bytes());
    assert_eq!(
        by_shape.text(),
        Some(r#"{"users": {"ada": {"age": 36, "tags": ["x"]}}}"#)
    );

    let list = r#"{"a": [1, 2], "b": [3, 4], "c": [5"#;
    assert_eq!(
        salvage(list.as_bytes()).text(),
        Some(r#"{"a": [1, 2], "b": [3, 4]}"#)
    );
    let told = Options::new().collection("/c").salvage(list.as_bytes());
    assert_eq!(
        told.text(),
        Some(r#"{"a": [1, 2], "b": [3, 4], "c": []}"#),
        "5 may have been 51"
    );
    let longer = r#"{"a": [1, 2], "b": [3, 4], "c": [5, 6"#;
    let told = Options::new().collection("/c").salvage(longer.as_bytes());
    assert_eq!(told.text(), Some(r#"{"a": [1, 2], "b": [3, 4], "c": [5]}"#));
}

#[test]
fn nothing_comes_of_nothing() {
    for bytes in [
        &b""[..],
        b"\0\0\0\0",
        b"   ",
        b"}]}]",
        b"\xff\xfe",
        b"{",
        b"no JSON at all",
        b"\"a",
        b",",
    ] {
        let left = salvage(bytes);
        assert_eq!(left.text(), None, "{bytes:?}");
        assert!(!left.is_lossless());
    }
}

#[test]
fn a_number_before_other_bytes_is_no_document() {
    // It may have had more digits, and would be read as cut off.
    let left = salvage(b"-1.5e3\"\"");
    assert_eq!(left.text(), None);
    assert!(!left.is_lossless());
}

#[test]
fn a_quote_too_many_in_a_number_costs_that_number() {
    let left = salvage(b"[64511, 10\"30, 5747, 627]");
    assert_eq!(left.text(), Some("[64511, 5747, 627]"));
}

#[test]
fn a_string_that_lost_its_end_does_not_swallow_the_next_record() {
    let left = salvage(b"[{\"d\":\"15\xff},{\"id\":\"t3\",\"n\":1},{\"id\":\"t4\",\"n\":2}]");
    let records: Vec<_> = left.records().iter().map(salvage::Record::text).collect();
    assert_eq!(records, [r#"{"id":"t3","n":1}"#, r#"{"id":"t4","n":2}"#]);
}

#[test]
fn a_bracket_in_the_indentation_opens_and_closes_nothing() {
    let lines = "{\n  \"a\": {\n    \"x\": 1\n  },\n  \"b\": {\n    \"x\": 2\n  },\n  \"c\": {\n    \"x\": 3\n  }\n}\n";
    for bracket in ['[', '{', '}', ']'] {
        let damaged = lines.replace("  \"b\"", &format!("{bracket} \"b\""));
        let left = salvage(damaged.as_bytes());
        let text: Value = serde_json::from_str(left.text().unwrap()).unwrap();
        assert_eq!(text["a"]["x"], 1, "{damaged}");
        assert_eq!(text["c"]["x"], 3, "{damaged}");
    }
}

#[test]
fn a_record_in_a_lost_one_comes_back_without_a_place() {
    let left =
        salvage(br#"[{"id":1,"n":"a"},{"id":2,{"n":"b"},{"id":3,"n":"c"},{"id":4,"n":"d"}]"#);
    let record = left
        .records()
        .iter()
        .find(|record| record.text() == r#"{"id":3,"n":"c"}"#);
    assert!(record.is_some(), "{:?}", left.records());
}

#[test]
fn a_member_between_two_holes_is_ended_by_its_comma() {
    let text = format!(
        "{{\n  \"version\": \"1.0\",\n  \"counters\": {{\n    \"a\": 1,\n   {}   \"x\": 44\n    }},\n    \"b\": 5922,{}",
        "\0".repeat(80),
        "\0".repeat(80)
    );
    let left = Options::new()
        .collection("/counters")
        .salvage(text.as_bytes());
    let last = left.records().last().unwrap();
    assert_eq!(last.key(), Some(&Key::Member("b".into())));
    assert_eq!((last.text(), last.in_text()), ("5922", true));
}
