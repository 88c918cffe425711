//! The steps of CI, as a table.

use std::path::Path;

use crate::error::Error;
use crate::packages;

/// One step.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) work: Work,
    /// Left out on a machine without a C compiler.
    pub(super) needs_cc: bool,
}

/// What a step does.
pub(super) enum Work {
    /// A cargo command; `{features}` stands for every feature that can be built here.
    Cargo(&'static str),
    /// The house rules, in this process.
    Tidy,
}

impl Work {
    /// The command that repeats the step by hand.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Cargo(line) => format!("cargo {}", line.replace("{features}", "--all-features")),
            Self::Tidy => "cargo xtask tidy".to_owned(),
        }
    }
}

const fn cargo(name: &'static str, line: &'static str) -> Step {
    Step {
        name,
        work: Work::Cargo(line),
        needs_cc: false,
    }
}

/// The steps in order.
pub(super) const STEPS: &[Step] = &[
    // The README's own command, to the letter: it must pass on a machine with only the Rust toolchain.
    cargo("test", "test --workspace"),
    Step {
        needs_cc: true,
        ..cargo("zstd", "test --package compress --features zstd")
    },
    cargo("fmt", "fmt --all --check"),
    cargo(
        "clippy",
        "clippy --workspace --all-targets {features} -- -D warnings",
    ),
    cargo("doc", "doc --workspace --no-deps"),
    Step {
        name: "tidy",
        work: Work::Tidy,
        needs_cc: false,
    },
    // `fuzz/` is a workspace of its own; in the shared target folder it finds its dependencies built.
    cargo("fuzz-fmt", "fmt --manifest-path fuzz/Cargo.toml --check"),
    cargo(
        "fuzz-lint",
        "clippy --manifest-path fuzz/Cargo.toml --target-dir target --all-targets -- -D warnings",
    ),
    cargo(
        "corpora",
        "test --manifest-path fuzz/Cargo.toml --target-dir target",
    ),
];

/// Features that bring a C library along.
const FEATURES_IN_C: &[&str] = &["zstd"];

/// `template` with `{features}` replaced by every feature that can be built.
pub(super) fn with_features(root: &Path, template: &str, has_cc: bool) -> Result<String, Error> {
    if !template.contains("{features}") {
        return Ok(template.to_owned());
    }
    if has_cc {
        return Ok(template.replace("{features}", "--all-features"));
    }
    let packages = packages::read(root, "Cargo.toml")?;
    let features = packages.iter().flat_map(|package| {
        let rust_only = package
            .features
            .keys()
            .filter(|feature| !FEATURES_IN_C.contains(&feature.as_str()));
        rust_only.map(|feature| format!("{}/{feature}", package.name))
    });
    let features: Vec<String> = features.collect();
    println!("   without zstd: no C compiler (`cc`) here");
    Ok(template.replace("{features}", &format!("--features={}", features.join(","))))
}
