//! Which crate may know which.

use super::{Finding, Repository};

/// The allowed edges of one crate to crates of ours.
struct Row {
    name: &'static str,
    /// Seen by its code, and so by everybody above it.
    code: &'static [&'static str],
    /// Seen by its tests and examples alone.
    tests: &'static [&'static str],
}

/// The table: a row names only crates of lower layers, and no crate of its own layer.
const TABLE: &[Row] = &[
    Row {
        name: "vfs",
        code: &[],
        tests: &[],
    },
    Row {
        name: "integrity",
        code: &[],
        tests: &[],
    },
    Row {
        name: "compress",
        code: &[],
        tests: &[],
    },
    Row {
        name: "migrate",
        code: &[],
        tests: &[],
    },
    Row {
        name: "salvage",
        code: &[],
        tests: &[],
    },
    Row {
        name: "crash-sim",
        code: &["vfs"],
        tests: &[],
    },
    Row {
        name: "atomic-io",
        code: &["vfs"],
        tests: &["crash-sim"],
    },
    Row {
        name: "lock",
        code: &["vfs"],
        tests: &["crash-sim"],
    },
    Row {
        name: "wal",
        code: &["vfs", "integrity"],
        tests: &["crash-sim"],
    },
    Row {
        name: "persist",
        code: &[
            "atomic-io",
            "lock",
            "integrity",
            "compress",
            "migrate",
            "salvage",
            "vfs",
        ],
        tests: &["crash-sim"],
    },
    // The tools stand above everything, and nothing stands on them.
    Row {
        name: "persist-cli",
        code: &["persist", "lock", "salvage", "wal"],
        tests: &[],
    },
    Row {
        name: "xtask",
        code: LIBRARIES,
        tests: &[],
    },
    Row {
        name: "persist-bench",
        code: LIBRARIES,
        tests: &[],
    },
    Row {
        name: "persist-fuzz",
        code: LIBRARIES,
        tests: &[],
    },
];

const LIBRARIES: &[&str] = &[
    "vfs",
    "crash-sim",
    "atomic-io",
    "lock",
    "integrity",
    "compress",
    "migrate",
    "salvage",
    "wal",
    "persist",
];

/// Every edge stands in the table, and every row of the table is a package.
pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in repository.all_packages() {
        let Some(row) = TABLE.iter().find(|row| row.name == package.name) else {
            findings.push(Finding::new(
                &package.name,
                "not in the table of allowed edges",
            ));
            continue;
        };
        for edge in package.dependencies.iter().filter(|edge| edge.is_ours()) {
            let name = edge.name.as_str();
            let in_tests = name == package.name || row.tests.contains(&name);
            let allowed = row.code.contains(&name) || (edge.is_dev() && in_tests);
            if !allowed {
                let what = if edge.is_dev() {
                    "tests may not use"
                } else {
                    "may not depend on"
                };
                findings.push(Finding::new(&package.name, format!("{what} `{name}`")));
            }
        }
    }
    let gone = TABLE.iter().filter(|row| {
        !repository
            .all_packages()
            .any(|package| package.name == row.name)
    });
    findings.extend(
        gone.map(|row| Finding::new(row.name, "in the table of allowed edges, but not a package")),
    );
    findings
}

#[cfg(test)]
mod tests {
    use super::{TABLE, check};
    use crate::packages::Package;
    use crate::tidy::Repository;

    fn findings(package: Package) -> Vec<String> {
        let name = package.name.clone();
        let others = TABLE
            .iter()
            .filter(|row| row.name != name)
            .map(|row| Package::of(row.name, &[]));
        let packages = others.chain([package]).collect();
        let found = check(&Repository {
            packages,
            ..Repository::default()
        });
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_edge_up_or_sideways_is_found() {
        assert!(
            findings(Package::of(
                "lock",
                &["vfs", "dev:vfs", "dev:crash-sim", "dev:lock"]
            ))
            .is_empty()
        );
        assert_eq!(
            findings(Package::of("lock", &["crash-sim"])),
            ["lock: may not depend on `crash-sim`"]
        );
        assert_eq!(
            findings(Package::of("lock", &["atomic-io"])),
            ["lock: may not depend on `atomic-io`"]
        );
        assert_eq!(
            findings(Package::of("vfs", &["dev:crash-sim"])),
            ["vfs: tests may not use `crash-sim`"]
        );
    }

    #[test]
    fn a_new_crate_and_a_stale_row_are_found() {
        assert_eq!(
            findings(Package::of("blob", &[])),
            ["blob: not in the table of allowed edges"]
        );
        let packages = TABLE
            .iter()
            .skip(1)
            .map(|row| Package::of(row.name, &[]))
            .collect();
        let found = check(&Repository {
            packages,
            ..Repository::default()
        });
        assert!(found[0].what.contains("not a package"), "{found:?}");
    }

    #[test]
    fn the_table_itself_goes_down_only() {
        // Rows stand below what they name: each names only crates that had their row already.
        for (at, row) in TABLE.iter().enumerate() {
            for name in row.code.iter().chain(row.tests) {
                assert!(
                    TABLE[..at].iter().any(|lower| lower.name == *name),
                    "{} -> {name}",
                    row.name
                );
            }
        }
    }
}
