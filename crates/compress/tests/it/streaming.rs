//! Streams give what buffers give, whatever the pieces, and errors stay.

use std::io::{self, BufRead, BufReader, Read, Write};

use compress::{Codec, Decoder, Encoder, Error, ErrorKind, Level};

use crate::{LIMIT, decoded, kind, text};

fn compressed() -> Vec<u8> {
    Codec::Gzip.encode(&text(), Level::Balanced).unwrap()
}

#[test]
fn the_pieces_that_are_written_leave_no_trace() {
    for codec in [Codec::Plain, Codec::Gzip] {
        for size in [1, 7, 4096, 1 << 20] {
            let mut encoder = Encoder::new(Vec::new(), codec, Level::Balanced).unwrap();
            for piece in text().chunks(size) {
                encoder.write_all(piece).unwrap();
            }
            encoder.flush().unwrap();
            assert_eq!(encoder.write(b"").unwrap(), 0);
            let bytes = encoder.finish().unwrap();
            assert_eq!(decoded(&bytes).unwrap(), (codec, text()), "{size}");
        }
    }
}

#[test]
fn the_pieces_that_are_read_leave_no_trace() {
    for (codec, bytes) in [(Codec::Gzip, compressed()), (Codec::Plain, text())] {
        for capacity in [1, 2, 3, 100] {
            let mut decoder =
                Decoder::new(BufReader::with_capacity(capacity, bytes.as_slice()), LIMIT).unwrap();
            assert_eq!(decoder.codec(), codec);
            let mut output = Vec::new();
            let mut piece = vec![0; capacity];
            loop {
                let read = decoder.read(&mut piece).unwrap();
                if read == 0 {
                    break;
                }
                output.extend_from_slice(&piece[..read]);
            }
            assert_eq!(output, text());
            // The end stays the end.
            assert_eq!(decoder.read(&mut piece).unwrap(), 0);
        }
    }
}

#[test]
fn an_encoder_that_was_dropped_leaves_a_truncated_stream() {
    for len in [0, 1, 10_000] {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, Codec::Gzip, Level::Fast).unwrap();
        encoder.write_all(&text()[..len]).unwrap();
        drop(encoder);
        // Of a stream to which nothing was written there is nothing.
        let expected = if len == 0 {
            None
        } else {
            Some(ErrorKind::Truncated)
        };
        assert_eq!(kind(&file), expected, "{len}");
    }
}

#[test]
fn a_decoder_answers_with_its_first_error_for_ever() {
    let mut bytes = compressed();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xff);
    let mut decoder = Decoder::new(bytes.as_slice(), LIMIT).unwrap();
    let first = decoder.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(first.kind(), io::ErrorKind::InvalidData);
    let again = decoder.read(&mut [0]).unwrap_err();
    assert_eq!(first.to_string(), again.to_string());
    assert_eq!(Error::from(again).kind(), ErrorKind::Damaged);
}

/// Gives a byte at a time, and an error before each.
struct Faulty<'a> {
    bytes: &'a [u8],
    error: io::ErrorKind,
    is_due: bool,
}

impl Read for Faulty<'_> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(output)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Faulty<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.is_due = !self.is_due;
        if self.is_due {
            return Err(self.error.into());
        }
        Ok(&self.bytes[..self.bytes.len().min(1)])
    }

    fn consume(&mut self, count: usize) {
        self.bytes = &self.bytes[count..];
    }
}

#[test]
fn interruptions_are_not_errors() {
    let compressed = compressed();
    let reader = Faulty {
        bytes: &compressed,
        error: io::ErrorKind::Interrupted,
        is_due: false,
    };
    let mut output = Vec::new();
    Decoder::new(reader, LIMIT)
        .unwrap()
        .read_to_end(&mut output)
        .unwrap();
    assert_eq!(output, text());
}

#[test]
fn after_an_error_of_the_reader_below_reading_goes_on() {
    let compressed = compressed();
    // The first bytes are read when the decoder is made; after them every other call fails.
    let (magic, rest) = compressed.split_at(4);
    let faulty = Faulty {
        bytes: rest,
        error: io::ErrorKind::TimedOut,
        is_due: false,
    };
    let mut decoder = Decoder::new(magic.chain(faulty), LIMIT).unwrap();
    let mut output = Vec::new();
    let mut piece = [0; 64];
    let mut failures = 0;
    loop {
        match decoder.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => output.extend_from_slice(&piece[..read]),
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                assert_eq!(Error::from(error).kind(), ErrorKind::Io);
                failures += 1;
            }
        }
    }
    assert_eq!(output, text());
    assert!(failures > 100);
}

/// Takes `room` bytes and then none.
#[derive(Debug)]
struct Full {
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn after_an_error_of_the_writer_below_nothing_is_written_or_finished() {
    let mut encoder = Encoder::new(Full { room: 5 }, Codec::Gzip, Level::Balanced).unwrap();
    let first = encoder.write_all(&text()).unwrap_err();
    assert_eq!(first.kind(), io::ErrorKind::StorageFull);
    let again = encoder.write(b"x").unwrap_err();
    assert_eq!(again.kind(), io::ErrorKind::StorageFull);
    let error = encoder.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("storage"), "{source}");
}

#[test]
fn a_writer_that_is_full_at_the_end_fails_the_finish() {
    let mut encoder = Encoder::new(Full { room: 15 }, Codec::Gzip, Level::Balanced).unwrap();
    encoder.write_all(b"short").unwrap();
    assert_eq!(encoder.finish().unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn errors_go_through_io_and_come_back() {
    for error in [
        Error::Truncated { offset: 1 },
        Error::TooLarge { limit: 1 },
        Error::TrailingGarbage { offset: 1 },
    ] {
        let kind = error.kind();
        assert_eq!(Error::from(io::Error::from(error)).kind(), kind);
    }
    assert_eq!(
        io::Error::from(Error::Truncated { offset: 1 }).kind(),
        io::ErrorKind::UnexpectedEof
    );
    let io = Error::from(io::Error::from(io::ErrorKind::PermissionDenied));
    assert_eq!(io::Error::from(io).kind(), io::ErrorKind::PermissionDenied);
}
