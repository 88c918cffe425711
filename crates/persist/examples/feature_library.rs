//! A library of features and the time they take:
//! `cargo run --release --example feature_library -- feature add f1 "CRUD" -t backend -p "Data Ops" -h 4.0`.
//!
//! A program in four layers: the command line, services in memory that know nothing of files, a layer
//! that loads them at the start and saves each change, and two JSON files, which a Python program before
//! it has written. It goes on with those files as they are. What it promises:
//!
//! * **A change that was told is there**, and none of another process is lost.
//! * **Memory is never ahead of the disk**: what could not be saved has not happened.
//! * **A record that can't be read stays in the file**, and is told; so does a file that can't be read.
//!
//! [`feature_library::domain`] is the program, [`feature_library::persistence`] keeps it,
//! [`feature_library::files`] is what it is kept in.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

mod feature_library {
    pub(crate) mod app;
    pub(crate) mod command;
    pub(crate) mod csv_import;
    pub(crate) mod domain;
    pub(crate) mod error;
    pub(crate) mod files;
    pub(crate) mod persistence;
    pub(crate) mod shelf;
}

use feature_library::app::{App, with_causes};
use feature_library::command::Cli;
use feature_library::files::Setting;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let setting = Setting {
        codec: cli.format.into(),
        tell: say,
        ..Setting::default()
    };
    let mut app = App::new(&cli.data, setting);
    app.init_data(&mut say);
    match cli.run(&mut app, &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

/// To standard error, and no matter if nobody listens.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
