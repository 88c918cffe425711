//! What every crate brings along: its chapter, an example, one test binary.

use super::{Finding, Repository};

/// The headings without which a chapter is an advertisement.
const HEADINGS: &[&str] = &["//! # Guarantees", "//! # Limitations"];

/// Each `lib.rs` opens with a chapter that says what holds and what does not.
pub(super) fn chapters(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in repository.libraries() {
        let path = format!("crates/{name}/src/lib.rs");
        let Some(text) = repository.tree.text(&path) else {
            findings.push(Finding::new(path, "is missing"));
            continue;
        };
        if !text.starts_with("//! ") {
            findings.push(Finding::new(&path, "does not begin with what the crate is"));
        }
        let missing = HEADINGS
            .iter()
            .filter(|heading| !text.lines().any(|line| line == **heading));
        findings
            .extend(missing.map(|heading| Finding::new(&path, format!("has no line `{heading}`"))));
    }
    findings
}

/// Each library has an example that runs.
pub(super) fn examples(repository: &Repository) -> Vec<Finding> {
    let without = repository.libraries().filter(|name| {
        let folder = format!("crates/{name}/examples");
        !repository.tree.names_in(&folder).any(is_rust)
    });
    without
        .map(|name| Finding::new(format!("crates/{name}/examples"), "holds no example"))
        .collect()
}

/// Each crate has the integration binary `tests/it`, and no other: every binary more is linked once more.
pub(super) fn tests(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in repository.crates() {
        let folder = format!("crates/{name}/tests");
        if !repository.tree.has(&format!("{folder}/it/main.rs")) {
            findings.push(Finding::new(format!("{folder}/it/main.rs"), "is missing"));
        }
        for entry in repository
            .tree
            .names_in(&folder)
            .filter(|entry| *entry != "it")
        {
            let path = format!("{folder}/{entry}");
            if is_rust(entry) || repository.tree.has(&format!("{path}/main.rs")) {
                findings.push(Finding::new(
                    path,
                    "is a second integration binary: make it a module of tests/it",
                ));
            }
        }
    }
    findings
}

fn is_rust(file: &str) -> bool {
    file.strip_suffix(".rs").is_some()
}

#[cfg(test)]
mod tests {
    use super::{Repository, chapters, examples, tests};
    use crate::tree::Tree;

    const CHAPTER: &str = "//! What.\n//! # Guarantees\n//! # Limitations\n";
    const COMPLETE: &[(&str, &str)] = &[
        ("crates/lock/src/lib.rs", CHAPTER),
        ("crates/lock/examples/counter.rs", ""),
        ("crates/lock/tests/golden/v1.json", ""),
        ("crates/lock/tests/it/main.rs", ""),
    ];

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let repository = Repository {
            tree: Tree::of(files),
            ..Repository::default()
        };
        let rules = [chapters, examples, tests];
        rules
            .iter()
            .flat_map(|rule| rule(&repository))
            .map(|finding| finding.to_string())
            .collect()
    }

    #[test]
    fn a_complete_crate_passes() {
        assert_eq!(found(COMPLETE), [""; 0]);
    }

    #[test]
    fn each_missing_piece_is_found() {
        assert_eq!(
            found(&[&COMPLETE[1..]].concat()),
            ["crates/lock/src/lib.rs: is missing"]
        );
        let half = [
            &[("crates/lock/src/lib.rs", "//! What.\n//! # Guarantees\n")],
            &COMPLETE[1..],
        ]
        .concat();
        assert_eq!(
            found(&half),
            ["crates/lock/src/lib.rs: has no line `//! # Limitations`"]
        );
        let no_example = [&COMPLETE[..1], &COMPLETE[2..]].concat();
        assert_eq!(
            found(&no_example),
            ["crates/lock/examples: holds no example"]
        );
        assert_eq!(
            found(&COMPLETE[..3]),
            ["crates/lock/tests/it/main.rs: is missing"]
        );
    }

    #[test]
    fn a_second_test_binary_is_found() {
        for path in [
            "crates/lock/tests/more.rs",
            "crates/lock/tests/crash/main.rs",
        ] {
            assert_eq!(
                found(&[COMPLETE, &[(path, "")]].concat()).len(),
                1,
                "{path}"
            );
        }
    }
}
