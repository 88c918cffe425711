//! Whatever the bytes: what was written comes back, nothing panics, nothing exceeds the limit.

use std::io::{BufReader, Read as _, Write as _};

use compress::{Codec, Decoder, Encoder, Level, decode};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::LIMIT;

/// The same cases on every run: a failure is found again by running again.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn codecs() -> impl Strategy<Value = Codec> {
    let built_in = [
        Codec::Gzip,
        #[cfg(feature = "zstd")]
        Codec::Zstd,
    ];
    proptest::sample::select(built_in.to_vec())
}

fn levels() -> impl Strategy<Value = Level> {
    proptest::sample::select(vec![Level::Fast, Level::Balanced, Level::Small])
}

/// Noise, and runs that compress.
fn contents() -> impl Strategy<Value = Vec<u8>> {
    let run = (any::<u8>(), 1..3000_usize).prop_map(|(byte, len)| vec![byte; len]);
    let noise = proptest::collection::vec(any::<u8>(), 0..300);
    proptest::collection::vec(prop_oneof![run, noise], 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn contents_come_back(codec in codecs(), level in levels(), bytes in contents()) {
        let compressed = codec.encode(&bytes, level).unwrap();
        let (found, output) = decode(&compressed, bytes.len() as u64).unwrap();
        prop_assert_eq!(found, codec);
        prop_assert_eq!(output.as_ref(), bytes);
    }

    #[test]
    fn streams_and_buffers_agree(codec in codecs(), bytes in contents(), piece in 1..5000_usize, capacity in 1..100_usize) {
        let mut encoder = Encoder::new(Vec::new(), codec, Level::Fast).unwrap();
        for piece in bytes.chunks(piece) {
            encoder.write_all(piece).unwrap();
        }
        let compressed = encoder.finish().unwrap();
        let reader = BufReader::with_capacity(capacity, compressed.as_slice());
        let mut output = Vec::new();
        Decoder::new(reader, LIMIT).unwrap().read_to_end(&mut output).unwrap();
        prop_assert_eq!(&output, &bytes);
        let (_, whole) = decode(&compressed, LIMIT).unwrap();
        prop_assert_eq!(whole.as_ref(), bytes);
    }

    #[test]
    fn any_bytes_give_an_answer_within_the_limit(
        magic in proptest::sample::select(vec![&b""[..], b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\x28\xb5\x2f\xfd"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        limit in 0..300_u64,
    ) {
        let bytes = [magic, &bytes].concat();
        if let Ok((_, output)) = decode(&bytes, limit) {
            prop_assert!(output.len() as u64 <= limit);
        }
    }

    #[test]
    fn no_truncation_is_read(codec in codecs(), bytes in contents(), cut: prop::sample::Index) {
        let compressed = codec.encode(&bytes, Level::Balanced).unwrap();
        // Of zstd's magic the first byte alone is text.
        let cut = 2 + cut.index(compressed.len() - 2);
        prop_assert!(decode(&compressed[..cut], LIMIT).is_err());
    }

    #[test]
    fn a_changed_byte_never_gives_other_contents(codec in codecs(), bytes in contents(), at: prop::sample::Index, change in 1_u8..) {
        let mut compressed = codec.encode(&bytes, Level::Balanced).unwrap();
        let at = at.index(compressed.len());
        compressed[at] ^= change;
        if let Ok((_, output)) = decode(&compressed, LIMIT) {
            prop_assert_eq!(output.as_ref(), bytes);
        }
    }
}
