//! A small `gzip`: `cargo run -p compress --example gz < FILE > FILE.gz`; with `-d` it decompresses what
//! is compressed, and at most 1 GiB of it.

use std::io::{self, Write as _};
use std::process::ExitCode;

use compress::{Codec, Decoder, Encoder, Error, Level};

const LIMIT: u64 = 1 << 30;

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        None => compress(),
        Some("-d") => decompress(),
        Some(_) => return usage(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What was written so far is no whole file: the caller sees it by the exit code.
            let _ = writeln!(io::stderr(), "gz: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compress() -> Result<(), Error> {
    let mut encoder = Encoder::new(io::stdout().lock(), Codec::Gzip, Level::Balanced)?;
    io::copy(&mut io::stdin().lock(), &mut encoder)?;
    encoder.finish()?.flush()?;
    Ok(())
}

fn decompress() -> Result<(), Error> {
    let mut decoder = Decoder::new(io::stdin().lock(), LIMIT)?;
    io::copy(&mut decoder, &mut io::stdout().lock())?;
    Ok(())
}

fn usage() -> ExitCode {
    let _ = writeln!(io::stderr(), "usage: gz [-d] < FILE");
    ExitCode::from(2)
}
