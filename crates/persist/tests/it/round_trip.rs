//! What was saved is loaded, in every layout and compression.

use std::collections::BTreeMap;
use std::fs;

use persist::{Codec, Document, FlatNames, Layout, Member};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    theme: String,
    scale: f64,
    launches: u64,
    recent: Vec<String>,
    keys: BTreeMap<String, i64>,
}

fn settings() -> Settings {
    Settings {
        theme: "dünkel\n\"'\u{1f319}\u{0}".into(),
        scale: 4.0,
        launches: u64::MAX,
        recent: vec![String::new(), "}".into(), "sha256:".into()],
        keys: BTreeMap::from([(String::new(), i64::MIN), ("checksum".into(), -0)]),
    }
}

fn layouts() -> [Layout; 4] {
    let renamed = FlatNames::default()
        .called(Member::Version, "dataModelVersion")
        .without(Member::Checksum);
    [
        Layout::Wrapped,
        Layout::Flat(FlatNames::default()),
        Layout::Flat(renamed),
        Layout::Bare,
    ]
}

#[test]
fn every_layout_and_codec_gives_back_what_was_saved() {
    for layout in layouts() {
        for codec in [
            Codec::Plain,
            Codec::Gzip,
            #[cfg(feature = "zstd")]
            Codec::Zstd,
        ] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("settings.json");
            let document = Document::options()
                .layout(layout.clone())
                .compression(codec)
                .at(&path);
            assert!(document.load().unwrap().is_none());

            for launches in [1, 2, u64::MAX] {
                let value = Settings {
                    launches,
                    ..settings()
                };
                let revision = document.save(&value).unwrap();
                let loaded = document.load().unwrap().unwrap();
                assert_eq!(loaded.value, value);
                assert_eq!(loaded.revision, Some(revision));
                assert_eq!((loaded.recovery, loaded.hand_edited), (None, false));
            }
            let bytes = fs::read(&path).unwrap();
            assert_eq!(bytes.starts_with(b"{\n  \""), codec == Codec::Plain);

            // Another program, with other settings, reads it and keeps what is there.
            let stranger = Document::<Settings>::options()
                .layout(layout.clone())
                .at(&path);
            stranger.update(|settings| settings.launches = 7).unwrap();
            assert_eq!(
                document.load_or_default().unwrap(),
                Settings {
                    launches: 7,
                    ..settings()
                }
            );
            assert_eq!(
                fs::read(&path).unwrap().starts_with(b"{\n  \""),
                codec == Codec::Plain
            );
        }
    }
}
