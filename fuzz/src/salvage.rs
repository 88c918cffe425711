//! Damaged documents: whatever they are, what comes back is JSON and was there.

use ::salvage::{Options, RepairKind, Salvage, salvage};
use serde::de::IgnoredAny;

/// Any bytes are salvaged: the text is JSON, and every record is a slice of the input, in order.
pub fn salvage_any(data: &[u8]) {
    let left = salvage(data);
    check(data, &left);
    // What is left is not damaged: all of it is left again.
    if let Some(text) = left.text() {
        let again = salvage(text.as_bytes());
        assert_eq!(again.text(), Some(text));
        assert!(again.is_lossless() && again.repairs().is_empty(), "{text}");
    }
    let narrow = Options::new().depth_max(3).values_max(50).salvage(data);
    check(data, &narrow);
    assert!(narrow.records().len() <= 50);
}

fn check(data: &[u8], left: &Salvage<'_>) {
    if let Some(text) = left.text() {
        serde_json::from_str::<IgnoredAny>(text).expect("the text is JSON");
    }
    let is_there = |kind| left.repairs().iter().any(|repair| repair.kind == kind);
    let is_foreign = is_there(RepairKind::Comment)
        || is_there(RepairKind::TrailingComma)
        || is_there(RepairKind::SingleQuotes);
    for record in left.records() {
        serde_json::from_str::<IgnoredAny>(record.text()).expect("a record is JSON");
        let slice = data
            .get(record.range())
            .expect("a record is a part of the input");
        if is_there(RepairKind::Utf16) {
            let units = |of: fn([u8; 2]) -> u16| {
                let pairs = slice
                    .chunks_exact(2)
                    .map(move |pair| of([pair[0], pair[1]]));
                String::from_utf16_lossy(&pairs.collect::<Vec<_>>())
            };
            let is_it = [units(u16::from_le_bytes), units(u16::from_be_bytes)];
            assert!(is_foreign || is_it.iter().any(|text| text == record.text()));
        } else {
            assert!(is_foreign || slice == record.text().as_bytes());
        }
    }
    for range in left.lost().iter().map(|lost| &lost.range) {
        assert!(
            range.start <= range.end && range.end <= data.len(),
            "{range:?}"
        );
    }
    let starts = left.records().iter().map(|record| record.range().start);
    assert!(starts.is_sorted());
}
