//! Damage is told from a torn tail, named, and left alone until somebody asks for a repair.

use std::fs;
use std::path::{Path, PathBuf};

use crash_sim::{Device, SimFs};
use vfs::{Fs, OpenOptions};
use wal::{ErrorKind, Flaw, Lsn, Options, Tail};

use crate::scratch::{log_dir, opened, segments, small, texts};

/// Segments of sixteen pages.
fn roomy() -> Options {
    small().segment_size(1 << 16)
}

/// A log of three segments: records 1 to 3 in groups of their own, 4 and 5, 6.
fn three_segments(dir: &Path) -> Vec<PathBuf> {
    let (_, log, _) = opened(&roomy(), dir).unwrap();
    for number in 1..=3 {
        log.append_durable(format!("record {number}").as_bytes())
            .unwrap();
        if number == 3 {
            log.rotate().unwrap();
        }
    }
    log.append_batch(&["record 4", "record 5"]).unwrap();
    log.rotate().unwrap();
    log.append_durable(b"record 6").unwrap();
    log.close().unwrap();
    let paths = segments(dir);
    assert_eq!(paths.len(), 3);
    paths
}

fn change(path: &Path, at: usize, with: &[u8]) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at..at + with.len()].copy_from_slice(with);
    fs::write(path, bytes).unwrap();
}

/// Every file of the log by name, with its bytes.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// What is said of the damage, which is refused twice, the files being left as they are.
#[track_caller]
fn refused(dir: &Path) -> (PathBuf, u64, u64, Flaw) {
    let before = contents(dir);
    let error = opened(&roomy(), dir).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
    let damage = error.damage().unwrap().clone();
    let message = error.to_string();
    assert!(
        message.contains(&damage.path.display().to_string()) && message.contains("repair"),
        "{message}"
    );
    assert_eq!(opened(&roomy(), dir).unwrap_err().to_string(), message);
    assert_eq!(contents(dir), before);
    (damage.path, damage.offset, damage.lsn.get(), damage.flaw)
}

#[test]
fn damage_is_named_by_segment_offset_and_record() {
    let (_keep, dir) = log_dir();
    // In the middle of a segment that others follow: a line, a mark, the header.
    let cases = [
        (0, 2 * 4096 + 37 + 20, 2 * 4096 + 37, 2, Flaw::Line),
        (0, 2 * 4096 + 3, 2 * 4096, 2, Flaw::Mark),
        (0, 10, 0, 1, Flaw::Header),
        // The second record of a batch.
        (1, 4096 + 37 + 27 + 20, 4096 + 37 + 27, 5, Flaw::Line),
        // In the last segment, which was closed: the closing mark proves that the group was durable.
        (2, 4096 + 37 + 20, 4096 + 37, 6, Flaw::Line),
    ];
    for (index, at, offset, lsn, flaw) in cases {
        let _ = fs::remove_dir_all(&dir);
        let paths = three_segments(&dir);
        change(&paths[index], at, b"~");
        assert_eq!(refused(&dir), (paths[index].clone(), offset, lsn, flaw));
    }
}

#[test]
fn missing_swapped_and_foreign_segments_are_damage() {
    let (_keep, dir) = log_dir();
    let paths = three_segments(&dir);
    let aside = dir.join("aside");

    fs::rename(&paths[1], &aside).unwrap();
    assert_eq!(refused(&dir), (paths[0].clone(), 4 * 4096, 4, Flaw::Mark));
    fs::rename(&paths[0], dir.join("first")).unwrap();
    assert_eq!(refused(&dir), (paths[0].clone(), 0, 1, Flaw::Missing));
    fs::rename(dir.join("first"), &paths[0]).unwrap();

    // Another one under its name.
    fs::copy(&paths[2], &paths[1]).unwrap();
    assert_eq!(refused(&dir), (paths[1].clone(), 0, 4, Flaw::Swapped));
    // The same records under the same names, of another log.
    let other = dir.parent().unwrap().join("other");
    let (_, log, _) = opened(&roomy().seed(2), &other).unwrap();
    log.append_batch(&["record 1", "record 2", "record 3"])
        .unwrap();
    log.rotate().unwrap();
    log.append_batch(&["record 4", "record 5"]).unwrap();
    log.close().unwrap();
    fs::copy(&segments(&other)[1], &paths[1]).unwrap();
    assert_eq!(refused(&dir), (paths[1].clone(), 0, 4, Flaw::Swapped));

    fs::rename(&aside, &paths[1]).unwrap();
    assert_eq!(texts(&roomy(), &dir).len(), 6);
}

#[test]
fn a_segment_of_a_later_version_is_refused_and_left_alone() {
    let (_keep, dir) = log_dir();
    let paths = three_segments(&dir);
    let page = fs::read(&paths[2]).unwrap()[..4096].to_vec();
    let json = String::from_utf8(page[18..].to_vec()).unwrap();
    let json = json.trim().replace("persist-wal/1", "persist-wal/2");
    let mut line = Vec::new();
    integrity::line::encode(json.as_bytes(), 0, &mut line).unwrap();
    change(&paths[2], 0, &line);
    let before = contents(&dir);
    let error = opened(&roomy(), &dir).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Newer, &*paths[2]));
    assert!(error.to_string().contains("persist-wal/2"), "{error}");
    assert_eq!(contents(&dir), before);
}

/// Every single byte of a small log, changed: the records that are given out are those that were written, damage is refused, and
/// only what the last group holds may be taken for torn.
#[test]
fn no_changed_byte_is_believed() {
    let dir = Path::new("/wal");
    let fs = SimFs::new(Device::default());
    let on = |fs: &SimFs| small().fs(fs.shared());
    let (_, log, _) = opened(&on(&fs), dir).unwrap();
    for number in 1..=2 {
        log.append_batch(&[format!("a {number}"), format!("b {number}")])
            .unwrap();
        log.sync().unwrap();
    }
    // As a kill leaves it: nothing is closed.
    fs.kill();
    drop(log);
    let fs = fs.process();
    let path = dir.join("00000000000000000001.log");
    let bytes = (&fs as &dyn Fs).read(&path, 1 << 20).unwrap();
    let expected = ["a 1", "b 1", "a 2", "b 2"];
    let last_group = 2 * 4096..2 * 4096 + 37 + 2 * 22;
    for (at, byte) in bytes.iter().enumerate() {
        let fs = fs.fork();
        let file = fs.open(&path, &OpenOptions::read_write()).unwrap();
        file.write_all_at(&[byte ^ 1 << (at % 8)], at as u64)
            .unwrap();
        match opened(&on(&fs), dir) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::Damaged, "byte {at}: {error}"),
            Ok((records, _, tail)) => {
                let found: Vec<_> = records
                    .into_iter()
                    .map(|(_, payload)| String::from_utf8(payload).unwrap())
                    .collect();
                let is_cut = last_group.contains(&at);
                assert_eq!(found, expected[..if is_cut { 2 } else { 4 }], "byte {at}");
                // What follows the last group can't be told from a write that was torn.
                let is_torn = is_cut || at >= 3 * 4096;
                assert_eq!(
                    matches!(tail, Tail::Torn { .. }),
                    is_torn,
                    "byte {at}: {tail:?}"
                );
            }
        }
    }
}

#[test]
fn a_torn_tail_is_cut_and_kept_on_request() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&roomy(), &dir).unwrap();
    log.append_durable(b"whole").unwrap();
    log.append_durable(&[b'x'; 5000]).unwrap();
    let path = segments(&dir).remove(0);
    let mut bytes = fs::read(&path).unwrap();
    drop(log);
    // The last page of the second group was not written; the first one was.
    let torn_at = 2 * 4096;
    let blank = bytes[bytes.len() - 4096..].to_vec();
    bytes[torn_at + 4096..torn_at + 2 * 4096].copy_from_slice(&blank);
    fs::write(&path, &bytes).unwrap();

    let (records, log, tail) = opened(&roomy().keep_torn(), &dir).unwrap();
    assert_eq!(records.len(), 1);
    let Tail::Torn {
        segment,
        at,
        bytes: count,
        kept: Some(kept),
        ..
    } = tail
    else {
        panic!("{tail:?}")
    };
    assert_eq!((segment, at, count), (path, torn_at as u64, 4096));
    assert_eq!(fs::read(kept).unwrap(), bytes[torn_at..torn_at + 4096]);
    assert_eq!(log.append_durable(b"next").unwrap().get(), 2);
    log.close().unwrap();
    assert_eq!(texts(&roomy(), &dir), ["whole", "next"]);
}

#[test]
fn a_repair_cuts_at_the_damaged_group_and_keeps_what_it_cuts() {
    let (_keep, dir) = log_dir();
    let paths = three_segments(&dir);
    assert_eq!(roomy().repair(&dir).unwrap(), None);
    change(&paths[0], 2 * 4096 + 37 + 20, b"~");
    let before = contents(&dir);
    let preview = roomy().preview_repair(&dir).unwrap().unwrap();
    assert_eq!((preview.from.get(), &preview.kept), (2, &paths));
    assert_eq!(contents(&dir), before);
    let repaired = roomy().repair(&dir).unwrap().unwrap();
    assert_eq!((repaired.from.get(), repaired.damage.lsn.get()), (2, 2));
    // Everything that was there is there still, by another name or the same.
    assert_eq!(repaired.kept.len(), 3);
    assert_eq!(repaired.kept[0], paths[0]);
    for (kept, path) in repaired.kept.iter().zip(&paths) {
        let old = before.iter().find(|(name, _)| name == path).unwrap();
        assert_eq!(fs::read(kept).unwrap(), old.1);
    }
    let (records, log, tail) = opened(&roomy(), &dir).unwrap();
    assert_eq!((records.len(), tail), (1, Tail::Clean));
    assert_eq!(
        log.append_durable(b"again 2").unwrap(),
        Lsn::new(2).unwrap()
    );
    log.close().unwrap();
    assert_eq!(texts(&roomy(), &dir), ["record 1", "again 2"]);
    assert_eq!(roomy().repair(&dir).unwrap(), None);
}

/// A repair that a crash has cut off leaves a file that never got its name. It is not in the way of the next.
#[test]
fn what_a_repair_has_left_does_not_keep_the_next_one_from_its_work() {
    let (_keep, dir) = log_dir();
    let paths = three_segments(&dir);
    change(&paths[0], 2 * 4096 + 37 + 20, b"~");
    fs::write(dir.join("settle.tmp"), "half a segment").unwrap();
    assert!(roomy().repair(&dir).unwrap().is_some());
    assert_eq!(texts(&roomy(), &dir), ["record 1"]);
}

#[test]
fn a_log_whose_first_segment_is_no_segment_is_repaired_to_an_empty_one() {
    let (_keep, dir) = log_dir();
    let paths = three_segments(&dir);
    fs::write(&paths[0], "").unwrap();
    assert_eq!(refused(&dir).3, Flaw::Header);
    let repaired = roomy().repair(&dir).unwrap().unwrap();
    assert_eq!((repaired.from, repaired.kept.len()), (Lsn::FIRST, 3));
    let (records, log, _) = opened(&roomy(), &dir).unwrap();
    assert_eq!(records.len(), 0);
    log.append_durable(b"new").unwrap();
    drop(log);
    assert_eq!(texts(&roomy(), &dir), ["new"]);
}

#[test]
fn damage_below_the_start_of_a_truncated_log_is_cut_with_everything() {
    let (_keep, dir) = log_dir();
    let paths = three_segments(&dir);
    let (_, log, _) = opened(&roomy(), &dir).unwrap();
    log.truncate_before(Lsn::new(3).unwrap()).unwrap();
    drop(log);
    change(&paths[0], 2 * 4096 + 37 + 20, b"~");
    let repaired = roomy().repair(&dir).unwrap().unwrap();
    assert_eq!((repaired.from.get(), repaired.kept.len()), (3, 3));
    let (records, log, _) = opened(&roomy(), &dir).unwrap();
    assert_eq!(records.len(), 0);
    assert_eq!(log.append_durable(b"third").unwrap().get(), 3);
}

/// A mark with a checksum that is right, of a group of no length: reading went round in it for ever. Found by fuzzing.
#[test]
fn a_group_of_no_length_is_damage_or_torn_and_reading_ends() {
    let fs = SimFs::new(Device::default());
    let (options, dir) = (small().fs(fs.shared()), Path::new("/wal"));
    let (_, log, _) = opened(&options, dir).unwrap();
    log.append_durable(b"first").unwrap();
    let second = log.rotate().unwrap();
    log.append_durable(b"second").unwrap();
    log.close().unwrap();
    // Its checksum is bound to the identity that this segment has got from the seed.
    let mark = b"00000000=00000001=\n00000000 44785cde\n";
    let path = dir.join(format!("{:020}.log", second.get()));
    let segment = fs.open(&path, &OpenOptions::read_write()).unwrap();
    segment.write_all_at(mark, 2 * 4096).unwrap();
    drop(segment);
    assert_eq!(
        options.survey(dir).unwrap().torn.map(|(at, _)| at),
        Some(2 * 4096)
    );
    let (records, _, tail) = opened(&options, dir).unwrap();
    assert_eq!(records.len(), 2);
    assert!(matches!(tail, Tail::Torn { at: 8192, .. }), "{tail:?}");
}
