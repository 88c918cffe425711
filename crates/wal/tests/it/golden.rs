//! A log of the first version of the format is written and read today as it was then.

use std::fs;
use std::path::Path;

use wal::Tail;

use crate::scratch::{log_dir, opened, segments, small, texts};

fn golden() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/1")
}

/// The log that the golden files hold: two segments, a batch, a record of several lines, a closing mark.
fn write(dir: &Path) {
    let (_, log, _) = opened(&small(), dir).unwrap();
    log.append_durable(br#"{"put":"ada","n":1}"#).unwrap();
    log.append_batch(&[r#"{"put":"bob","n":2}"#, "{\n  \"put\": \"cy\"\n}"])
        .unwrap();
    log.rotate().unwrap();
    log.append_durable(br#"{"delete":"ada"}"#).unwrap();
    log.close().unwrap();
}

#[test]
fn the_bytes_are_those_of_the_golden_files() {
    let (_keep, dir) = log_dir();
    write(&dir);
    let (written, kept) = (segments(&dir), segments(&golden()));
    assert_eq!(kept.len(), 2);
    for (written, kept) in written.iter().zip(&kept) {
        assert_eq!(written.file_name(), kept.file_name());
        assert_eq!(
            fs::read_to_string(written).unwrap(),
            fs::read_to_string(kept).unwrap()
        );
    }
}

#[test]
fn the_golden_files_are_read() {
    let (_keep, dir) = log_dir();
    fs::create_dir(&dir).unwrap();
    for path in segments(&golden()) {
        fs::copy(&path, dir.join(path.file_name().unwrap())).unwrap();
    }
    let (records, log, tail) = opened(&small(), &dir).unwrap();
    assert_eq!(tail, Tail::Clean);
    assert_eq!(log.append_durable(b"goes on").unwrap().get(), 5);
    log.close().unwrap();
    assert_eq!(records[2].1, b"{\n  \"put\": \"cy\"\n}");
    let expected = [
        r#"{"put":"ada","n":1}"#,
        r#"{"put":"bob","n":2}"#,
        "{\n  \"put\": \"cy\"\n}",
        r#"{"delete":"ada"}"#,
        "goes on",
    ];
    assert_eq!(texts(&small(), &dir), expected);
}

/// The format document shows the group that is in the golden files.
#[test]
fn the_document_shows_what_is_written() {
    let document = include_str!("../../../../docs/formats/wal.md");
    let first = fs::read_to_string(&segments(&golden())[0]).unwrap();
    let header = first.lines().next().unwrap();
    assert!(document.contains(&header[18..]), "{}", &header[18..]);
    let group: Vec<_> = first[2 * 4096..].lines().take(6).collect();
    assert!(document.contains(&group.join("\n")), "{}", group.join("\n"));
}
