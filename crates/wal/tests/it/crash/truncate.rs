//! Truncating, and using the files again.

use super::explore;
use super::records::Size;
use super::story::Story;
use crate::scratch::small;

/// Three segments.
fn three(story: &mut Story<'_>) {
    story.open();
    for _ in 0..3 {
        story.batch(&[Size::FirstPage, Size::Short]);
    }
}

/// An acknowledged truncation is not taken back, and what was not truncated is there.
#[test]
fn up_to_a_segment() {
    explore(&small(), |story| {
        three(story);
        story.truncate(2);
    });
}

/// A log may begin in the middle of a segment, and of a group.
#[test]
fn within_a_segment_and_then_everything() {
    explore(&small(), |story| {
        story.open();
        story.batch(&[Size::Short, Size::Sector, Size::Short]);
        story.truncate(1);
        story.truncate(0);
        story.append_durable(Size::Short);
    });
}

/// Records of a file that was used before never come back, whatever survives of its new use.
#[test]
fn a_file_that_is_used_again() {
    explore(&small(), |story| {
        three(story);
        story.truncate(1);
        story.batch(&[Size::FirstPage, Size::Short]);
        story.batch(&[Size::FirstPage, Size::Short]);
    });
}

/// A program that died while it truncated, and truncates again, loses nothing that it keeps.
#[test]
fn again_after_a_restart() {
    explore(&small(), |story| {
        three(story);
        story.truncate(2);
        story.restart();
        story.truncate(2);
        story.append_durable(Size::Short);
    });
}
