//! The shortest program that keeps state: it counts how often it was started.
//!
//! `cargo run --example settings [FILE]`, more than once, also at the same time.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use persist::Document;
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Settings {
    launches: u64,
}

fn main() -> persist::Result<()> {
    let path = std::env::args_os()
        .nth(1)
        .unwrap_or_else(|| "settings.json".into());

    let settings = Document::<Settings>::at(path);
    settings.update(|s| s.launches += 1)?;
    println!("{}", settings.load_or_default()?.launches);
    Ok(())
}
