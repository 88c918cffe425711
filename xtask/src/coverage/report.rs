//! What `cargo-tarpaulin` has measured, as far as it is about library crates.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The files of the library crates.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) files: Vec<File>,
}

/// One file.
#[derive(Debug)]
pub(super) struct File {
    /// From the root, with `/`.
    pub(super) path: String,
    pub(super) lines: Lines,
    /// The lines that no test ran, from 1.
    pub(super) missed: Vec<usize>,
}

/// How many lines there are, and were run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lines {
    pub(super) covered: usize,
    pub(super) coverable: usize,
}

impl Lines {
    pub(super) fn add(&mut self, other: Self) {
        self.covered += other.covered;
        self.coverable += other.coverable;
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 lines")]
    pub(super) fn percent(self) -> f64 {
        100.0 * self.covered as f64 / self.coverable.max(1) as f64
    }
}

impl Report {
    /// Reads a JSON report made in `root`.
    pub(super) fn parse(json: &[u8], root: &Path) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Measured {
            files: Vec<MeasuredFile>,
        }
        #[derive(Deserialize)]
        struct MeasuredFile {
            /// Its parts.
            path: Vec<String>,
            traces: Vec<Trace>,
        }
        #[derive(Deserialize)]
        struct Trace {
            line: usize,
            stats: Stats,
        }
        #[derive(Deserialize)]
        struct Stats {
            #[serde(rename = "Line")]
            line: u64,
        }

        let measured: Measured = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let mut files = Vec::new();
        for file in measured.files {
            let path: PathBuf = file.path.iter().collect();
            let Ok(path) = path.strip_prefix(root) else {
                continue;
            };
            let path = path.to_string_lossy().replace('\\', "/");
            if !path.starts_with("crates/")
                || !path.contains("/src/")
                || path.starts_with("crates/persist-cli/")
            {
                continue;
            }
            let missed: Vec<_> = file
                .traces
                .iter()
                .filter(|trace| trace.stats.line == 0)
                .map(|trace| trace.line)
                .collect();
            files.push(File {
                path,
                lines: Lines {
                    covered: file.traces.len() - missed.len(),
                    coverable: file.traces.len(),
                },
                missed,
            });
        }
        if files.is_empty() {
            return Err("it tells nothing about library crates".to_owned());
        }
        Ok(Self { files })
    }

    pub(super) fn all(&self) -> Lines {
        let mut all = Lines::default();
        self.files.iter().for_each(|file| all.add(file.lines));
        all
    }

    /// By the name of the crate.
    pub(super) fn by_crate(&self) -> BTreeMap<&str, Lines> {
        let mut crates: BTreeMap<&str, Lines> = BTreeMap::new();
        for file in &self.files {
            let name = file.path.split('/').nth(1).unwrap_or_default();
            crates.entry(name).or_default().add(file.lines);
        }
        crates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sources_of_library_crates_count() {
        let json = br#"{"files": [
            {"path": ["/", "r", "crates", "lock", "src", "guard.rs"], "traces": [
                {"line": 3, "stats": {"Line": 2}}, {"line": 5, "stats": {"Line": 0}}]},
            {"path": ["/", "r", "crates", "lock", "tests", "it", "main.rs"], "traces": [{"line": 1, "stats": {"Line": 0}}]},
            {"path": ["/", "elsewhere", "x.rs"], "traces": []}
        ]}"#;
        let report = Report::parse(json, Path::new("/r")).unwrap();
        assert_eq!(report.files.len(), 1);
        assert_eq!(report.files[0].path, "crates/lock/src/guard.rs");
        assert_eq!(report.files[0].missed, [5]);
        assert!((report.all().percent() - 50.0).abs() < 1e-9);
        assert_eq!(report.by_crate().keys().collect::<Vec<_>>(), [&"lock"]);
        assert!(Report::parse(b"{\"files\": []}", Path::new("/r")).is_err());
    }
}
