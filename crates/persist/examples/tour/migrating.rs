//! A file of a former release, and one of a release to come.

use std::fs;
use std::path::Path;

use persist::{Chain, Document, ErrorKind, Label};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::report::{Failed, Report, stage};

/// The settings as this release knows them.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Settings {
    theme: String,
    font_size: u32,
}

pub(crate) fn run(dir: &Path, report: &mut Report) -> Result<(), Failed> {
    stage("Migrating: a file of version 1 meets a program of version 3");
    let path = dir.join("settings.json");
    Document::<serde_json::Value>::at(&path).save(&json!({ "dark": true }))?;
    let old = fs::read(&path)?;

    let chain = Chain::new(1)
        .step(2, |v| {
            let dark = v["dark"].as_bool().ok_or("`dark` is not a boolean")?;
            *v = json!({ "theme": if dark { "dark" } else { "light" } });
            Ok(())
        })
        .step(3, |v| {
            v["font_size"] = json!(14);
            Ok(())
        });
    println!(
        "{}",
        chain.preview(&Label::from(1), &json!({ "dark": true }))?
    );
    let settings = Document::<Settings>::options().versions(chain).at(&path);
    let loaded = settings.load()?.ok_or("it was just saved")?;
    let expected = Settings {
        theme: "dark".into(),
        font_size: 14,
    };
    report.promise(
        "the old file is read as a new one",
        loaded.value == expected && loaded.migrated_from == Some(1.into()),
    );
    report.promise(
        "and stays as it is until something is saved",
        fs::read(&path)? == old,
    );

    settings.update(|settings| settings.font_size = 16)?;
    let copies = files_with(dir, &old)?;
    println!("   kept: {}", copies.join(", "));
    report.promise(
        "before the first save in the new version the old file is kept",
        copies.len() == 1,
    );

    let released = Document::<serde_json::Value>::options()
        .versions(Chain::new(1))
        .at(&path);
    let new = fs::read(&path)?;
    let refused = released.save(&json!({ "dark": false }));
    println!(
        "   the old program: {}",
        refused
            .as_ref()
            .err()
            .map_or(String::new(), ToString::to_string)
    );
    let is_refused = refused.is_err_and(|error| error.kind() == ErrorKind::NewerVersion)
        && fs::read(&path)? == new;
    report.promise("an old program does not touch a newer file", is_refused);
    Ok(())
}

/// The names of the files in `dir` with these bytes.
fn files_with(dir: &Path, bytes: &[u8]) -> Result<Vec<String>, Failed> {
    let mut names = Vec::new();
    for entry in dir.read_dir()? {
        let entry = entry?;
        if entry.file_type()?.is_file() && fs::read(entry.path())? == bytes {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}
