//! No more comes out than the caller allows, and no more is done for it.

use std::io::{self, BufRead, BufReader, Read};

use compress::{Codec, Decoder, Error, ErrorKind, Level, decode};

fn bomb() -> Vec<u8> {
    Codec::Gzip
        .encode(&vec![0; 32 << 20], Level::Small)
        .unwrap()
}

#[test]
fn the_limit_is_inclusive_for_every_codec() {
    let text = b"twelve bytes";
    for codec in [Codec::Plain, Codec::Gzip] {
        let bytes = codec.encode(text, Level::Balanced).unwrap();
        assert_eq!(decode(&bytes, 12).unwrap().1.as_ref(), text, "{codec}");
        assert_eq!(
            decode(&bytes, u64::MAX).unwrap().1.as_ref(),
            text,
            "{codec}"
        );
        for limit in 0..12 {
            match decode(&bytes, limit).unwrap_err() {
                Error::TooLarge { limit: stated } => assert_eq!(stated, limit),
                other => panic!("{codec}: {other:?}"),
            }
        }
        let nothing = codec.encode(b"", Level::Balanced).unwrap();
        assert_eq!(decode(&nothing, 0).unwrap().1.as_ref(), b"", "{codec}");
    }
}

#[test]
fn the_limit_is_on_all_members_together() {
    let member = Codec::Gzip.encode(b"12345", Level::Balanced).unwrap();
    assert_eq!(decode(&member.repeat(3), 15).unwrap().1.len(), 15);
    assert_eq!(
        decode(&member.repeat(3), 14).unwrap_err().kind(),
        ErrorKind::TooLarge
    );
    // Members of nothing are read for as long as there are any.
    let nothing = Codec::Gzip.encode(b"", Level::Balanced).unwrap();
    assert_eq!(decode(&nothing.repeat(1000), 0).unwrap().1.len(), 0);
}

#[test]
fn at_the_limit_the_rest_is_still_checked() {
    let mut bytes = Codec::Gzip.encode(b"12345", Level::Balanced).unwrap();
    let crc_at = bytes.len() - 8;
    bytes[crc_at] ^= 1;
    assert_eq!(decode(&bytes, 5).unwrap_err().kind(), ErrorKind::Damaged);
    let cut = &bytes[..crc_at];
    assert_eq!(decode(cut, 5).unwrap_err().kind(), ErrorKind::Truncated);
}

#[test]
fn the_room_for_the_output_is_at_most_the_limit() {
    let bytes = Codec::Gzip
        .encode(&vec![7; 100_000], Level::Balanced)
        .unwrap();
    for limit in [100_000, 100_001, 150_000, 1 << 40] {
        let output = decode(&bytes, limit).unwrap().1.into_owned();
        assert_eq!(output.len(), 100_000);
        assert!(
            output.capacity() as u64 <= limit && output.capacity() <= 200_000,
            "{}",
            output.capacity()
        );
    }
}

/// Counts the bytes that were taken from it.
struct Counted<'a> {
    bytes: BufReader<&'a [u8]>,
    taken: &'a mut usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(output)?;
        *self.taken += read;
        Ok(read)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.bytes.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        *self.taken += count;
        self.bytes.consume(count);
    }
}

#[test]
fn a_bomb_is_read_no_further_than_its_first_bytes_too_many() {
    let bomb = bomb();
    let mut taken = 0;
    let reader = Counted {
        bytes: BufReader::with_capacity(64, &bomb),
        taken: &mut taken,
    };
    let mut decoder = Decoder::new(reader, 1000).unwrap();
    let mut output = Vec::new();
    let error = decoder.read_to_end(&mut output).unwrap_err();
    assert_eq!(Error::from(error).kind(), ErrorKind::TooLarge);
    assert_eq!(output, vec![0; 1000]);
    drop(decoder);
    assert!(
        taken < 1000 && taken < bomb.len() / 10,
        "{taken} of {}",
        bomb.len()
    );
}

#[test]
fn a_bomb_goes_off_at_the_limit_wherever_that_is() {
    let bomb = bomb();
    for limit in [0, 1, 32 * 1024, (32 << 20) - 1] {
        assert_eq!(
            decode(&bomb, limit).unwrap_err().kind(),
            ErrorKind::TooLarge,
            "{limit}"
        );
    }
    assert_eq!(decode(&bomb, 32 << 20).unwrap().1.len(), 32 << 20);
}
