//! A manifest lists files so that no line can go or change unseen.

use integrity::manifest::Manifest;
use integrity::{Error, ErrorKind, digest};

use crate::damage;

fn sample() -> Manifest {
    let mut manifest = Manifest::new();
    for name in [
        "b",
        "a/x.json",
        "back\\slash",
        "line\nfeed",
        "cr\r",
        " *lead",
        "#é",
    ] {
        manifest.insert(name, digest(name.as_bytes())).unwrap();
    }
    manifest
}

fn kind(text: &[u8]) -> Option<ErrorKind> {
    Manifest::parse(text).err().map(|error| error.kind())
}

#[test]
fn what_is_written_is_read_and_sorted() {
    let manifest = sample();
    let text = manifest.write();
    assert_eq!(Manifest::parse(text.as_bytes()).unwrap(), manifest);
    let names: Vec<&str> = manifest.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            " *lead",
            "#é",
            "a/x.json",
            "b",
            "back\\slash",
            "cr\r",
            "line\nfeed"
        ]
    );
    assert_eq!((manifest.len(), manifest.is_empty()), (7, false));
    assert_eq!(manifest.get("b"), Some(&digest(b"b")));
    assert_eq!(manifest.get("c"), None);
}

#[test]
fn the_text_is_two_spaces_and_escapes() {
    let text = sample().write();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[3], format!("{}  b", digest(b"b")));
    assert_eq!(
        lines[4],
        format!("\\{}  back\\\\slash", digest(b"back\\slash"))
    );
    assert_eq!(lines[5], format!("\\{}  cr\\r", digest(b"cr\r")));
    assert_eq!(
        lines[6],
        format!("\\{}  line\\nfeed", digest(b"line\nfeed"))
    );
    let body_len = text.rfind("# sha256:").unwrap();
    assert_eq!(
        text[body_len..],
        format!("# sha256:{}\n", digest(&text.as_bytes()[..body_len]))
    );
}

#[test]
fn a_manifest_of_nothing_is_its_closing_line() {
    let text = Manifest::new().write();
    assert_eq!(text, format!("# sha256:{}\n", digest(b"")));
    assert!(Manifest::parse(text.as_bytes()).unwrap().is_empty());
}

#[test]
fn no_single_change_is_read_as_a_manifest() {
    let mut manifest = Manifest::new();
    manifest.insert("a", digest(b"1")).unwrap();
    manifest.insert("n\\", digest(b"2")).unwrap();
    let text = manifest.write();
    let bytes = text.as_bytes();
    let changes = damage::substitutions(bytes)
        .chain(damage::insertions(bytes))
        .chain(damage::deletions(bytes))
        .chain(damage::line_swaps(bytes));
    for damaged in changes {
        let found = kind(&damaged);
        let is_seen = matches!(found, Some(ErrorKind::Mismatch | ErrorKind::Malformed));
        assert!(is_seen, "{found:?}: {}", damaged.escape_ascii());
    }
}

#[test]
fn a_manifest_that_was_cut_off_is_never_read() {
    let text = sample().write();
    for cut in damage::truncations(text.as_bytes()) {
        // Cut between two lines it is a list that nobody closed, and says so.
        let is_between = cut.is_empty() || cut.ends_with(b"\n");
        let expected = if is_between {
            ErrorKind::Unsealed
        } else {
            ErrorKind::Malformed
        };
        assert_eq!(kind(&cut), Some(expected), "{}", cut.escape_ascii());
    }
}

#[test]
fn a_list_of_another_program_is_read_when_asked_for() {
    let (a, b) = (digest(b"a"), digest(b"b"));
    let upper = b.to_string().to_uppercase();
    let foreign = format!("# made by hand\n{a}  a\r\n{upper} *b\n\\{a}  c\\\\\n{b}  d");
    let expected: Vec<(&str, _)> = vec![("a", a), ("b", b), ("c\\", a), ("d", b)];
    let manifest = Manifest::parse_unsealed(foreign.as_bytes()).unwrap();
    assert_eq!(
        manifest
            .iter()
            .map(|(name, digest)| (name, *digest))
            .collect::<Vec<_>>(),
        expected
    );
    // Ours is one of them.
    let ours = sample();
    assert_eq!(
        Manifest::parse_unsealed(ours.write().as_bytes()).unwrap(),
        ours
    );
}

#[test]
fn what_is_no_entry_is_refused_with_its_place() {
    let good = format!("{}  good\n", digest(b""));
    let hex = digest(b"").to_string();
    let bad: Vec<Vec<u8>> = vec![
        b"\n".to_vec(),
        format!("{hex}\n").into(),
        format!("{hex}  \n").into(),
        format!("{hex}  -\n").into(),
        format!("{hex} x\n").into(),
        format!(" {hex}  x\n").into(),
        format!("{}  x\n", &hex[1..]).into(),
        format!("{hex}0  x\n").into(),
        format!("{hex}  nul\0\n").into(),
        format!("\\{hex}  esc\\t\n").into(),
        format!("\\{hex}  esc\\\n").into(),
        format!("{hex}  good\n").into(),
        [hex.as_bytes(), b"  \xff\n"].concat(),
        format!("SHA256 (x) = {hex}\n").into(),
    ];
    for line in bad {
        let text = [good.as_bytes(), &line, good.as_bytes()].concat();
        match Manifest::parse_unsealed(&text) {
            Err(Error::Malformed { offset, .. }) => {
                assert_eq!(offset, good.len(), "{}", line.escape_ascii());
            }
            other => panic!("{}: {other:?}", line.escape_ascii()),
        }
    }
}

#[test]
fn a_seal_over_lines_that_we_do_not_write_is_no_excuse_for_them() {
    let hex = digest(b"").to_string();
    let bodies = [
        "# comment\n".to_owned(),
        "\n".to_owned(),
        "no entry\n".to_owned(),
        format!("{hex} *binary\n"),
        format!("{}  uppercase\n", hex.to_uppercase()),
        format!("{hex}  crlf\r\n"),
        format!("\\{hex}  not to be escaped\n"),
        format!("{hex}  b\n{hex}  a\n"),
    ];
    for body in bodies {
        let text = format!("{body}# sha256:{}\n", digest(body.as_bytes()));
        assert_eq!(
            kind(text.as_bytes()),
            Some(ErrorKind::Malformed),
            "{body:?}"
        );
    }
}

#[test]
fn a_name_that_could_not_be_checked_is_refused() {
    let mut manifest = Manifest::new();
    for name in ["", "-", "a\0b"] {
        assert_eq!(
            manifest.insert(name, digest(b"")).unwrap_err().kind(),
            ErrorKind::Refused,
            "{name:?}"
        );
    }
    assert!(manifest.is_empty());
    assert_eq!(manifest.insert("./-", digest(b"1")).unwrap(), None);
    assert_eq!(
        manifest.insert("./-", digest(b"2")).unwrap(),
        Some(digest(b"1"))
    );
}

#[test]
fn verification_names_what_changed_what_is_gone_and_what_nobody_listed() {
    let mut listed = Manifest::new();
    let mut found = Manifest::new();
    for name in ["same", "changed", "missing"] {
        listed.insert(name, digest(b"old")).unwrap();
    }
    for (name, content) in [("same", "old"), ("changed", "new"), ("unlisted", "old")] {
        found.insert(name, digest(content.as_bytes())).unwrap();
    }
    assert!(listed.verify(&listed).is_clean());

    let verification = listed.verify(&found);
    assert!(!verification.is_clean());
    assert_eq!(verification.missing, ["missing"]);
    assert_eq!(verification.unlisted, ["unlisted"]);
    let [changed] = verification.changed.as_slice() else {
        panic!("{verification:?}")
    };
    assert_eq!(
        (changed.name.as_str(), changed.expected, changed.found),
        ("changed", digest(b"old"), digest(b"new"))
    );

    // Each alone is enough not to be clean.
    let none = Manifest::new();
    assert!(!listed.verify(&none).is_clean());
    assert!(!none.verify(&listed).is_clean());
}
