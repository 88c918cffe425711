//! The house rules that no compiler knows.
//!
//! A rule is a function of the [`Repository`]; each says in one line what it defends, and each has a test
//! in which a planted violation is found.

mod code;
mod crates;
mod edges;
mod files;
mod fuzzing;
mod links;
mod manifests;
mod seam;

use std::fmt;
use std::path::Path;

use crate::error::Error;
use crate::packages::{self, Package};
use crate::tree::{self, Tree};

/// `tidy` has no settings: a rule that can be switched off is a wish.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// Print the rules and what they defend, and check nothing
    #[arg(long)]
    list: bool,
}

/// What the rules look at.
#[derive(Debug, Default)]
struct Repository {
    tree: Tree,
    /// The packages of the library's workspace.
    packages: Vec<Package>,
    /// The packages of the workspace under `fuzz/`.
    fuzz_packages: Vec<Package>,
    /// The packages of the workspace under `xtask/bench/`.
    bench_packages: Vec<Package>,
}

impl Repository {
    fn read(root: &Path) -> Result<Self, Error> {
        Ok(Self {
            tree: Tree::read(root)?,
            packages: packages::read(root, "Cargo.toml")?,
            fuzz_packages: packages::read(root, "fuzz/Cargo.toml")?,
            bench_packages: packages::read(root, "xtask/bench/Cargo.toml")?,
        })
    }

    /// The packages of all workspaces.
    fn all_packages(&self) -> impl Iterator<Item = &Package> {
        let beside = self.fuzz_packages.iter().chain(&self.bench_packages);
        self.packages.iter().chain(beside)
    }

    /// One with these files and no packages.
    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> Self {
        Self {
            tree: Tree::of(files),
            ..Self::default()
        }
    }

    /// The folder names under `crates/`.
    fn crates(&self) -> impl Iterator<Item = &str> {
        self.tree.names_in("crates")
    }

    /// Those of libraries: everything but programs.
    fn libraries(&self) -> impl Iterator<Item = &str> {
        let is_library = |name: &&str| !self.tree.has(&format!("crates/{name}/src/main.rs"));
        self.crates().filter(is_library)
    }
}

/// One place that breaks a rule, or is about to.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: Option<usize>,
    what: String,
    is_warning: bool,
}

impl Finding {
    /// A violation that concerns a whole file, or one that is not there.
    fn new(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
            what: what.into(),
            is_warning: false,
        }
    }

    /// At this line, counted from 0 as iterators do.
    fn at(mut self, index: usize) -> Self {
        self.line = Some(index + 1);
        self
    }

    /// To be listed without failing.
    fn warning(mut self) -> Self {
        self.is_warning = true;
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        let kind = if self.is_warning { "warning: " } else { "" };
        write!(f, "{}{line}: {kind}{}", self.path, self.what)
    }
}

struct Rule {
    name: &'static str,
    defends: &'static str,
    check: fn(&Repository) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule {
        name: "edges",
        defends: "dependencies between crates go down only",
        check: edges::check,
    },
    Rule {
        name: "seam",
        defends: "what the simulator cannot see does not exist",
        check: seam::bypasses,
    },
    Rule {
        name: "unsafe",
        defends: "`unsafe` in at most one small module of vfs",
        check: seam::unsafe_code,
    },
    Rule {
        name: "length",
        defends: "a file is one thing: 400 lines, never over 800",
        check: files::length,
    },
    Rule {
        name: "modules",
        defends: "`foo.rs` with `foo/` beside it",
        check: files::modules,
    },
    Rule {
        name: "markers",
        defends: "nothing is left for later in the code",
        check: files::markers,
    },
    Rule {
        name: "top-level",
        defends: "`ls` shows the architecture",
        check: files::top_level,
    },
    Rule {
        name: "chapters",
        defends: "lib.rs tells guarantees and limitations",
        check: crates::chapters,
    },
    Rule {
        name: "examples",
        defends: "every crate shows its use",
        check: crates::examples,
    },
    Rule {
        name: "tests",
        defends: "one integration binary per crate",
        check: crates::tests,
    },
    Rule {
        name: "lints",
        defends: "one table of lints",
        check: manifests::lints,
    },
    Rule {
        name: "versions",
        defends: "one table of versions",
        check: manifests::versions,
    },
    Rule {
        name: "third-parties",
        defends: "each dependency is a decision on paper",
        check: manifests::decisions,
    },
    Rule {
        name: "fuzzing",
        defends: "targets, bodies and corpora belong together",
        check: fuzzing::check,
    },
    Rule {
        name: "links",
        defends: "relative links lead somewhere",
        check: links::check,
    },
];

/// Checks every rule and prints what it finds.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    if args.list {
        for rule in RULES {
            println!("{:<14} {}", rule.name, rule.defends);
        }
        return Ok(());
    }
    let repository = Repository::read(&tree::root())?;
    let (mut broken, mut warned) = (0, 0);
    for rule in RULES {
        for finding in (rule.check)(&repository) {
            println!("{finding} [{}]", rule.name);
            *(if finding.is_warning {
                &mut warned
            } else {
                &mut broken
            }) += 1;
        }
    }
    println!(
        "tidy: {} rules, {} files: {broken} broken, {warned} warnings",
        RULES.len(),
        repository.tree.paths().count(),
    );
    if broken == 0 {
        Ok(())
    } else {
        Err(Error::Untidy(broken))
    }
}
