//! Where the files are.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ValueEnum;

/// Where the files are, if nobody names a directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dirs {
    /// `~/.personal_assistant`, where the Python program has them
    #[default]
    Home,
    /// Where programs of this system keep their data: XDG, Library or `AppData`
    Platform,
}

/// The directory, by the environment of the process. `None` if that says nothing about it.
pub(crate) fn base_dir(
    dirs: Dirs,
    system: &str,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Option<PathBuf> {
    // A relative path in one of them is to be ignored, says the XDG specification.
    let path = |name| {
        let path = variable(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let home = || {
        path(if system == "windows" {
            "USERPROFILE"
        } else {
            "HOME"
        })
    };
    match (dirs, system) {
        (Dirs::Home, _) => home().map(|home| home.join(".personal_assistant")),
        (Dirs::Platform, "windows") => path("APPDATA").map(|dir| dir.join("personal_assistant")),
        (Dirs::Platform, "macos") => {
            home().map(|home| home.join("Library/Application Support/personal_assistant"))
        }
        (Dirs::Platform, _) => path("XDG_DATA_HOME")
            .or_else(|| home().map(|home| home.join(".local/share")))
            .map(|dir| dir.join("personal_assistant")),
    }
}
