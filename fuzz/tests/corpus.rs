//! Every kept input of every body, replayed on the stable toolchain.
#![allow(clippy::disallowed_methods, reason = "the corpora are real files")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use persist_fuzz::BODIES;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The entries of a folder, sorted, so that a failure is always the same one.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut entries: Vec<_> = listing.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Every kept input keeps its promise, and no body is without inputs.
#[test]
fn every_input_of_every_body_holds() {
    for (name, body) in BODIES {
        let inputs = entries(&corpus().join(name));
        assert!(
            !inputs.is_empty(),
            "corpus/{name} is empty: nothing would be replayed"
        );
        for input in inputs {
            // Captured by the harness and shown only on failure: the last line names the culprit.
            println!("{name} on {}", input.display());
            body(&fs::read(&input).unwrap());
        }
    }
}

/// A corpus folder that no body reads is evidence nobody looks at.
#[test]
fn every_corpus_folder_has_its_body() {
    let folders: BTreeSet<_> = entries(&corpus())
        .iter()
        .map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let bodies: BTreeSet<_> = BODIES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders, bodies);
}
