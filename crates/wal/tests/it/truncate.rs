//! Truncated records are gone, and nothing else is.

use std::fs;
use std::path::Path;

use wal::{ErrorKind, Lsn};

use crate::scratch::{log_dir, opened, segments, small};

fn lsn(number: u64) -> Lsn {
    Lsn::new(number).unwrap()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_log_begins_exactly_where_it_was_truncated() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    for _ in 0..20 {
        log.append_durable(&[b'x'; 3000]).unwrap();
    }
    let before = segments(&dir).len();
    log.truncate_before(lsn(8)).unwrap();
    assert_eq!(log.stats().start, lsn(8));
    assert!(segments(&dir).len() < before);
    // Not beyond what is durable, and never back.
    log.append(b"pending").unwrap();
    log.truncate_before(lsn(3)).unwrap();
    assert_eq!(log.stats().start, lsn(8));
    assert_eq!(
        log.tail_from(lsn(7)).unwrap_err().kind(),
        ErrorKind::Truncated
    );
    log.close().unwrap();

    let mut replay = small().open(&dir).unwrap();
    assert_eq!(replay.start(), lsn(8));
    assert_eq!(replay.next().unwrap().unwrap().lsn, lsn(8));
    let (log, _) = replay.finish().unwrap();
    log.truncate_before(lsn(1000)).unwrap();
    assert_eq!(log.stats().start, lsn(22));
    log.close().unwrap();
    let (records, log, _) = opened(&small(), &dir).unwrap();
    assert_eq!(records, []);
    assert_eq!(log.append_durable(b"goes on").unwrap(), lsn(22));
}

#[test]
fn a_truncated_segment_is_used_again() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    for round in 1..=30_u64 {
        log.append_durable(&[b'x'; 5000]).unwrap();
        log.truncate_before(lsn(round)).unwrap();
        assert!(segments(&dir).len() <= 2, "{:?}", names(&dir));
    }
    assert!(names(&dir).contains(&"old.spare".to_owned()));
    log.append_durable(b"short").unwrap();
    // No byte of an earlier record shows behind it to those who read the file as text.
    let last = segments(&dir).pop().unwrap();
    let text = fs::read_to_string(last).unwrap();
    assert_eq!(text.matches('x').count() % 5000, 0);
    assert!(
        text.lines()
            .filter(|line| line.len() > 18 && line.trim().len() > 18)
            .count()
            <= 3
    );
    log.close().unwrap();
    let (records, _, _) = opened(&small(), &dir).unwrap();
    assert_eq!(records.last().unwrap().1, b"short");
}

#[test]
fn what_a_log_was_truncated_below_is_not_missed() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    for _ in 0..9 {
        log.append_durable(&[b'x'; 5000]).unwrap();
    }
    log.truncate_before(lsn(5)).unwrap();
    log.close().unwrap();
    // The segment that holds record 5 is needed.
    fs::remove_file(&segments(&dir)[0]).unwrap();
    let error = opened(&small(), &dir).unwrap_err();
    assert_eq!(error.damage().unwrap().flaw, wal::Flaw::Missing);
}

/// Somebody keeps a segment by a second name: a backup that costs nothing. Its bytes are his.
#[test]
fn a_segment_with_a_second_name_is_not_used_again() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    let kept = dir.parent().unwrap().join("kept");
    for _ in 0..4 {
        log.append_durable(&[b'x'; 5000]).unwrap();
    }
    fs::hard_link(&segments(&dir)[0], &kept).unwrap();
    let bytes = fs::read(&kept).unwrap();
    log.truncate_before(lsn(3)).unwrap();
    for _ in 0..4 {
        log.append_durable(&[b'y'; 5000]).unwrap();
    }
    assert_eq!(fs::read(&kept).unwrap(), bytes);
}
