//! `persist/1` in each layout, codec and dress.

use persist::{Chain, Codec, Document, FlatNames, Keys, Layout, Member, Options};
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    title: String,
    größe: f64,
    greatest: u64,
    least: i64,
    tags: Vec<Option<String>>,
    none: (),
}

fn sample() -> Sample {
    Sample {
        title: "Tee, \"grün\" \\ \u{1f375}\n".to_owned(),
        größe: 0.1,
        greatest: u64::MAX,
        least: i64::MIN,
        tags: vec![Some("a".to_owned()), None],
        none: (),
    }
}

fn with(layout: Layout) -> Options<Sample> {
    Document::options().versions(Chain::new(3)).layout(layout)
}

fn flat() -> Layout {
    Layout::Flat(FlatNames::default())
}

fn named() -> Layout {
    Layout::Flat(
        FlatNames::default()
            .called(Member::Version, "dataModelVersion")
            .called(Member::Checksum, "seal")
            .without(Member::Revision),
    )
}

fn unsealed() -> Layout {
    Layout::Flat(FlatNames::default().without(Member::Checksum))
}

/// The files that a save writes, and how.
fn written_files() -> Vec<(&'static str, Options<Sample>)> {
    let mut files = vec![
        ("wrapped.json", with(Layout::Wrapped)),
        (
            "wrapped-sorted.json",
            with(Layout::Wrapped).keys(Keys::Sorted),
        ),
        (
            "wrapped.json.gz",
            with(Layout::Wrapped).compression(Codec::Gzip),
        ),
        ("flat.json", with(flat())),
        ("flat.json.gz", with(flat()).compression(Codec::Gzip)),
        ("flat-named.json", with(named())),
        ("flat-unsealed.json", with(unsealed())),
        ("bare.json", with(Layout::Bare)),
        ("bare.json.gz", with(Layout::Bare).compression(Codec::Gzip)),
    ];
    if cfg!(feature = "zstd") {
        let options = with(Layout::Wrapped).compression(Codec::Zstd);
        files.push(("wrapped.json.zst", options));
    }
    files
}

/// What editors and version control on Windows make of some of them.
const DRESSED: [(&str, &str, bool); 5] = [
    ("wrapped-bom.json", "wrapped.json", false),
    ("wrapped-crlf.json", "wrapped.json", true),
    ("flat-bom.json", "flat.json", false),
    ("flat-crlf.json", "flat.json", true),
    ("bare-bom.json", "bare.json", false),
];

fn dressed(text: &[u8], crlf: bool) -> Vec<u8> {
    let text = str::from_utf8(text).unwrap();
    if crlf {
        text.replace('\n', "\r\n").into_bytes()
    } else {
        format!("\u{feff}{text}").into_bytes()
    }
}

#[test]
fn what_is_written_today_is_what_was_written_then() {
    let files = written_files();
    for (name, options) in files {
        is_written_as(&format!("format/{name}"), &written(options, &sample()));
    }
    for (name, undressed, crlf) in DRESSED {
        let text = golden(&format!("format/{undressed}"));
        is_written_as(&format!("format/{name}"), &dressed(&text, crlf));
    }
    // As a program of another make writes it: only what must be there.
    let minimal = "{\n  \"format\": \"persist/1\",\n  \"data\": [1, 2]\n}\n";
    let minimal = integrity::seal::seal(minimal, "checksum").unwrap();
    is_written_as("format/wrapped-minimal.json", minimal.as_bytes());
}

#[test]
fn every_file_of_the_format_is_read_whatever_the_settings() {
    let mut names: Vec<_> = written_files().iter().map(|(name, _)| *name).collect();
    names.extend(DRESSED.iter().map(|(name, ..)| *name));
    for name in &names {
        let layouts = match *name {
            // Only who knows the names knows what they mean.
            "flat-named.json" => vec![named()],
            "flat-unsealed.json" => vec![unsealed(), flat()],
            _ => vec![Layout::Wrapped, flat(), Layout::Bare],
        };
        for layout in layouts {
            let scratch = placed(&format!("format/{name}"));
            let before = scratch.files();
            let document = with(layout.clone()).at(scratch.path());
            let loaded = document.load().unwrap().unwrap();
            assert_eq!(loaded.value, sample(), "{name} {layout:?}");
            assert!(loaded.recovery.is_none() && !loaded.hand_edited, "{name}");
            let is_stored = !name.starts_with("bare");
            assert_eq!(loaded.updated, is_stored.then(noon), "{name}");
            assert_eq!(scratch.files(), before);
            // And it can be written again.
            document.update(|value| value.title.push('!')).unwrap();
            assert!(document.load_or_default().unwrap().title.ends_with('!'));
        }
    }
    names.push("wrapped-minimal.json");
    let scratch = placed("format/wrapped-minimal.json");
    let document = Document::<Vec<u8>>::at(scratch.path());
    assert_eq!(document.load_or_default().unwrap(), [1, 2]);
    if !cfg!(feature = "zstd") {
        names.push("wrapped.json.zst");
        let scratch = placed("format/wrapped.json.zst");
        let error = with(Layout::Wrapped).at(scratch.path()).load().unwrap_err();
        assert_eq!(error.kind(), persist::ErrorKind::NewerFormat);
    }
    are_all("format", &names);
}
