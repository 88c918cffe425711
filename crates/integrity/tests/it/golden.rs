//! Files of the first version of each format are written and read today as they were then, and are
//! those that the format documents show.

use integrity::line::{self, Line};
use integrity::manifest::Manifest;
use integrity::{digest, seal};

const SEALED: &str = include_str!("../golden/sealed.json");
const LINES: &str = include_str!("../golden/lines");
const MANIFEST: &str = include_str!("../golden/MANIFEST");

#[test]
fn the_sealed_file() {
    let body = seal::open(SEALED.as_bytes(), "checksum").unwrap();
    assert_eq!(
        body,
        b"{\n  \"version\": 3,\n  \"data\": {\n    \"theme\": \"dark\"\n  },\n"
    );
    let object = "{\n  \"version\": 3,\n  \"data\": {\n    \"theme\": \"dark\"\n  }\n}\n";
    assert_eq!(seal::seal(object, "checksum").unwrap(), SEALED);
}

#[test]
fn the_checked_lines() {
    let mut written = Vec::new();
    for payload in [r#"{"put":"ada"}"#, r#"{"put":"bob"}"#] {
        line::encode(payload.as_bytes(), written.len() as u64, &mut written).unwrap();
    }
    assert_eq!(written, LINES.as_bytes());
    let Line::Complete { payload, rest } = line::decode(LINES.as_bytes(), 0, 13) else {
        panic!("the first line");
    };
    assert_eq!(payload, br#"{"put":"ada"}"#);
    let Line::Complete { payload, rest } = line::decode(rest, 32, 13) else {
        panic!("the second line");
    };
    assert_eq!(
        (payload, rest),
        (br#"{"put":"bob"}"#.as_slice(), b"".as_slice())
    );
}

#[test]
fn the_manifest() {
    let mut manifest = Manifest::new();
    for (name, content) in [
        ("contacts.json", "{\"ada\":1}\n"),
        ("settings.json", "{\"theme\":\"dark\"}\n"),
        ("two\nlines", "x\n"),
    ] {
        manifest.insert(name, digest(content.as_bytes())).unwrap();
    }
    assert_eq!(manifest.write(), MANIFEST);
    assert_eq!(Manifest::parse(MANIFEST.as_bytes()).unwrap(), manifest);
}

#[test]
fn the_documents_show_these_files() {
    let documents = [
        (include_str!("../../../../docs/formats/sealed.md"), SEALED),
        (
            include_str!("../../../../docs/formats/checked-lines.md"),
            LINES,
        ),
        (
            include_str!("../../../../docs/formats/manifest.md"),
            MANIFEST,
        ),
    ];
    for (document, file) in documents {
        assert!(document.contains(&format!("\n{file}```\n")), "{file}");
    }
}
