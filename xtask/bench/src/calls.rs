//! What a row asks of the kernel, counted by `strace` and never by what its documentation says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::scenario::Result;

/// By then a row does the same each time: its file is there, and as many backups as it keeps.
const SETTLED: u32 = 12;

/// Calls that wait for the device.
const SYNCS: [&str; 5] = ["fsync", "fdatasync", "syncfs", "sync_file_range", "msync"];

/// Calls that write.
const WRITES: [&str; 5] = ["write", "writev", "pwrite64", "pwritev", "pwritev2"];

/// The calls of one run of a row.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Calls {
    /// Every call, of every thread.
    pub total: i64,
    /// Those that write to a file.
    pub writes: i64,
    /// Those that wait for the device: `fsync dir` and the like.
    pub syncs: BTreeMap<String, i64>,
}

/// What one more run of a row adds to the calls of a process. `None` where `strace` is missing or not permitted.
pub fn of(scenario: &str, row: &str, dir: &Path) -> Result<Option<Calls>> {
    let (fewer, more) = (dir.join("few"), dir.join("more"));
    std::fs::create_dir(&fewer)?;
    std::fs::create_dir(&more)?;
    let traced = |times: u32, dir| {
        let arguments = ["repeat", scenario, row, &times.to_string()];
        traced(&arguments, dir, &[])
    };
    let few = traced(SETTLED, &fewer)?;
    let more = traced(SETTLED + 1, &more)?;
    Ok(few.zip(more).map(|(few, more)| more.without(&few)))
}

/// The calls that sync or write, of this program run with `arguments` and `--dir`. The others are let pass without a stop, so that
/// threads meet each other nearly as they do alone.
pub fn of_program(arguments: &[&str], dir: &Path) -> Result<Option<Calls>> {
    let only = format!("--trace={},{},openat", SYNCS.join(","), WRITES.join(","));
    traced(arguments, dir, &["--seccomp-bpf", &only])
}

fn traced(arguments: &[&str], dir: &Path, only: &[&str]) -> Result<Option<Calls>> {
    let trace = dir.join("trace");
    let started = Command::new("strace")
        .args(["-f", "-qq", "-y", "-o"])
        .arg(&trace)
        .args(only)
        .arg(std::env::current_exe()?)
        .args(arguments)
        .arg("--dir")
        .arg(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match started {
        Ok(status) if status.success() => Ok(Some(Calls::parse(&std::fs::read_to_string(trace)?))),
        _ => Ok(None),
    }
}

impl Calls {
    /// Reads lines such as `4242 fsync(3</home/ada>) = 0`.
    fn parse(trace: &str) -> Self {
        let mut calls = Self::default();
        // Made by the row, and maybe gone since: what else was synced is looked at where it lies.
        let mut dirs = BTreeSet::new();
        // Descriptors through which each write is a sync as well.
        let mut synced = BTreeSet::new();
        for line in trace.lines() {
            let line = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
            // Not `<... fsync resumed>`, `+++ exited` or `--- SIGCHLD`.
            let Some((name, arguments)) = line.split_once('(') else {
                continue;
            };
            if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
                continue;
            }
            calls.total += 1;
            if name.starts_with("mkdir") {
                dirs.extend(arguments.split('"').nth(1));
            }
            if name == "openat" {
                let opened = line.rsplit_once(" = ").map_or("", |(_, result)| result);
                let opened = opened.split_once('<').map_or(opened, |(number, _)| number);
                if arguments.contains("SYNC|") || arguments.contains("SYNC)") {
                    synced.insert(opened);
                } else {
                    synced.remove(opened);
                }
            }
            if WRITES.contains(&name) {
                calls.writes += 1;
                let descriptor = arguments.split_once('<').map_or("", |(number, _)| number);
                if synced.contains(descriptor) {
                    *calls.syncs.entry("synced write".to_owned()).or_default() += 1;
                }
            }
            if SYNCS.contains(&name) {
                let path = arguments
                    .split_once('<')
                    .and_then(|(_, rest)| rest.split_once('>'));
                let is_dir =
                    path.is_some_and(|(path, _)| dirs.contains(path) || Path::new(path).is_dir());
                let object = if is_dir { "dir" } else { "file" };
                *calls.syncs.entry(format!("{name} {object}")).or_default() += 1;
            }
        }
        calls
    }

    /// What these are more than `fewer`.
    pub fn without(mut self, fewer: &Self) -> Self {
        self.total -= fewer.total;
        self.writes -= fewer.writes;
        for (name, count) in &fewer.syncs {
            *self.syncs.entry(name.clone()).or_default() -= count;
        }
        self.syncs.retain(|_, count| *count != 0);
        self
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.syncs.is_empty() {
            return f.write_str("none");
        }
        let names = self.syncs.iter().map(|(name, count)| match count {
            1 => name.clone(),
            _ => format!("{count} × {name}"),
        });
        f.write_str(&names.collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Calls;

    #[test]
    fn calls_are_counted_once_and_syncs_by_what_they_sync() {
        let trace = "7 openat(AT_FDCWD</x>, \"f\", O_RDONLY) = 3</x/f>\n\
                     7 fdatasync(3</x/f> <unfinished ...>\n\
                     8 futex(0x7, FUTEX_WAIT) = 0\n\
                     7 <... fdatasync resumed>) = 0\n\
                     7 fsync(4</>) = 0\n\
                     7 mkdir(\"/gone/d\", 0777) = 0\n\
                     7 fsync(4</gone/d>) = 0\n\
                     7 +++ exited with 0 +++\n";
        let calls = Calls::parse(trace);
        assert_eq!(calls.total, 6);
        assert_eq!(calls.to_string(), "fdatasync file, 2 × fsync dir");
        let twice = Calls::parse(&trace.repeat(3)).without(&calls);
        assert_eq!(
            (twice.total, twice.to_string().as_str()),
            (12, "2 × fdatasync file, 4 × fsync dir")
        );
        assert_eq!(Calls::parse(trace).without(&calls).to_string(), "none");
    }

    #[test]
    fn a_write_may_be_a_sync() {
        let trace = "7 openat(AT_FDCWD</x>, \"f\", O_WRONLY|O_DSYNC|O_CLOEXEC) = 5</x/f>\n\
                     7 openat(AT_FDCWD</x>, \"g\", O_WRONLY) = 4</x/g>\n\
                     7 pwrite64(5</x/f>, \"a\", 1, 0) = 1\n\
                     8 writev(4</x/g>, [{iov_base=\"b\", iov_len=1}], 1) = 1\n\
                     7 openat(AT_FDCWD</x>, \"g\", O_WRONLY) = 5</x/g>\n\
                     7 write(5</x/g>, \"c\", 1) = 1\n";
        let calls = Calls::parse(trace);
        assert_eq!(
            (calls.writes, calls.to_string().as_str()),
            (3, "synced write")
        );
    }
}
