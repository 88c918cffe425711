//! What to expect of a save, in one sentence.

use serde::Serialize;

use super::mount::{Kind, Mount};
use super::probe::{Answer, Probe};

/// What to expect of a save.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    pub(super) worth: Worth,
    pub(super) sentence: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Worth {
    /// All that is promised.
    Full,
    /// Less, for a reason outside of this machine or of this file system.
    Weaker,
    /// Saves fail, or may lose data.
    Unsafe,
}

impl Verdict {
    /// The worst that was found decides.
    pub(super) fn of(mount: Option<&Mount>, probes: &[Probe]) -> Self {
        let fails = |name: &str| {
            let of_name = |probe: &&Probe| probe.name == name && probe.answer == Answer::Fails;
            probes.iter().any(|probe| of_name(&probe))
        };
        let kind = mount.map(|mount| mount.kind);
        let (worth, sentence) = if mount.is_some_and(Mount::is_read_only) {
            (
                Worth::Unsafe,
                "nothing can be saved here: the file system is mounted read-only",
            )
        } else if fails("create") {
            (Worth::Unsafe, "nothing can be saved here: see `create`")
        } else if fails("rename") || fails("file sync") {
            (
                Worth::Unsafe,
                "a save can be lost or torn here: see what fails above",
            )
        } else if fails("locks") {
            (
                Worth::Unsafe,
                "two programs can overwrite each other's saves here: locks keep nobody out",
            )
        } else if mount.is_some_and(Mount::is_nearly_full) {
            (
                Worth::Weaker,
                "saves will soon fail: there is hardly any room left. What is there is safe",
            )
        } else if kind == Some(Kind::Memory) {
            (
                Worth::Weaker,
                "a save survives a crash of the program, and is gone at the next boot",
            )
        } else if mount.is_some_and(Mount::without_barriers) {
            (
                Worth::Weaker,
                "a save survives a crash, and a power cut may take it: the mount does not wait for the device (barriers are off)",
            )
        } else if fails("dir sync") {
            (
                Worth::Weaker,
                "a save survives a crash, and a power cut may bring the old file back: directories can't be synced",
            )
        } else {
            by_kind(kind)
        };
        Self {
            worth,
            sentence: sentence.to_owned(),
        }
    }
}

fn by_kind(kind: Option<Kind>) -> (Worth, &'static str) {
    match kind {
        Some(Kind::Local) => (
            Worth::Full,
            "a save that has returned survives a crash and a power cut, if the device keeps what it says it has written",
        ),
        Some(Kind::Network) => (
            Worth::Weaker,
            "a save that has returned survives a crash of this machine; a power cut of the server is the server's matter",
        ),
        Some(Kind::Overlay) => (
            Worth::Weaker,
            "a save survives what the file system below survives; in a container it is gone with the container, unless this is a volume",
        ),
        Some(Kind::Simple) => (
            Worth::Weaker,
            "a save survives a crash; this file system has no journal, and a power cut in a save may damage more than one file",
        ),
        Some(Kind::Fuse | Kind::Unknown | Kind::Memory) | None => (
            Worth::Weaker,
            "a save survives a crash; whether it survives a power cut depends on a file system that this command does not know",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a mount with this file system and these options, where a probe of this name fails.
    fn worth(file_system: &str, options: &str, failing: Option<&'static str>) -> (Worth, String) {
        let line = format!("1 1 0:1 / / {options} - {file_system} source {options}");
        let probes: Vec<_> = failing.map(Probe::failing).into_iter().collect();
        let verdict = Verdict::of(Mount::of_line(&line).as_ref(), &probes);
        (verdict.worth, verdict.sentence)
    }

    #[test]
    fn the_worst_that_is_found_decides() {
        use Worth::{Full, Unsafe, Weaker};
        for (file_system, options, failing, expected, word) in [
            ("ext4", "rw", None, Full, "power cut"),
            ("ext4", "rw", Some("xattrs"), Full, "power cut"),
            ("ext4", "rw,nobarrier", None, Weaker, "barriers"),
            ("ext4", "rw", Some("dir sync"), Weaker, "old file"),
            ("ext4", "ro", None, Unsafe, "read-only"),
            ("tmpfs", "rw", None, Weaker, "next boot"),
            ("tmpfs", "rw", Some("locks"), Unsafe, "overwrite"),
            ("nfs4", "rw", None, Weaker, "server"),
            ("fuse.sshfs", "rw", None, Weaker, "server"),
            ("overlay", "rw", None, Weaker, "container"),
            ("vfat", "rw", None, Weaker, "journal"),
            ("fuse.something", "rw", None, Weaker, "does not know"),
            ("newfs", "rw", Some("rename"), Unsafe, "torn"),
            ("ext4", "rw", Some("create"), Unsafe, "nothing can be saved"),
        ] {
            let (found, sentence) = worth(file_system, options, failing);
            assert_eq!(found, expected, "{file_system} {options} {failing:?}");
            assert!(sentence.contains(word), "{file_system}: {sentence}");
        }
    }

    #[test]
    fn nothing_is_promised_of_what_is_not_known() {
        assert_eq!(Verdict::of(None, &[]).worth, Worth::Weaker);
    }
}
