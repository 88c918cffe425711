//! A survey says what is in a log and leaves it as it is.

use wal::{ErrorKind, Lsn};

use crate::scratch::{log_dir, opened, segments, small};

#[test]
fn a_survey_counts_what_is_there() {
    let (_keep, dir) = log_dir();
    assert_eq!(small().survey(&dir).unwrap_err().kind(), ErrorKind::Io);
    std::fs::create_dir(&dir).unwrap();
    assert_eq!(small().survey(&dir).unwrap_err().kind(), ErrorKind::Io);
    let options = small().segment_size(1 << 16);
    let (_, log, _) = opened(&options, &dir).unwrap();
    let empty = options.survey(&dir).unwrap();
    assert_eq!(
        (empty.start, empty.next, empty.segments.len()),
        (Lsn::FIRST, Lsn::FIRST, 0)
    );
    log.append_batch(&["one", "two"]).unwrap();
    log.sync().unwrap();
    log.append_durable(b"three").unwrap();
    log.rotate().unwrap();
    log.append_durable(b"four").unwrap();
    log.truncate_before(Lsn::new(2).unwrap()).unwrap();

    let survey = options.survey(&dir).unwrap();
    assert_eq!(
        (
            survey.start.get(),
            survey.next.get(),
            survey.is_closed,
            survey.torn
        ),
        (2, 5, false, None)
    );
    let counted: Vec<_> = survey
        .segments
        .iter()
        .map(|segment| {
            (
                segment.first.get(),
                segment.records,
                segment.groups,
                segment.payload,
            )
        })
        .collect();
    assert_eq!(counted, [(1, 3, 2, 8), (4, 1, 1, 4)]);
    assert!(
        survey
            .segments
            .iter()
            .map(|segment| &segment.path)
            .eq(&segments(&dir))
    );
    log.close().unwrap();
    assert!(options.survey(&dir).unwrap().is_closed);
}
