//! Appending: single records, batches, several appends under one sync.

use super::explore;
use super::records::Size;
use super::story::roomy;
use crate::scratch::small;

/// A record that was acknowledged survives power loss at any later point.
#[test]
fn a_record() {
    explore(&small(), |story| {
        story.open();
        story.append_durable(Size::Short);
        story.append_durable(Size::FirstSector);
        story.append_durable(Size::Long);
    });
}

/// A batch survives whole or not at all, however many pages it takes.
#[test]
fn a_batch() {
    explore(&roomy(), |story| {
        story.open();
        story.batch(&[Size::Short, Size::FirstSector, Size::Sector]);
        story.batch(&[Size::FirstPage, Size::Page]);
    });
}

/// What several appends have brought survives the one sync that acknowledges them all.
#[test]
fn several_appends_and_one_sync() {
    explore(&small(), |story| {
        story.open();
        story.append(Size::Short);
        story.append(Size::Sector);
        story.sync();
        story.append(Size::Long);
        story.append(Size::Short);
        story.sync();
    });
}
