//! Logs of any bytes.

use std::path::Path;

use crash_sim::{Device, SimFs};
use vfs::{Fs, OpenOptions};
use wal::{Background, Error, Lsn, Options};

const DIR: &str = "/wal";

fn options(fs: &SimFs) -> Options {
    Options::new()
        .fs(fs.shared())
        .segment_size(0)
        .background(Background::None)
        .seed(1)
}

/// The records of the log, which is opened, read and closed.
fn replayed(fs: &SimFs) -> Result<Vec<(Lsn, Vec<u8>)>, Error> {
    let mut replay = options(fs).open(DIR)?;
    let mut records = Vec::new();
    while let Some(record) = replay.next()? {
        records.push((record.lsn, record.payload.to_vec()));
    }
    let (log, _) = replay.finish()?;
    log.close()?;
    Ok(records)
}

/// A log of whose second segment the bytes are any: it is read, or refused as damaged; a repair makes it a log again, and no record
/// of the first segment is another than it was.
pub fn wal_replay(data: &[u8]) {
    let fs = SimFs::new(Device::default());
    let (log, _) = options(&fs)
        .open(DIR)
        .and_then(wal::Replay::finish)
        .expect("a new disk");
    log.append_durable(b"first").expect("room without end");
    let second = log.rotate().expect("room without end");
    log.append_durable(b"second").expect("room without end");
    log.close().expect("room without end");

    let path = Path::new(DIR).join(format!("{:020}.log", second.get()));
    let file = fs
        .open(&path, &OpenOptions::read_write())
        .expect("a segment");
    // The first byte says where the others go: a header that holds is worth more than one that never does.
    if let Some((&page, bytes)) = data.split_first() {
        file.write_all_at(bytes, u64::from(page % 4) * 4096)
            .expect("room without end");
    }
    drop(file);

    let records = match replayed(&fs) {
        Ok(records) => records,
        Err(error) => {
            assert!(error.damage().is_some(), "{error}");
            let repaired = options(&fs).repair(DIR).expect("room without end");
            assert!(repaired.is_some(), "what is refused can be repaired");
            replayed(&fs).expect("a repaired log")
        }
    };
    assert_eq!(
        records.first().map(|(_, payload)| &payload[..]),
        Some(&b"first"[..])
    );
    assert_eq!(replayed(&fs).expect("a log that was closed"), records);
}
