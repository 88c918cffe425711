//! What cargo knows about the workspaces: packages, features and edges.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::Error;

/// One package of a workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One edge that leaves a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    kind: Option<String>,
    /// Set for a package of this repository.
    path: Option<String>,
}

impl Dependency {
    /// Whether it leads to a package of this repository.
    pub(crate) fn is_ours(&self) -> bool {
        self.path.is_some()
    }

    /// Whether only tests, examples and benches see it.
    pub(crate) fn is_dev(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

/// The packages of the workspace whose manifest stands at `root/manifest`.
pub(crate) fn read(root: &Path, manifest: &str) -> Result<Vec<Package>, Error> {
    let line =
        format!("cargo metadata --no-deps --offline --format-version 1 --manifest-path {manifest}");
    let output = Command::new("cargo")
        .args(line.split(' ').skip(1))
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start {
            line: line.clone(),
            source,
        })?;
    if !output.status.success() {
        return Err(Error::Failed {
            line,
            status: output.status,
        });
    }
    parse(&output.stdout)
}

fn parse(metadata: &[u8]) -> Result<Vec<Package>, Error> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    Ok(serde_json::from_slice::<Metadata>(metadata)?.packages)
}

#[cfg(test)]
impl Package {
    /// A package with edges to packages of ours (`dev:` in front of a test-only one).
    pub(crate) fn of(name: &str, edges: &[&str]) -> Self {
        let edge = |edge: &&str| {
            let (name, kind) = edge
                .strip_prefix("dev:")
                .map_or((*edge, None), |name| (name, Some("dev".into())));
            Dependency {
                name: name.to_owned(),
                kind,
                path: Some(String::new()),
            }
        };
        Self {
            name: name.to_owned(),
            features: BTreeMap::new(),
            dependencies: edges.iter().map(edge).collect(),
        }
    }

    /// The same package with an edge to somebody else's.
    pub(crate) fn with_third_party(mut self, name: &str) -> Self {
        self.dependencies.push(Dependency {
            name: name.to_owned(),
            kind: None,
            path: None,
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn metadata_tells_ours_from_theirs_and_code_from_tests() {
        let packages = parse(
            br#"{"packages": [{"name": "lock", "features": {"x": []}, "dependencies": [
                {"name": "vfs", "kind": null, "path": "/r/crates/vfs"},
                {"name": "proptest", "kind": "dev", "path": null}]}]}"#,
        )
        .unwrap();
        let [vfs, proptest] = &packages[0].dependencies[..] else {
            panic!("{packages:?}")
        };
        assert!(vfs.is_ours() && !vfs.is_dev());
        assert!(!proptest.is_ours() && proptest.is_dev());
        assert!(parse(b"{}").is_err());
    }
}
