//! What is appended is what is replayed.

use wal::{ErrorKind, Lsn, Options, Tail, Wal};

use crate::scratch::{log_dir, opened, segments, small, texts};

#[test]
fn records_come_back_in_order_with_their_numbers() {
    let (_keep, dir) = log_dir();
    let (records, log, tail) = opened(&small(), &dir).unwrap();
    assert_eq!((records.len(), tail), (0, Tail::Clean));
    assert_eq!(log.append(b"one").unwrap(), Lsn::FIRST);
    assert_eq!(
        log.append_batch(&["two", "three"]).unwrap(),
        Lsn::new(2).unwrap()..Lsn::new(4).unwrap()
    );
    assert_eq!(
        log.append_durable(b"four\nwith\n\0lines\n").unwrap().get(),
        4
    );
    log.append(b"").unwrap();
    log.close().unwrap();

    let (records, log, tail) = opened(&small(), &dir).unwrap();
    assert_eq!(tail, Tail::Clean);
    let numbers: Vec<u64> = records.iter().map(|(lsn, _)| lsn.get()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(records[3].1, b"four\nwith\n\0lines\n");
    assert_eq!(records[4].1, b"");
    assert_eq!(log.append(b"six").unwrap().get(), 6);
}

#[test]
fn a_log_of_many_segments_reads_as_one() {
    let (_keep, dir) = log_dir();
    let mut expected = Vec::new();
    for round in 0..5 {
        let (_, log, _) = opened(&small(), &dir).unwrap();
        for number in 0..20 {
            let text = format!(
                "record {number} of round {round} {}",
                "x".repeat(number * 100)
            );
            log.append_durable(text.as_bytes()).unwrap();
            expected.push(text);
        }
        // Closed by being dropped in every second round.
        if round % 2 == 0 {
            log.close().unwrap();
        }
    }
    assert_eq!(texts(&small(), &dir), expected);
    assert!(segments(&dir).len() > 20);
}

#[test]
fn a_batch_that_no_segment_takes_is_refused_and_nothing_of_it_accepted() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    let whole = 16384 - 2 * 4096 - 37 - 19;
    log.append_durable(&vec![b'x'; whole]).unwrap();
    let error = log.append(&vec![b'x'; whole + 1]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    let error = log.append_batch(&[vec![b'x'; whole], vec![]]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(log.append_durable(b"next").unwrap().get(), 2);
    log.close().unwrap();
    let (records, _, _) = opened(&small(), &dir).unwrap();
    assert_eq!(records.len(), 2);
}

#[test]
fn only_one_handle_writes() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    assert_eq!(Wal::open(&dir).unwrap_err().kind(), ErrorKind::InUse);
    drop(log);
    Wal::open(&dir).unwrap().finish().unwrap();
}

#[test]
fn many_threads_share_a_log_and_lose_nothing() {
    let (_keep, dir) = log_dir();
    let options = Options::new().segment_size(1 << 16);
    let (_, log, _) = opened(&options, &dir).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let log = &log;
            scope.spawn(move || {
                for number in 0..50 {
                    let lsn = log
                        .append_durable(format!("{thread} {number}").as_bytes())
                        .unwrap();
                    assert!(log.stats().durable > lsn);
                }
            });
        }
    });
    assert!(log.stats().groups <= 800);
    drop(log);
    let records = texts(&options, &dir);
    assert_eq!(records.len(), 800);
    // Each thread's own are in its order.
    for thread in 0..16 {
        let own: Vec<_> = records
            .iter()
            .filter(|text| text.starts_with(&format!("{thread} ")))
            .collect();
        let expected: Vec<_> = (0..50).map(|number| format!("{thread} {number}")).collect();
        assert!(own.into_iter().eq(expected.iter()));
    }
}
