//! Decompressing while reading.

mod engine;
mod source;

use std::io::{self, BufRead, Read};

use self::engine::Engine;
use self::source::Source;
use crate::step::Complaint;
use crate::{Codec, Error};

/// Reads from `R` and gives what was compressed, be it compressed or not, and at most so much of it.
///
/// The bytes are believed when [`read`](Read::read) has returned 0: only then their checksum was
/// compared and nothing follows them. An error of this crate comes out of the [`io::Error`] by
/// `Error::from`. After one it answers with it again; an error of the reader below may be tried again.
#[derive(Debug)]
pub struct Decoder<R> {
    source: Source<R>,
    engine: Engine,
    limit: u64,
    written: u64,
    state: State,
}

/// Where in its input a decoder is.
#[derive(Debug)]
enum State {
    /// A stream has begun.
    Within,
    /// A stream has ended; another one may follow, and nothing else.
    Between,
    /// An error was answered.
    Failed(Error),
}

impl<R: BufRead> Decoder<R> {
    /// A decoder of what `reader` gives, of which the first bytes say what it is. No more than `limit`
    /// bytes come out.
    pub fn new(reader: R, limit: u64) -> Result<Self, Error> {
        let source = Source::new(reader)?;
        let engine = Engine::new(source.codec, limit)?;
        Ok(Self {
            source,
            engine,
            limit,
            written: 0,
            state: State::Within,
        })
    }

    /// What the input is.
    pub fn codec(&self) -> Codec {
        self.source.codec
    }

    /// Puts the next bytes into `output`, and no more than the limit allows.
    fn fill(&mut self, output: &mut [u8]) -> Result<usize, Error> {
        let room = usize::try_from(self.limit - self.written).unwrap_or(usize::MAX);
        if room == 0 {
            return match self.pull(&mut [0])? {
                0 => Ok(0),
                _ => Err(Error::TooLarge { limit: self.limit }),
            };
        }
        let end = output.len().min(room);
        let written = self.pull(&mut output[..end])?;
        self.written += written as u64;
        Ok(written)
    }

    /// Puts the next bytes into `output`, which is not empty. 0: the input is whole and at its end.
    fn pull(&mut self, output: &mut [u8]) -> Result<usize, Error> {
        loop {
            if matches!(self.state, State::Between) && !self.begin_next()? {
                return Ok(0);
            }
            let input = self.source.fill_buf()?;
            let is_last = input.is_empty();
            let step = self.engine.decompress(input, output);
            let step = step.map_err(|Complaint { read, reason }| Error::Damaged {
                offset: self.source.offset + read as u64,
                reason,
            })?;
            self.source.consume(step.read);
            if step.is_end {
                self.state = State::Between;
            } else if is_last && step.written == 0 {
                return Err(Error::Truncated {
                    offset: self.source.offset,
                });
            }
            if step.written > 0 {
                return Ok(step.written);
            }
        }
    }

    /// Whether another stream begins where one has ended.
    fn begin_next(&mut self) -> Result<bool, Error> {
        let Some(&first) = self.source.fill_buf()?.first() else {
            return Ok(false);
        };
        if !self.engine.begin(first) {
            return Err(Error::TrailingGarbage {
                offset: self.source.offset,
            });
        }
        self.state = State::Within;
        Ok(true)
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if let State::Failed(failure) = &self.state {
            return Err(failure.clone().into());
        }
        if output.is_empty() {
            return Ok(0);
        }
        self.fill(output).map_err(|error| {
            if !matches!(error, Error::Io(_)) {
                self.state = State::Failed(error.clone());
            }
            error.into()
        })
    }
}
