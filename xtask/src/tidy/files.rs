//! The shape of files: length, names, what must not stand in them, and what `ls` shows.

use super::code::has_word;
use super::{Finding, Repository};

/// Past this a file is listed: look for the seam in it.
const LINES_WARN: usize = 400;
/// Past this it fails.
const LINES_MAX: usize = 800;

/// No source file is too long to be one thing.
pub(super) fn length(repository: &Repository) -> Vec<Finding> {
    let sizes = repository
        .tree
        .texts(".rs")
        .map(|(path, text)| (path, text.lines().count()));
    sizes
        .filter(|(_, lines)| *lines > LINES_WARN)
        .map(|(path, lines)| {
            if lines > LINES_MAX {
                Finding::new(path, format!("{lines} lines, the limit is {LINES_MAX}"))
            } else {
                Finding::new(path, format!("{lines} lines, aim below {LINES_WARN}")).warning()
            }
        })
        .collect()
}

/// No module hides behind the name `mod.rs`.
pub(super) fn modules(repository: &Repository) -> Vec<Finding> {
    let hidden = repository
        .tree
        .paths()
        .filter(|path| path.ends_with("/mod.rs"));
    hidden
        .map(|path| Finding::new(path, "name the module's file after the module"))
        .collect()
}

/// Notes to oneself, split here so that this file is not its own first finding.
const MARKERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("dbg", "!("),
    concat!("todo", "!("),
    concat!("unimpl", "emented!("),
];

/// Nothing says that it is unfinished: what is missing stands under *Limitations*, or is not missing.
pub(super) fn markers(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for suffix in [".rs", ".md", ".toml", ".ci/run"] {
        for (path, text) in repository.tree.texts(suffix) {
            for (index, line) in text.lines().enumerate() {
                let found = MARKERS
                    .iter()
                    .filter(|marker| match marker.strip_suffix("!(") {
                        Some(_) => line.contains(**marker),
                        None => has_word(line, marker),
                    });
                findings.extend(
                    found.map(|marker| Finding::new(path, format!("`{marker}`")).at(index)),
                );
            }
        }
    }
    findings
}

/// What must stand at the top of the repository.
const REQUIRED: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates",
    "docs",
    "fuzz",
    "rustfmt.toml",
    "xtask",
];

/// The top of the repository holds what it must and nothing else; dot files belong to tools.
pub(super) fn top_level(repository: &Repository) -> Vec<Finding> {
    let names: Vec<&str> = repository.tree.names_in("").collect();
    let missing = REQUIRED.iter().filter(|name| !names.contains(name));
    let strange = names
        .iter()
        .filter(|name| !name.starts_with('.') && !REQUIRED.contains(name));
    missing
        .map(|name| Finding::new(*name, "is missing"))
        .chain(strange.map(|name| Finding::new(*name, "does not belong at the top level")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Finding, MARKERS, REQUIRED, Repository, length, markers, modules, top_level};

    #[test]
    fn long_files_are_listed_and_longer_ones_fail() {
        let (listed, failing) = ("\n".repeat(401), "\n".repeat(801));
        let files = [
            ("a.rs", "\n"),
            ("b.rs", listed.as_str()),
            ("c.rs", failing.as_str()),
            ("d.md", failing.as_str()),
        ];
        let found = length(&Repository::of(&files));
        assert_eq!(
            found
                .iter()
                .map(|f| (f.path.as_str(), f.is_warning))
                .collect::<Vec<_>>(),
            [("b.rs", true), ("c.rs", false)]
        );
    }

    #[test]
    fn a_hidden_module_is_found() {
        assert_eq!(
            modules(&Repository::of(&[
                ("crates/a/src/b/mod.rs", ""),
                ("crates/a/src/mode.rs", "")
            ]))
            .len(),
            1
        );
    }

    #[test]
    fn every_marker_is_found_with_its_line() {
        for marker in MARKERS {
            let found = markers(&Repository::of(&[(
                "a.rs",
                &format!("fn f() {{}}\n// {marker} later"),
            )]));
            assert_eq!(found, [Finding::new("a.rs", format!("`{marker}`")).at(1)]);
        }
        let name = format!("a name such as tmp.{}", "X".repeat(6));
        assert_eq!(markers(&Repository::of(&[("a.md", &name)])), []);
    }

    #[test]
    fn the_top_level_is_complete_and_closed() {
        let mut files: Vec<_> = REQUIRED.iter().map(|name| (*name, "")).collect();
        files.push((".gitignore", ""));
        assert_eq!(top_level(&Repository::of(&files)), []);
        files[0].0 = "notes.txt";
        let found = top_level(&Repository::of(&files));
        assert_eq!(
            found.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
            ["CHANGELOG.md", "notes.txt"]
        );
    }
}
