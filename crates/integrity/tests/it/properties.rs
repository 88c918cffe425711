//! Whatever the bytes: what was written comes back, what was not written is not believed, nothing panics.

use integrity::line::{self, Line, OVERHEAD, Splitter};
use integrity::manifest::Manifest;
use integrity::{ErrorKind, Hasher, digest, seal};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The same cases on every run: a failure is found again by running again.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 512,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A pretty-printed object, of lines that may hold anything but what ends a line.
fn objects() -> impl Strategy<Value = String> {
    proptest::collection::vec("[^\\n,]{0,20}[^\\n,]", 1..8).prop_map(|lines| {
        let members: Vec<String> = lines.iter().map(|line| format!("  \"{line}")).collect();
        format!("{{\n{}\n}}\n", members.join(",\n"))
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..200)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn sealed_text_opens_to_what_was_sealed(object in objects(), key in "[a-z_]{1,12}") {
        let sealed = seal::seal(&object, &key).unwrap();
        let body = seal::open(sealed.as_bytes(), &key).unwrap();
        prop_assert_eq!(body.strip_suffix(b",\n"), object.as_bytes().strip_suffix(b"\n}\n"));
        prop_assert_eq!(seal::verify(sealed.as_bytes(), &key).unwrap(), digest(body));
    }

    #[test]
    fn a_changed_byte_of_a_sealed_text_is_found(object in objects(), at: prop::sample::Index, change in 1_u8..) {
        let mut sealed = seal::seal(&object, "checksum").unwrap().into_bytes();
        let at = at.index(sealed.len());
        sealed[at] ^= change;
        let error = seal::verify(&sealed, "checksum").unwrap_err();
        prop_assert_ne!(error.kind(), ErrorKind::Unsealed);
    }

    #[test]
    fn bytes_of_no_origin_have_no_seal(bytes in bytes(), key in "[a-z]{1,8}") {
        prop_assert!(seal::verify(&bytes, &key).is_err());
        prop_assert!(Manifest::parse(&bytes).is_err());
    }

    #[test]
    fn lines_come_back(payloads in proptest::collection::vec(bytes(), 0..8), salt: u64) {
        let mut log = Vec::new();
        for (payload, salt) in payloads.iter().zip(salt..=u64::MAX) {
            line::encode(payload, salt, &mut log).unwrap();
        }
        let mut rest = log.as_slice();
        for (expected, salt) in payloads.iter().zip(salt..=u64::MAX) {
            let Line::Complete { payload, rest: next } = line::decode(rest, salt, 200) else {
                return Err(TestCaseError::fail("not complete"));
            };
            prop_assert_eq!(payload, expected);
            rest = next;
        }
    }

    #[test]
    fn a_torn_line_asks_for_no_more_than_the_limit_allows(header in "[0-9a-f]{0,8}( [0-9a-f]{0,8})?", limit in 0..10_000_usize) {
        match line::decode(header.as_bytes(), 0, limit) {
            Line::Torn { needed } => prop_assert!(needed > header.len() && needed <= limit + OVERHEAD),
            Line::Damaged { .. } => {}
            Line::End => prop_assert!(header.is_empty()),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        }
    }

    #[test]
    fn a_line_is_read_as_nothing_else_than_its_own_bytes(bytes in bytes(), salt: u64) {
        // Whatever is read as a line, encoding it again makes the same bytes: there is one form.
        if let Line::Complete { payload, rest } = line::decode(&bytes, salt, 200) {
            let mut again = Vec::new();
            line::encode(payload, salt, &mut again).unwrap();
            again.extend_from_slice(rest);
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn lines_are_taken_apart_as_they_were_put_together(payloads in proptest::collection::vec(bytes(), 0..6), salt: u64) {
        let mut log = Vec::new();
        for payload in &payloads {
            // Twice, so that lines of one length follow one another.
            line::encode(payload, salt, &mut log).unwrap();
            line::encode(payload, salt, &mut log).unwrap();
        }
        let mut splitter = Splitter::default();
        let mut rest = log.as_slice();
        for expected in payloads.iter().flat_map(|payload| [payload, payload]) {
            for len in 0..expected.len() + OVERHEAD {
                prop_assert_eq!(splitter.split(&rest[..len]), None);
            }
            let (payload, next) = splitter.split(rest).unwrap();
            prop_assert_eq!(payload, expected);
            rest = next;
        }
        prop_assert_eq!(splitter.split(rest), None);
    }

    #[test]
    fn bytes_that_are_no_line_can_be_taken_apart_without_harm(bytes in bytes()) {
        if let Some((payload, rest)) = Splitter::default().split(&bytes) {
            prop_assert_eq!(payload.len() + OVERHEAD + rest.len(), bytes.len());
        }
    }

    #[test]
    fn manifests_come_back(names in proptest::collection::btree_set("[^\\x00]{1,12}", 0..8), contents in bytes()) {
        let mut manifest = Manifest::new();
        for name in names.iter().filter(|&name| name != "-") {
            manifest.insert(name.as_str(), digest(&contents)).unwrap();
        }
        let text = manifest.write();
        prop_assert_eq!(&Manifest::parse(text.as_bytes()).unwrap(), &manifest);
        prop_assert_eq!(&Manifest::parse_unsealed(text.as_bytes()).unwrap(), &manifest);
    }

    #[test]
    fn a_digest_does_not_depend_on_the_pieces(bytes in bytes(), cut: prop::sample::Index) {
        let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
        let mut hasher = Hasher::new();
        hasher.update(first);
        hasher.update(second);
        prop_assert_eq!(hasher.finish(), digest(&bytes));
        prop_assert_eq!(digest(&bytes).to_string().parse(), Ok(digest(&bytes)));
    }
}
