//! The repository as text: what is read once, so that every rule is a function of a value.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Folders that hold what tools made.
const MADE_BY_TOOLS: &[&str] = &[
    ".git",
    "target",
    "fuzz/target",
    "xtask/bench/target",
    "fuzz/artifacts",
    "fuzz/coverage",
];

/// The files of the repository by their path from the root, separated by `/` on every platform.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Text of each file; `None` if it is not UTF-8 (a corpus input, a golden file).
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// Reads the repository.
    pub(crate) fn read(root: &Path) -> Result<Self, Error> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Error> {
        for entry in fs::read_dir(folder).map_err(Error::file(folder))? {
            let entry = entry.map_err(Error::file(folder))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let path = entry.path();
            let kind = entry.file_type().map_err(Error::file(&path))?;
            if kind.is_dir() && !MADE_BY_TOOLS.contains(&name.as_str()) {
                self.read_folder(&path, &format!("{name}/"))?;
            } else if kind.is_file() {
                let bytes = fs::read(&path).map_err(Error::file(&path))?;
                self.files.insert(name, String::from_utf8(bytes).ok());
            }
        }
        Ok(())
    }

    /// Every file's path.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The text files whose name ends in `suffix`, with their text.
    pub(crate) fn texts(&self, suffix: &str) -> impl Iterator<Item = (&str, &str)> {
        let texts = self
            .files
            .iter()
            .filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)));
        texts.filter(move |(path, _)| path.ends_with(suffix))
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether `path` is a file, or a folder with a file in it.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.contains_key(path) || self.names_in(path).next().is_some()
    }

    /// What stands directly in `folder` (the root is `""`): files, and folders with a file in them.
    pub(crate) fn names_in(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut last = None;
        self.paths().filter_map(move |path| {
            let name = path.strip_prefix(&prefix)?.split('/').next()?;
            // Paths are sorted, so that the files of one folder follow each other.
            (last.replace(name) != Some(name)).then_some(name)
        })
    }
}

/// The root of the repository: this program is only ever built inside it.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

#[cfg(test)]
impl Tree {
    /// A repository of the given files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned())));
        Self {
            files: files.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn a_folder_is_listed_once_by_what_stands_in_it() {
        let tree = Tree::of(&[
            ("README.md", ""),
            ("docs/a.md", ""),
            ("docs/b/c.md", ""),
            ("docs-old", ""),
        ]);
        assert_eq!(
            tree.names_in("").collect::<Vec<_>>(),
            ["README.md", "docs-old", "docs"]
        );
        assert_eq!(tree.names_in("docs").collect::<Vec<_>>(), ["a.md", "b"]);
        assert!(tree.has("docs/b/") && tree.has("docs/b/c.md") && !tree.has("doc"));
    }
}
