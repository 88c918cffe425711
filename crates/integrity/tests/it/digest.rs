//! SHA-256 is everybody's SHA-256.

use std::io::Write as _;

use integrity::{Digest, ErrorKind, Hasher, digest};

const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn the_vectors_of_fips_180() {
    assert_eq!(digest(b"").to_string(), OF_NOTHING);
    assert_eq!(digest(b"abc").to_string(), OF_ABC);
    let long = digest(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
    assert_eq!(
        long.to_string(),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    );
}

#[test]
fn a_hasher_in_pieces_is_the_digest_of_the_whole() {
    let mut hasher = Hasher::new();
    hasher.update(b"a");
    hasher.write_all(b"bc").unwrap();
    hasher.flush().unwrap();
    assert_eq!(hasher.clone().finish(), digest(b"abc"));
    hasher.update(b"d");
    assert_eq!(hasher.finish(), digest(b"abcd"));
}

#[test]
fn text_and_digest_are_two_forms_of_one_thing() {
    let parsed: Digest = OF_ABC.parse().unwrap();
    assert_eq!(parsed, digest(b"abc"));
    assert_eq!(OF_ABC.to_uppercase().parse::<Digest>().unwrap(), parsed);
    assert_eq!(Digest::from(*parsed.as_bytes()), parsed);
    assert_eq!(format!("{parsed:?}"), format!("Digest({OF_ABC})"));
}

#[test]
fn what_is_no_digest_is_refused() {
    let long = format!("{OF_ABC}0");
    let prefixed = format!("sha256:{OF_ABC}");
    let spaced = format!("{} ", &OF_ABC[1..]);
    for text in ["", "ba", &OF_ABC[1..], &long, &prefixed, &spaced] {
        let error = text.parse::<Digest>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{text:?}");
    }
}
