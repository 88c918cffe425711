//! Readers of a log that grows see what is durable, in order, and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wal::{ErrorKind, Follow, Lsn, Options};

use crate::scratch::{log_dir, opened, small};

fn read(follow: &mut Follow) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(record) = follow.next().unwrap() {
        found.push(format!(
            "{} {}",
            record.lsn,
            String::from_utf8_lossy(record.payload)
        ));
    }
    found
}

#[test]
fn a_tail_shows_records_once_they_are_durable() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    let mut tail = log.tail_from(Lsn::FIRST).unwrap();
    let mut from_third = log.tail_from(Lsn::new(3).unwrap()).unwrap();
    assert_eq!(read(&mut tail), [""; 0]);
    log.append(b"a").unwrap();
    assert_eq!(read(&mut tail), [""; 0]);
    log.append_durable(b"b").unwrap();
    assert_eq!(read(&mut tail), ["1 a", "2 b"]);
    assert_eq!(read(&mut from_third), [""; 0]);
    // Over the end of segments, and beyond the handle's life.
    for text in ["c", "d", "e"] {
        log.append_durable(text.as_bytes()).unwrap();
        log.rotate().unwrap();
    }
    assert_eq!(read(&mut tail), ["3 c", "4 d", "5 e"]);
    log.append(b"f").unwrap();
    log.close().unwrap();
    assert_eq!(read(&mut tail), ["6 f"]);
    assert_eq!(read(&mut from_third), ["3 c", "4 d", "5 e", "6 f"]);
}

#[test]
fn another_process_reads_a_log_in_use() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    let mut follow = Options::new().follow(&dir, Lsn::FIRST).unwrap();
    assert_eq!(read(&mut follow), [""; 0]);
    for number in 1..=10 {
        log.append_durable(&vec![b'0' + number % 10; 1 + 700 * usize::from(number)])
            .unwrap();
        let found = read(&mut follow);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with(&format!("{number} ")));
    }
    // Reopened after a kill as well: the last group is in another segment then.
    let copy = dir.parent().unwrap().join("copy");
    std::fs::create_dir(&copy).unwrap();
    for path in crate::scratch::segments(&dir) {
        std::fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let mut follow = Options::new().follow(&copy, Lsn::FIRST).unwrap();
    assert_eq!(read(&mut follow).len(), 10);
    let (_, log, _) = opened(&small(), &copy).unwrap();
    log.append_durable(b"more").unwrap();
    assert_eq!(read(&mut follow), ["11 more"]);
}

#[test]
fn a_reader_that_is_overtaken_by_truncation_is_told() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    for _ in 0..9 {
        log.append_durable(&[b'x'; 5000]).unwrap();
    }
    let mut follow = Options::new().follow(&dir, Lsn::FIRST).unwrap();
    assert_eq!(follow.next().unwrap().unwrap().lsn, Lsn::FIRST);
    log.truncate_before(Lsn::new(8).unwrap()).unwrap();
    for _ in 0..9 {
        log.append_durable(&[b'x'; 5000]).unwrap();
    }
    let error = loop {
        match follow.next() {
            Ok(record) => assert!(record.is_some(), "the end, before what was truncated"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Truncated);
}

#[test]
fn a_waiting_reader_is_woken() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    let mut tail = log.tail_from(Lsn::FIRST).unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let record = tail.wait(Duration::from_secs(600)).unwrap().unwrap();
            record.payload.to_vec()
        });
        log.append_durable(b"here").unwrap();
        assert_eq!(reader.join().unwrap(), b"here");
    });
    assert!(log.wait_durable(Lsn::FIRST, Duration::ZERO));
    assert!(!log.wait_durable(Lsn::new(2).unwrap(), Duration::ZERO));
}

/// The writer goes past the page cache, and the readers, of whom it does not know, look through it: also at pages that are being written.
#[test]
fn readers_keep_up_with_a_writer_that_does_not_know_of_them() {
    const RECORDS: u64 = 800;
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&Options::new().segment_size(1 << 20), &dir).unwrap();
    let is_written = AtomicBool::new(false);
    let payload = |number: u64| vec![b'a' + (number % 26) as u8; 1 + (number * 97 % 5000) as usize];
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut follow = Options::new().follow(&dir, Lsn::FIRST).unwrap();
                let mut seen = 0;
                loop {
                    let is_last_look = is_written.load(Ordering::Acquire);
                    while let Some(record) = follow.next().unwrap() {
                        seen += 1;
                        assert_eq!(record.lsn.get(), seen);
                        assert_eq!(record.payload, payload(seen));
                    }
                    if is_last_look {
                        break;
                    }
                }
                assert_eq!(seen, RECORDS);
            });
        }
        for number in 1..=RECORDS {
            log.append_durable(&payload(number)).unwrap();
        }
        is_written.store(true, Ordering::Release);
    });
}
