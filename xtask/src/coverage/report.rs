//! What `cargo-llvm-cov` has measured, as far as it is about library crates.

use std::collections::BTreeMap;
use std::path::Path;

use crate::tree::Tree;

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
    /// Reads a report in the format of `lcov`, made in `root`: of each file its name, then a line
    /// `DA:<line>,<times run>` for each line that has code.
    pub(super) fn parse(lcov: &str, root: &Path, tree: &Tree) -> Result<Self, String> {
        let mut files = Vec::new();
        for record in lcov.split("end_of_record") {
            let path = record.lines().find_map(|line| line.strip_prefix("SF:"));
            let path = path.and_then(|path| Path::new(path).strip_prefix(root).ok());
            let Some(path) = path else {
                continue;
            };
            let path = path.to_string_lossy().replace('\\', "/");
            if !path.starts_with("crates/")
                || !path.contains("/src/")
                || path.starts_with("crates/persist-cli/")
            {
                continue;
            }
            let own = code_len(tree.text(&path).unwrap_or_default());
            let mut file = File {
                path,
                lines: Lines::default(),
                missed: Vec::new(),
            };
            for line in record.lines().filter_map(|line| line.strip_prefix("DA:")) {
                let (number, times) =
                    line_run(line).ok_or_else(|| format!("what is `DA:{line}`?"))?;
                if number > own {
                    continue;
                }
                file.lines.coverable += 1;
                if times > 0 {
                    file.lines.covered += 1;
                } else {
                    file.missed.push(number);
                }
            }
            files.push(file);
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

/// A line's number, and how often it was run.
fn line_run(line: &str) -> Option<(usize, u64)> {
    let mut numbers = line.split(',');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// How many lines of a file are the crate's own: its unit tests stand at the end, and run themselves.
fn code_len(text: &str) -> usize {
    let tests = text.lines().position(|line| line == "#[cfg(test)]");
    tests.unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sources_of_library_crates_count() {
        let lcov = "SF:/r/crates/lock/src/guard.rs\nFN:3,name\nDA:3,2\nDA:5,0\nDA:8,0\nend_of_record\n\
                    SF:/r/crates/lock/tests/it/main.rs\nDA:1,0\nend_of_record\n\
                    SF:/r/crates/persist-cli/src/main.rs\nDA:1,0\nend_of_record\n\
                    SF:/elsewhere/x.rs\nDA:1,0\nend_of_record\n";
        let text = "1\n2\n3\n4\n5\n6\n#[cfg(test)]\nmod tests {}\n";
        let tree = Tree::of(&[("crates/lock/src/guard.rs", text)]);
        let report = Report::parse(lcov, Path::new("/r"), &tree).unwrap();
        assert_eq!(report.files.len(), 1);
        assert_eq!(report.files[0].path, "crates/lock/src/guard.rs");
        assert_eq!(report.files[0].missed, [5]);
        assert!((report.all().percent() - 50.0).abs() < 1e-9);
        assert_eq!(report.by_crate().keys().collect::<Vec<_>>(), [&"lock"]);
        assert!(Report::parse("", Path::new("/r"), &tree).is_err());
        let odd = "SF:/r/crates/lock/src/guard.rs\nDA:x\nend_of_record\n";
        assert!(Report::parse(odd, Path::new("/r"), &tree).is_err());
    }
}
