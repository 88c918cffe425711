//! Compressing while writing.

mod engine;

use std::io;

use self::engine::Engine;
use crate::{Codec, Error, Level, gzip};

/// Compressed bytes on their way to the writer.
const BUFFER_LEN: usize = 32 * 1024;

const _: () = assert!(BUFFER_LEN >= gzip::Compressor::ROOM_MIN);

/// Writes to `W` what is written to it, compressed.
///
/// Only [`finish`](Self::finish) makes it a whole stream: what was dropped before reads as
/// [`Error::Truncated`], never as a shorter text. [`flush`](io::Write::flush) flushes the writer below
/// and leaves with the codec what that still holds. After an error it answers with that error: how much
/// of it got through is not known, so nothing may follow.
#[derive(Debug)]
#[must_use = "without `finish` the stream reads as truncated"]
pub struct Encoder<W> {
    writer: W,
    engine: Engine,
    buffer: Vec<u8>,
    failure: Option<Error>,
}

impl<W: io::Write> Encoder<W> {
    /// An encoder that has written nothing yet. The only error is [`Error::Unsupported`], or want of memory.
    pub fn new(writer: W, codec: Codec, level: Level) -> Result<Self, Error> {
        let engine = Engine::new(codec, level)?;
        Ok(Self {
            writer,
            engine,
            buffer: Vec::with_capacity(BUFFER_LEN),
            failure: None,
        })
    }

    /// Writes the stream's end and gives the writer back. The writer is not flushed.
    pub fn finish(mut self) -> Result<W, Error> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let mut is_end = false;
        while !is_end {
            self.buffer.clear();
            is_end = self.engine.finish(&mut self.buffer)?;
            self.writer.write_all(&self.buffer)?;
        }
        Ok(self.writer)
    }

    /// Compresses some of `bytes`, which are not empty, and hands on what comes of it.
    fn step(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            self.buffer.clear();
            let read = self.engine.compress(bytes, &mut self.buffer)?;
            self.writer.write_all(&self.buffer)?;
            // A compressor that is asked to take something may first give something back.
            if read > 0 {
                return Ok(read);
            }
        }
    }
}

impl<W: io::Write> io::Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone().into());
        }
        if bytes.is_empty() {
            return Ok(0);
        }
        self.step(bytes)
            .map_err(|error| self.failure.insert(error.into()).clone().into())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
