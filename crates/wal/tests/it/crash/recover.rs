//! Opening: after closing, after a kill, after a failure, and after power loss, with crashes inside.

use std::path::Path;

use crash_sim::{Device, Fault, SimFs};
use vfs::{Fs, OpenOptions};
use wal::Options;

use super::records::{Number, Size, number};
use super::story::{DIR, appended, roomy, written};
use super::{explore, explore_from};
use crate::scratch::small;

/// A log that was closed goes on where it ended.
#[test]
fn after_closing() {
    explore(&roomy(), |story| {
        story.open();
        story.append_durable(Size::Short);
        story.close();
        story.open();
        story.batch(&[Size::FirstPage, Size::Short]);
        story.close();
    });
}

/// What a killed process has left in the cache is made durable before anybody builds on it.
#[test]
fn after_a_kill() {
    explore(&small(), |story| {
        story.open();
        story.append_durable(Size::Short);
        story.append(Size::Long);
        story.restart();
        story.append_durable(Size::Sector);
        story.restart();
        story.append_durable(Size::Short);
    });
}

/// What a failed sync has left in the cache alone is not trusted by the next process, nor by the one after it.
#[test]
fn after_a_failure_and_again() {
    explore(&small(), |story| {
        story.open();
        story.append_durable(Size::Short);
        story.restart();
        story.restart();
        story.append_durable(Size::Short);
        story.append_durable(Size::Long);
    });
}

/// A log that was opened and left without a record is as good as new.
#[test]
fn without_a_record() {
    explore(&small(), |story| {
        story.open();
        story.close();
        story.open();
        story.rotate();
        story.restart();
        story.append_durable(Size::Short);
        story.close();
        story.open();
        story.close();
    });
}

/// A log whose power failed in the sync of a batch, of which `fate` is left.
fn torn(fs: &SimFs, options: &Options, first: Number, batch: &[Number], fate: &str) {
    let before = SimFs::new(Device::default());
    written(&before, options, &[first]);
    before.settle();
    // The write is the first call of the append, its sync the second.
    appended(&before, options, batch, 1, Fault::Kill);
    let after = before.power_loss(&fate.parse().unwrap());
    fs.shared().create_dir_all(Path::new(DIR)).unwrap();
    for name in after.read_dir(Path::new(DIR)).unwrap() {
        let path = Path::new(DIR).join(name);
        let bytes = after.shared().read(&path, 1 << 20).unwrap();
        let file = fs.open(&path, &OpenOptions::create_new()).unwrap();
        file.write_all_at(&bytes, 0).unwrap();
    }
}

/// Pages of a batch that was cut don't come back as those of a batch of the same shape, written to the same place.
#[test]
fn after_a_torn_group_over_a_closing_mark() {
    let first = number(1, Size::Short);
    let sizes = [Size::FirstPage, Size::Page, Size::Page];
    let cut: Vec<Number> = (700..)
        .zip(sizes)
        .map(|(count, size)| number(count, size))
        .collect();
    for fate in ["D,A,A", "D,D,A", "S254,A,A", "S254,D,D", "S1,A,A", "A,D,A"] {
        let setup = |fs: &SimFs| torn(fs, &roomy(), first, &cut, &format!("zeros,{fate}"));
        explore_from((&setup, &[first]), &roomy(), |story| {
            story.open();
            story.batch(&sizes);
            story.close();
        });
    }
}

/// The same by sectors, within a page.
#[test]
fn after_a_torn_page_over_a_closing_mark() {
    let first = number(1, Size::Short);
    let sizes = [Size::FirstSector, Size::Sector, Size::Sector];
    let cut: Vec<Number> = (700..)
        .zip(sizes)
        .map(|(count, size)| number(count, size))
        .collect();
    for fate in ["S254", "S6", "S5", "S1"] {
        let setup = |fs: &SimFs| torn(fs, &small(), first, &cut, &format!("zeros,{fate}"));
        explore_from((&setup, &[first]), &small(), |story| {
            story.open();
            story.batch(&sizes);
        });
    }
}
