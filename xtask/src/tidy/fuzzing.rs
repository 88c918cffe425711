//! Fuzz targets, bodies and corpora belong together.

use std::collections::BTreeSet;

use super::{Finding, Repository};

/// Every library has bodies, every target has its body and its corpus, and every body and corpus its target.
pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let tree = &repository.tree;
    let targets: BTreeSet<&str> = tree
        .names_in("fuzz/fuzz_targets")
        .filter_map(|file| file.strip_suffix(".rs"))
        .collect();
    let bodies: BTreeSet<&str> = bodies(repository).collect();
    let corpora: BTreeSet<&str> = tree.names_in("fuzz/corpus").collect();
    let manifest = tree.text("fuzz/Cargo.toml").unwrap_or_default();

    let mut findings = Vec::new();
    for name in repository.libraries() {
        let path = format!("fuzz/src/{}.rs", name.replace('-', "_"));
        if !tree.has(&path) {
            findings.push(Finding::new(
                path,
                format!("is missing: `{name}` is not fuzzed"),
            ));
        }
    }
    for name in &targets {
        let path = format!("fuzz/fuzz_targets/{name}.rs");
        if !bodies.contains(name) {
            findings.push(Finding::new(
                &path,
                format!("has no body `pub fn {name}(data: &[u8])` in fuzz/src"),
            ));
        }
        if !corpora.contains(name) {
            findings.push(Finding::new(
                &path,
                format!("has no inputs in fuzz/corpus/{name}"),
            ));
        }
        if !manifest.contains(&format!("name = \"{name}\"")) {
            findings.push(Finding::new(&path, "is no [[bin]] of fuzz/Cargo.toml"));
        }
    }
    let orphans = |kind: &str, names: &BTreeSet<&str>| {
        let orphans = names.difference(&targets);
        orphans
            .map(|name| Finding::new(format!("fuzz: {kind} {name}"), "has no target"))
            .collect::<Vec<_>>()
    };
    findings.extend(orphans("body", &bodies));
    findings.extend(orphans("corpus", &corpora));
    findings
}

/// The names of the public functions over bytes, one line each.
fn bodies(repository: &Repository) -> impl Iterator<Item = &str> {
    let sources = repository
        .tree
        .texts(".rs")
        .filter(|(path, _)| path.starts_with("fuzz/src/"));
    sources
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| {
            let (name, arguments) = line.strip_prefix("pub fn ")?.split_once('(')?;
            arguments.contains("&[u8])").then_some(name)
        })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::Repository;
    use crate::tree::Tree;

    const COMPLETE: &[(&str, &str)] = &[
        ("crates/integrity/src/lib.rs", ""),
        ("fuzz/Cargo.toml", "[[bin]]\nname = \"integrity_line\"\n"),
        ("fuzz/corpus/integrity_line/empty", ""),
        ("fuzz/fuzz_targets/integrity_line.rs", ""),
        (
            "fuzz/src/integrity.rs",
            "pub fn integrity_line(data: &[u8]) {\n",
        ),
    ];

    fn found(files: &[(&str, &str)]) -> usize {
        check(&Repository {
            tree: Tree::of(files),
            ..Repository::default()
        })
        .len()
    }

    #[test]
    fn a_crate_without_bodies_is_found() {
        assert_eq!(
            found(&[COMPLETE, &[("crates/atomic-io/src/lib.rs", "")]].concat()),
            1
        );
    }

    #[test]
    fn a_target_with_body_inputs_and_entry_passes() {
        assert_eq!(found(COMPLETE), 0);
    }

    #[test]
    fn each_missing_piece_is_found() {
        for missing in 1..COMPLETE.len() {
            let rest: Vec<_> = [&COMPLETE[..missing], &COMPLETE[missing + 1..]].concat();
            assert!(found(&rest) > 0, "without {}", COMPLETE[missing].0);
        }
        // Without its target both the body and the corpus are orphans.
        assert_eq!(found(&[&COMPLETE[..3], &COMPLETE[4..]].concat()), 2);
    }
}
