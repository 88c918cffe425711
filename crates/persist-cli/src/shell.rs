//! Commands to be pasted into a shell.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// `persist <words> <path>`, the path quoted where a shell would take it apart.
pub(crate) fn command(words: &str, path: impl AsRef<Path>) -> String {
    format!("persist {words} {}", quote(path.as_ref()))
}

/// A path as a word of a POSIX shell.
pub(crate) fn quote(path: &Path) -> String {
    // A name that begins with a dash would be taken for an option.
    let shown = match path.as_os_str().as_encoded_bytes().first() {
        Some(b'-') => Path::new(".").join(path).display().to_string(),
        _ => path.display().to_string(),
    };
    word(&shown)
}

/// Any text as a word of a POSIX shell.
pub(crate) fn word(text: &str) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || "_-./:=@%+,~".contains(c) || (cfg!(windows) && c == '\\');
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('~') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A path as people write it: without `./` at its start.
pub(crate) fn short(path: PathBuf) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(short) if short != Path::new("") => short.to_owned(),
        _ => path,
    }
}

/// A name without its path, for messages.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| OsStr::display(name).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_whatever_is_in_it() {
        let quoted = |path: &str| quote(Path::new(path));
        assert_eq!(quoted("state/notes.json"), "state/notes.json");
        assert_eq!(quoted("my notes.json"), "'my notes.json'");
        assert_eq!(quoted("it's;rm -rf ~"), r"'it'\''s;rm -rf ~'");
        assert_eq!(quoted("-n.json"), "./-n.json");
        assert_eq!(quoted("~/x"), "'~/x'");
        assert_eq!(quoted("größe.json"), "größe.json");
        assert_eq!(word(""), "''");
        assert_eq!(short("./notes.json".into()), Path::new("notes.json"));
        assert_eq!(short(".".into()), Path::new("."));
    }
}
