//! A task file of version 1.0, looked at before it is taken to version 1.2.
//!
//! `cargo run -p migrate --example upgrade`
#![allow(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;

use migrate::{Chain, Label};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Tasks1 {
    features: Vec<Feature1>,
}

#[derive(Deserialize)]
struct Feature1 {
    name: String,
    done: bool,
    created_at: String,
}

#[derive(Serialize)]
struct Tasks2 {
    features: Vec<Feature2>,
}

#[derive(Serialize)]
struct Feature2 {
    name: String,
    status: &'static str,
    created_at: String,
}

fn chain() -> Chain {
    Chain::new("1.0")
        .unlabelled("1.0")
        .step("1.1", |tasks| {
            for feature in tasks["features"]
                .as_array_mut()
                .ok_or("`features` is not a list")?
            {
                let feature = feature
                    .as_object_mut()
                    .ok_or("a feature is not an object")?;
                feature
                    .entry("created_at")
                    .or_insert_with(|| "2025-01-01".into());
            }
            Ok(())
        })
        .typed_step::<Tasks1, Tasks2>("1.2", |old| {
            let features = old.features.into_iter().map(
                |Feature1 {
                     name,
                     done,
                     created_at,
                 }| {
                    Feature2 {
                        name,
                        status: if done { "done" } else { "open" },
                        created_at,
                    }
                },
            );
            Ok(Tasks2 {
                features: features.collect(),
            })
        })
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = json!({
        "version": "1.0",
        "data": {
            "features": [
                { "name": "import", "done": true, "created_at": "2024-11-02" },
                { "name": "export", "done": false },
            ],
        },
    });
    let version = file
        .get("version")
        .map(|v| Label::from_value(v).ok_or("`version` is no label"));
    let (version, data) = (version.transpose()?, &file["data"]);

    println!("{}\n", chain().preview(version.as_ref(), data)?);

    let migrated = chain().upgrade(version.as_ref(), data)?;
    let file: Value = json!({ "version": migrated.to, "data": migrated.value });
    println!("{file:#}\n");

    // A file of a later release is refused, and so is one that a step can't make sense of.
    for (version, data) in [("2.0", json!({})), ("1.0", json!({ "features": 7 }))] {
        if let Err(error) = chain().upgrade(&Label::from(version), &data) {
            let cause = error.source().map(|cause| format!(": {cause}"));
            println!("{error}{}", cause.unwrap_or_default());
        }
    }
    Ok(())
}
