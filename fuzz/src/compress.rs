//! Compressed bytes: whatever they are, what comes out is within the limit and was put in.

use std::io::Read as _;

use compress::{Codec, Decoder, Error, Level, decode};

/// More than a bomb should get.
const LIMIT: u64 = 1 << 16;

/// Any bytes are decoded, by the buffer and by the piece to the same, or refused.
pub fn compress_decode(data: &[u8]) {
    let whole = decode(data, LIMIT).map(|(codec, output)| (codec, output.into_owned()));
    if let Ok((codec, output)) = &whole {
        assert_eq!(*codec, Codec::detect(data));
        assert!(
            output.len() as u64 <= LIMIT
                && output.capacity() as u64 <= LIMIT.max(data.len() as u64)
        );
    }
    let pieces = Decoder::new(data, LIMIT).and_then(|mut decoder| {
        let mut output = Vec::new();
        decoder.read_to_end(&mut output)?;
        Ok((decoder.codec(), output))
    });
    match (whole, pieces) {
        (Ok(whole), Ok(pieces)) => assert_eq!(whole, pieces),
        (whole, pieces) => assert_eq!(
            whole.map_err(|error| error.kind()),
            pieces.map_err(|error| error.kind())
        ),
    }
}

/// Any bytes come back from gzip, and not a byte of it can change to make others.
pub fn compress_round_trip(data: &[u8]) {
    let levels = [Level::Fast, Level::Balanced, Level::Small];
    let level = levels[data.len() % levels.len()];
    let limit = data.len() as u64;
    let compressed = Codec::Gzip.encode(data, level).expect("gzip is built in");
    let (codec, output) = decode(&compressed, limit).expect("what was encoded decodes");
    assert_eq!((codec, output.as_ref()), (Codec::Gzip, data));
    if limit > 0 {
        assert!(matches!(
            decode(&compressed, limit - 1),
            Err(Error::TooLarge { .. })
        ));
    }

    // Where and how it is damaged is the input's choice.
    let at = data.iter().fold(0_usize, |at, &byte| {
        at.wrapping_mul(31).wrapping_add(usize::from(byte))
    }) % compressed.len();
    let mut damaged = compressed;
    damaged[at] ^= data.first().map_or(1, |&byte| byte.max(1));
    if let Ok((_, output)) = decode(&damaged, limit) {
        assert_eq!(output.as_ref(), data);
    }
    assert!(decode(&damaged[..at], limit).is_err() || at == 0);
}
