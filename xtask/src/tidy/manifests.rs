//! Manifests: one table of lints, one table of versions, and a reason for each dependency.

use std::collections::BTreeSet;

use super::{Finding, Repository};

/// Where each third party has its line: why it, and what was rejected.
const DECISIONS: &str = "docs/DESIGN.md";

/// The lines of each manifest of the library's workspace with the table they stand in.
fn lines<'a>(repository: &'a Repository, mut each: impl FnMut(&'a str, &'a str, usize, &'a str)) {
    for (path, text) in repository.tree.texts("/Cargo.toml") {
        if path.starts_with("fuzz/") || path.starts_with("xtask/bench/") {
            continue;
        }
        let mut table = "";
        for (index, line) in text.lines().map(str::trim).enumerate() {
            if line.starts_with('[') {
                table = line;
            } else if !line.is_empty() && !line.starts_with('#') {
                each(path, table, index, line);
            }
        }
    }
}

/// Every package takes its lints from the workspace.
pub(super) fn lints(repository: &Repository) -> Vec<Finding> {
    let mut inheriting = BTreeSet::new();
    let mut all = BTreeSet::new();
    lines(repository, |path, table, _, line| {
        all.insert(path);
        if table == "[lints]" && line == "workspace = true" {
            inheriting.insert(path);
        }
    });
    all.difference(&inheriting)
        .map(|path| Finding::new(*path, "does not inherit the workspace's lints"))
        .collect()
}

/// Every package takes the versions of its dependencies from the workspace.
pub(super) fn versions(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    lines(repository, |path, table, index, line| {
        // A crate's tests may take the crate itself, with a feature of its own switched on.
        let inherits = line.contains("workspace = true") || line.contains(r#"path = ".""#);
        if table.contains("dependencies") && !inherits {
            findings.push(
                Finding::new(path, "a version of its own: use the workspace's table").at(index),
            );
        }
    });
    findings
}

/// Every third party is named in the document of decisions.
pub(super) fn decisions(repository: &Repository) -> Vec<Finding> {
    let text = repository.tree.text(DECISIONS).unwrap_or_default();
    let edges = repository
        .all_packages()
        .flat_map(|package| &package.dependencies)
        .filter(|edge| !edge.is_ours());
    let names: BTreeSet<_> = edges.map(|edge| edge.name.as_str()).collect();
    let unexplained = names.into_iter().filter(|name| !names_package(text, name));
    unexplained
        .map(|name| Finding::new(DECISIONS, format!("does not say why `{name}`")))
        .collect()
}

/// Whether `name` stands in `text`, and not as a part of a longer package name.
fn names_package(text: &str, name: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
        .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::{Finding, Repository, decisions, lints, versions};
    use crate::packages::Package;
    use crate::tree::Tree;

    const GOOD: &str = "[package]\nname = \"lock\"\n\n[dependencies]\nvfs.workspace = true\n\
        hex = { workspace = true, features = [\"x\"] }\n\n[lints]\nworkspace = true\n";

    fn repository(manifest: &str) -> Repository {
        Repository {
            tree: Tree::of(&[("crates/lock/Cargo.toml", manifest)]),
            ..Repository::default()
        }
    }

    #[test]
    fn a_manifest_that_inherits_passes() {
        assert_eq!(
            (lints(&repository(GOOD)), versions(&repository(GOOD))),
            (vec![], vec![])
        );
    }

    #[test]
    fn own_lints_and_own_versions_are_found() {
        assert_eq!(
            lints(&repository(&GOOD.replace("[lints]", "[lints.rust]"))).len(),
            1
        );
        let own = GOOD.replace("vfs.workspace = true", "vfs = \"1\"");
        assert_eq!(versions(&repository(&own))[0].line, Some(5));
        let for_unix = GOOD.replace(
            "[lints]",
            "[target.'cfg(unix)'.dependencies]\nrustix = \"1\"\n[lints]",
        );
        assert_eq!(versions(&repository(&for_unix)).len(), 1);
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let found = |text| {
            let packages = vec![Package::of("lock", &["vfs"]).with_third_party("serde")];
            decisions(&Repository {
                tree: Tree::of(&[("docs/DESIGN.md", text)]),
                packages,
                ..Repository::default()
            })
        };
        assert_eq!(found("* `serde`: the lingua franca"), []);
        assert_eq!(
            found("* `serde_json`"),
            [Finding::new("docs/DESIGN.md", "does not say why `serde`")]
        );
    }
}
