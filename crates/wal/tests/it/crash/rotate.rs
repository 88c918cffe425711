//! Going from segment to segment.

use super::explore;
use super::records::Size;
use super::story::roomy;
use crate::scratch::small;

/// A segment that is full gives way to the next one, and nothing is lost in between.
#[test]
fn a_full_segment() {
    explore(&small(), |story| {
        story.open();
        story.batch(&[Size::FirstPage, Size::Short]);
        story.batch(&[Size::Long, Size::Short]);
    });
}

/// A segment that was ended early ends there for good.
#[test]
fn an_ended_segment() {
    explore(&small(), |story| {
        story.open();
        story.append(Size::Short);
        story.rotate();
        story.rotate();
        story.append_durable(Size::Long);
    });
}

/// What fits into the segment is durable before what does not is accepted.
#[test]
fn a_group_that_ends_one_segment_and_a_group_that_begins_the_next() {
    explore(&roomy(), |story| {
        story.open();
        story.append_durable(Size::Short);
        story.append(Size::Page);
        story.append(Size::Long);
        story.append(Size::Sector);
        story.sync();
    });
}
