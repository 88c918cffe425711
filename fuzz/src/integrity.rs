//! Sealed text, checked lines and manifests: nothing is believed that was not written, and nothing panics.

use integrity::line::{self, Line};
use integrity::manifest::Manifest;
use integrity::{ErrorKind, digest, seal};

const KEY: &str = "checksum";

/// What verifies is what sealing its body makes; what was sealed verifies until a byte changes.
pub fn integrity_seal(data: &[u8]) {
    if let Ok(digest) = seal::verify(data, KEY) {
        let body = seal::open(data, KEY).expect("what verifies opens");
        let closing = seal::closing(KEY, &digest).expect("a key without escapes");
        assert_eq!([body, closing.as_bytes()].concat(), data);
    }
    let Ok(object) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(sealed) = seal::seal(object, KEY) else {
        return;
    };
    seal::verify(sealed.as_bytes(), KEY).expect("what was sealed verifies");

    let mut damaged = sealed.into_bytes();
    let [at_high, at_low, change, ..] = *digest(data).as_bytes();
    let at = usize::from(u16::from_be_bytes([at_high, at_low])) % damaged.len();
    damaged[at] ^= change.max(1);
    let error = seal::verify(&damaged, KEY).expect_err("a byte has changed");
    assert_ne!(error.kind(), ErrorKind::Unsealed);
}

/// Whatever reads as a line is, byte for byte, the line that carries its payload, and any bytes make a payload.
pub fn integrity_line(data: &[u8]) {
    let salt = data
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let mut rest = data;
    while let Line::Complete {
        payload,
        rest: next,
    } = line::decode(rest, salt, data.len())
    {
        let mut again = Vec::new();
        line::encode(payload, salt, &mut again).expect("shorter than 4 GiB");
        assert_eq!(again, rest[..rest.len() - next.len()]);
        rest = next;
    }
    if let Line::Torn { needed } = line::decode(rest, salt, data.len()) {
        assert!(needed > rest.len() && needed <= data.len() + line::OVERHEAD);
    }

    let mut encoded = Vec::new();
    line::encode(data, salt, &mut encoded).expect("shorter than 4 GiB");
    let whole = Line::Complete {
        payload: data,
        rest: &[],
    };
    assert_eq!(line::decode(&encoded, salt, data.len()), whole);
    encoded.pop();
    assert_eq!(
        line::decode(&encoded, salt, data.len()),
        Line::Torn {
            needed: encoded.len() + 1
        }
    );
}

/// Whatever reads as a list of files is read the same after it was written by us.
pub fn integrity_manifest(data: &[u8]) {
    let sealed = Manifest::parse(data);
    if let Ok(manifest) = Manifest::parse_unsealed(data) {
        let text = manifest.write();
        assert_eq!(Manifest::parse(text.as_bytes()).as_ref(), Ok(&manifest));
        assert!(sealed.is_err() || sealed == Ok(manifest));
    } else {
        // An unsealed list has more forms than a sealed one, never fewer.
        sealed.expect_err("its lines are not a list");
    }
}
