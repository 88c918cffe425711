//! One program's file in all its versions, with each kind of label.

use persist::{Chain, Document, ErrorKind, FlatNames, Label, Layout, Options};
use serde_json::{Value, json};

use super::*;

/// A kind of label: its folder, its labels, and where they stand in the file.
struct History {
    folder: &'static str,
    labels: Vec<Label>,
    layout: Layout,
}

fn histories() -> [History; 3] {
    let named = FlatNames::default().called(persist::Member::Version, "dataModelVersion");
    [
        History {
            folder: "integer",
            labels: [1, 2, 3].map(Label::from).to_vec(),
            layout: Layout::Wrapped,
        },
        History {
            folder: "string",
            labels: ["1", "1.1", "2"].map(Label::from).to_vec(),
            layout: Layout::Flat(FlatNames::default()),
        },
        History {
            folder: "semver",
            labels: ["0.9.0", "1.0.0-rc.1", "1.0.0", "1.10.0"]
                .map(Label::from)
                .to_vec(),
            layout: Layout::Flat(named),
        },
    ]
}

/// The same value in each version.
fn values() -> [Value; 4] {
    [
        json!({ "dark": true }),
        json!({ "theme": "dark" }),
        json!({ "theme": "dark", "width": 640 }),
        json!({ "theme": "dark", "window": { "width": 640 } }),
    ]
}

type Step = fn(&mut Value) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// The steps between those, up and down.
const STEPS: [(Step, Step); 3] = [
    (
        |value| {
            let dark = value["dark"].as_bool().ok_or("`dark` is not a boolean")?;
            *value = json!({ "theme": if dark { "dark" } else { "light" } });
            Ok(())
        },
        |value| {
            *value = json!({ "dark": value["theme"] == "dark" });
            Ok(())
        },
    ),
    (
        |value| {
            value["width"] = json!(640);
            Ok(())
        },
        |value| {
            let members = value.as_object_mut().ok_or("no object")?;
            members.shift_remove("width").ok_or("no width")?;
            Ok(())
        },
    ),
    (
        |value| {
            let members = value.as_object_mut().ok_or("no object")?;
            let width = members.shift_remove("width").ok_or("no width")?;
            value["window"] = json!({ "width": width });
            Ok(())
        },
        |value| {
            let members = value.as_object_mut().ok_or("no object")?;
            let mut window = members.shift_remove("window").ok_or("no window")?;
            value["width"] = window["width"].take();
            Ok(())
        },
    ),
];

impl History {
    /// The release that brought the version at this place: it knows none that came later.
    fn release(&self, at: usize) -> Options<Value> {
        let steps = self.labels.iter().skip(1).zip(STEPS).enumerate().take(at);
        let first = Chain::new(self.labels[0].clone());
        let chain = steps.fold(first, |chain, (before, (label, (up, down)))| {
            chain
                .step(label.clone(), up)
                .down(self.labels[before].clone(), down)
        });
        fixed(
            Document::options()
                .versions(chain)
                .layout(self.layout.clone()),
        )
    }

    fn file(&self, at: usize) -> String {
        format!("{}/{}.json", self.folder, self.labels[at])
    }
}

#[test]
fn each_release_writes_its_version_as_it_did_then() {
    for history in histories() {
        let files: Vec<_> = (0..history.labels.len())
            .map(|at| history.file(at))
            .collect();
        for (at, file) in files.iter().enumerate() {
            is_written_as(file, &written(history.release(at), &values()[at]));
        }
        let names = files.iter().map(|file| file.rsplit('/').next().unwrap());
        are_all(history.folder, &names.collect::<Vec<_>>());
    }
}

#[test]
fn s3_65_each_version_reads_every_older_one_and_refuses_every_newer_one_untouched() {
    for history in histories() {
        for reader in 0..history.labels.len() {
            for file in 0..history.labels.len() {
                let scratch = placed(&history.file(file));
                let before = scratch.files();
                let document = history.release(reader).at(scratch.path());
                let what = format!("{} read by {}", history.file(file), history.labels[reader]);
                if file > reader {
                    for refused in [
                        document.load().map(drop),
                        document.migrate().map(drop),
                        document.save(&json!({})).map(drop),
                    ] {
                        let error = refused.expect_err(&what);
                        assert_eq!(error.kind(), ErrorKind::NewerVersion, "{what}: {error}");
                    }
                    assert_eq!(scratch.files(), before, "{what}");
                    continue;
                }
                let loaded = document.load().unwrap().unwrap();
                let from = (file < reader).then(|| history.labels[file].clone());
                assert_eq!(loaded.value, values()[reader], "{what}");
                assert_eq!(loaded.migrated_from, from, "{what}");
                assert_eq!(scratch.files(), before, "{what}");

                let migrated = document.migrate().unwrap();
                assert_eq!(migrated.map(|done| done.from), from, "{what}");
                let loaded = document.load().unwrap().unwrap();
                assert_eq!(loaded.value, values()[reader], "{what}");
                assert_eq!(loaded.migrated_from, None, "{what}");
            }
        }
    }
}

#[test]
fn s3_88_each_version_goes_back_to_every_older_one() {
    for history in histories() {
        for newer in 0..history.labels.len() {
            for older in 0..newer {
                let scratch = placed(&history.file(newer));
                let document = history.release(newer).at(scratch.path());
                let to = history.labels[older].clone();
                let done = document.downgrade(to).unwrap().unwrap();
                assert_eq!(done.steps.len(), newer - older);
                let loaded = history.release(older).at(scratch.path()).load();
                let loaded = loaded.unwrap().unwrap();
                assert_eq!(loaded.value, values()[older]);
                assert_eq!(loaded.migrated_from, None);
            }
        }
    }
}
