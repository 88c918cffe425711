//! Settings saved whole, a report written piece by piece: `cargo run -p atomic-io --example save_settings`.
#![allow(clippy::print_stdout, reason = "a program for people to read")]

use std::error::Error;
use std::io::Write;
use std::path::Path;

use atomic_io::{Existing, Identical, OnDisk, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let options = Options::new();

    let swept = options.sweep(dir.path())?; // at every start: what killed writers have left
    println!(
        "removed {} leftovers, {} writers are alive",
        swept.removed.len(),
        swept.alive.len()
    );

    save_settings(&dir.path().join("app/settings.json"))?;
    write_report(&dir.path().join("report.csv"))?;
    claim(&dir.path().join("worker-1"));
    Ok(())
}

/// Whole contents: serialised first, then replaced. The directory is created with the first save.
fn save_settings(path: &Path) -> Result<(), atomic_io::Error> {
    let options = Options::new().identical(Identical::Skip);
    for theme in ["dark", "light", "light"] {
        let json = format!("{{\n  \"theme\": \"{theme}\"\n}}\n");
        println!(
            "settings with theme {theme}: {:?}",
            options.replace(path, json)?
        );
    }
    Ok(())
}

/// Content of any length: readers go on seeing the old report until `commit`.
fn write_report(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut report = Options::new().create(path)?;
    writeln!(report, "number,square")?;
    for number in 0..100_000_u64 {
        writeln!(report, "{number},{}", number * number)?;
    }
    report.commit()?;

    let mut next = Options::new().create(path)?;
    writeln!(next, "number,cube")?;
    next.discard(); // or `?` on the way, or a crash: the report is the old one
    println!("the report is written, and the abandoned one never happened");
    Ok(())
}

/// A name that only one may take: the second is told, and told what is on the disk.
fn claim(path: &Path) {
    let options = Options::new().existing(Existing::NoClobber);
    for worker in ["first", "second"] {
        match options.replace(path, worker) {
            Ok(_) => println!("the {worker} has the name"),
            Err(error) => {
                let is_unchanged = error.on_disk() == OnDisk::Unchanged;
                println!(
                    "the {worker} has not, unchanged is {is_unchanged}: {:?}",
                    error.kind()
                );
            }
        }
    }
}
