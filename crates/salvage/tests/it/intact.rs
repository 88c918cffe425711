//! Which records must come back: "What is intact, and can be delimited" of the crate's first page, computed
//! from what was there and what was done to it.

use std::ops::Range;

use crate::documents::{Spot, Written};
use crate::harm::{Harm, Harmed};

/// Damaged places that are nearer than this are one; such as are as long are holes.
const GAP: usize = 8;

/// Whether a reader is told which containers are collections, or has to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reading {
    Told,
    ByShape,
}

/// Whether a record must come back.
pub(crate) fn is_intact(file: &Written, spot: &Spot, harmed: &Harmed, reading: Reading) -> bool {
    let touched = &harmed.touched;
    // Other bytes than zeros may look like delimiters, so what is beside them is lost.
    let needed = match harmed.harm {
        Harm::Zeros | Harm::Truncation | Harm::TwoHoles => &spot.delimited,
        _ => &spot.apart,
    };
    let is_in_place = reading == Reading::ByShape || !touches_way(file, spot, touched);
    is_in_place
        && !has_odd_brackets(file, harmed)
        && !touches(needed, touched)
        && !is_between(needed, harmed)
        && !may_be_in_string(spot, needed, harmed)
}

/// Whether delimiters have come or gone in more than one place by single bytes: then what is left of them may
/// be in order, and not what it was.
fn has_odd_brackets(file: &Written, harmed: &Harmed) -> bool {
    let is_delimiter = |byte: &u8| b"{}[]:,\"\\/\n".contains(byte);
    let was = |place: &Range<usize>| file.text.as_bytes()[place.clone()].iter().any(is_delimiter);
    let is = |place: &Range<usize>| harmed.bytes[place.clone()].iter().any(is_delimiter);
    let places = harmed.touched.iter();
    harmed.harm == Harm::Noise && places.filter(|place| was(place) || is(place)).count() > 1
}

pub(crate) fn touches(range: &Range<usize>, touched: &[Range<usize>]) -> bool {
    touched
        .iter()
        .any(|spot| spot.start < range.end && range.start < spot.end)
}

/// Whether the name of a container around it is damaged.
fn touches_way(file: &Written, spot: &Spot, touched: &[Range<usize>]) -> bool {
    let around = file.spots.iter().filter(|around| {
        around.range.start < spot.range.start && spot.range.end < around.range.end
    });
    around
        .map(|around| around.delimited.start..around.range.start)
        .any(|name| touches(&name, touched))
}

/// The damaged places next to a range on both sides.
fn neighbours<'h>(
    range: &Range<usize>,
    touched: &'h [Range<usize>],
) -> (Option<&'h Range<usize>>, Option<&'h Range<usize>>) {
    let before = touched.iter().filter(|spot| spot.end <= range.start);
    let behind = touched.iter().filter(|spot| spot.start >= range.end);
    (
        before.max_by_key(|spot| spot.end),
        behind.min_by_key(|spot| spot.start),
    )
}

/// Whether it lies between two damaged places that are very near to each other; or in the same line, with no
/// string between them, and one of them is a hole.
fn is_between(range: &Range<usize>, harmed: &Harmed) -> bool {
    let (Some(before), Some(behind)) = neighbours(range, &harmed.touched) else {
        return false;
    };
    let between = harmed.bytes.get(before.end..behind.start);
    let between = between.unwrap_or_default();
    let has_hole = before.len() >= GAP || behind.len() >= GAP;
    between.len() < GAP || (has_hole && !between.contains(&b'\n') && quotes(between) < 2)
}

/// Whether the damage before it shows a quote, and neither a line end nor a string, which it may hold itself,
/// tells that it opened none.
fn may_be_in_string(spot: &Spot, needed: &Range<usize>, harmed: &Harmed) -> bool {
    let bytes = |range: Range<usize>| harmed.bytes.get(range).unwrap_or_default();
    let mut before = harmed
        .touched
        .iter()
        .filter(|place| place.end <= needed.start);
    before.any(|place| {
        quotes(bytes(place.clone())) > 0
            && !bytes(place.end..needed.start).contains(&b'\n')
            && quotes(bytes(place.end..spot.range.end)) < 2
    })
}

fn quotes(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'"').count() - 1
}
