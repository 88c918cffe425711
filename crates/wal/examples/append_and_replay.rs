//! Appends what it is given to a log, and shows everything in it: `append_and_replay DIR [RECORD]…`.
#![allow(clippy::print_stdout, reason = "a program that shows what it does")]

use wal::{Error, Tail, Wal};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let temp = tempfile::tempdir()?;
    let dir = args
        .next()
        .map_or_else(|| temp.path().join("wal"), Into::into);
    let mut records: Vec<String> = args.collect();
    if records.is_empty() {
        records = [
            r#"{"put":"ada"}"#,
            r#"{"put":"bob"}"#,
            r#"{"delete":"ada"}"#,
        ]
        .map(Into::into)
        .into();
    }

    let (log, tail) = shown(&dir)?;
    if let Tail::Torn {
        segment, at, bytes, ..
    } = tail
    {
        println!(
            "cut: {bytes} bytes of a write that was not finished, at byte {at} of {}",
            segment.display()
        );
    }
    for record in records {
        println!("append {record} -> {}", log.append(record.as_bytes())?);
    }
    log.sync()?;
    println!("durable up to {}", log.stats().durable);
    log.close()?;

    shown(&dir)?.0.close()?;
    println!("also by: cut -c19- {}/*.log", dir.display());
    Ok(())
}

/// Prints the log's records, and opens it.
fn shown(dir: &std::path::Path) -> Result<(Wal, Tail), Error> {
    let mut replay = Wal::open(dir)?;
    while let Some(record) = replay.next()? {
        println!(
            "{:>6}  {}",
            record.lsn,
            String::from_utf8_lossy(record.payload)
        );
    }
    replay.finish()
}
