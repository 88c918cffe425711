//! What is in a log, without opening it: `wal_dump DIR [FIRST_LSN]`.
#![allow(clippy::print_stdout, reason = "a program that shows what it finds")]

use wal::{Options, Wal};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let temp = tempfile::tempdir()?;
    let dir = match args.next() {
        Some(dir) => dir.into(),
        None => sample(temp.path())?,
    };
    let options = Options::new();
    let survey = options.survey(&dir)?;
    println!(
        "records {} to {}, {}",
        survey.start,
        survey.next,
        if survey.is_closed {
            "closed"
        } else {
            "in use, or left by a crash"
        }
    );
    for segment in &survey.segments {
        println!(
            "  {}: {} records from {} in {} groups",
            segment.path.display(),
            segment.records,
            segment.first,
            segment.groups
        );
    }
    if let Some((at, bytes)) = survey.torn {
        println!("  torn: {bytes} bytes at {at} of the last segment");
    }
    let from = args.next().map_or(Ok(survey.start), |lsn| lsn.parse())?;
    let mut records = options.follow(&dir, from)?;
    while let Some(record) = records.next()? {
        println!(
            "{:>6}  {}",
            record.lsn,
            String::from_utf8_lossy(record.payload)
        );
    }
    Ok(())
}

/// A log to look at where none is named.
fn sample(temp: &std::path::Path) -> Result<std::path::PathBuf, wal::Error> {
    let dir = temp.join("wal");
    let (log, _) = Wal::open(&dir)?.finish()?;
    log.append_batch(&[r#"{"put":"ada"}"#, r#"{"put":"bob"}"#])?;
    log.rotate()?;
    log.append(br#"{"delete":"ada"}"#)?;
    log.close()?;
    Ok(dir)
}
