//! The steps of CI, as a table.

use std::path::Path;

use crate::error::Error;
use crate::packages::{self, Package};

/// One step.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) work: Work,
    /// Set for this step alone.
    pub(super) env: Option<(&'static str, &'static str)>,
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

impl Step {
    /// The command that repeats the step by hand.
    pub(super) fn by_hand(&self) -> String {
        let env = self.env.map(|(name, value)| format!("{name}='{value}' "));
        let line = match self.work {
            Work::Cargo(line) => line.replace("{features}", "--all-features"),
            Work::Tidy => "xtask tidy".to_owned(),
        };
        format!("{}cargo {line}", env.unwrap_or_default())
    }
}

const fn cargo(name: &'static str, line: &'static str) -> Step {
    Step {
        name,
        work: Work::Cargo(line),
        env: None,
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
    Step {
        needs_cc: true,
        ..cargo(
            "zstd-doc",
            "test --package persist --features zstd --test it round_trip",
        )
    },
    cargo("fmt", "fmt --all --check"),
    cargo(
        "clippy",
        "clippy --workspace --all-targets {features} -- -D warnings",
    ),
    Step {
        env: Some(("RUSTDOCFLAGS", "-D warnings")),
        ..cargo("doc", "doc --workspace --no-deps")
    },
    Step {
        name: "tidy",
        work: Work::Tidy,
        env: None,
        needs_cc: false,
    },
    // The README's other command: it fails if a promise breaks.
    cargo("tour", "run --release --example tour"),
    cargo("crash-sim", "xtask crash-test --sim --quick"),
    cargo("loom", "xtask loom"),
    cargo("crash-kill", "xtask crash-test --kill --count 20"),
    // `fuzz/` is a workspace of its own; in the shared target folder it finds its dependencies built.
    cargo("fuzz-fmt", "fmt --manifest-path fuzz/Cargo.toml --check"),
    cargo(
        "fuzz-lint",
        "clippy --manifest-path fuzz/Cargo.toml --target-dir target --all-targets -- -D warnings",
    ),
    cargo(
        "bench-fmt",
        "fmt --manifest-path xtask/bench/Cargo.toml --check",
    ),
    cargo(
        "bench-lint",
        "clippy --manifest-path xtask/bench/Cargo.toml --target-dir target --all-targets -- -D warnings",
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
    println!("   without zstd: no C compiler (`cc`) here");
    let features = features_in_rust(&packages::read(root, "Cargo.toml")?);
    Ok(template.replace("{features}", &format!("--features={features}")))
}

/// Every feature of every package that needs no C compiler, as `--features` takes them.
fn features_in_rust(packages: &[Package]) -> String {
    let features = packages.iter().flat_map(|package| {
        let features = package.features.keys();
        let in_rust = features.filter(|feature| !FEATURES_IN_C.contains(&feature.as_str()));
        in_rust.map(|feature| format!("{}/{feature}", package.name))
    });
    features.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::features_in_rust;
    use crate::packages::Package;

    #[test]
    fn a_feature_in_c_is_left_out() {
        let mut packages = [Package::of("vfs", &[]), Package::of("compress", &[])];
        packages[0].features.insert("conformance".into(), vec![]);
        packages[1].features.insert("zstd".into(), vec![]);
        packages[1].features.insert("tracing".into(), vec![]);
        assert_eq!(
            features_in_rust(&packages),
            "vfs/conformance,compress/tracing"
        );
    }
}
