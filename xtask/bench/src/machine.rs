//! Where it was measured: without that, a number says nothing.

use std::fmt;
use std::path::Path;
use std::process::Command;

use crate::scenario::Result;

/// The machine, the kernel and the file system.
#[derive(Debug, serde::Serialize)]
pub struct Machine {
    cpu: String,
    cpus: usize,
    kernel: String,
    rustc: String,
    file_system: String,
    mount_options: String,
}

impl Machine {
    /// Fails on a file system in memory: a sync there waits for nothing.
    pub fn of(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir)?;
        let (file_system, mount_options) = mount_of(
            &std::fs::read_to_string("/proc/self/mountinfo")?,
            &std::fs::canonicalize(dir)?,
        )
        .ok_or("the directory's mount is not in /proc/self/mountinfo")?;
        if ["tmpfs", "ramfs"].contains(&file_system.as_str()) {
            let dir = dir.display();
            return Err(format!("{dir} is in memory ({file_system}), where a sync waits for nothing; choose another --dir").into());
        }
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu = cpuinfo.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == "model name").then(|| value.trim().to_owned())
        });
        Ok(Self {
            cpu: cpu.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cpus: std::thread::available_parallelism()?.get(),
            kernel: first_line("/proc/sys/kernel/osrelease"),
            rustc: Command::new("rustc").arg("--version").output().map_or_else(
                |_| "unknown".to_owned(),
                |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
            ),
            file_system,
            mount_options,
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cpu,
            cpus,
            kernel,
            rustc,
            file_system,
            mount_options,
        } = self;
        write!(
            f,
            "{cpu} ({cpus} CPUs), Linux {kernel}, {file_system} ({mount_options}), {rustc}"
        )
    }
}

fn first_line(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

/// Type and options of the mount that holds `path`: the last of those with the longest mount point.
fn mount_of(mountinfo: &str, path: &Path) -> Option<(String, String)> {
    let mounts = mountinfo.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let point = Path::new(before.split(' ').nth(4)?);
        let mut after = after.split(' ');
        let (kind, options) = (after.next()?, after.nth(1)?);
        let depth = point.components().count();
        path.starts_with(point)
            .then(|| (depth, (kind.to_owned(), options.to_owned())))
    });
    Some(mounts.max_by_key(|(depth, _)| *depth)?.1)
}

/// The peak memory of one row in a process of its own, above what it had before. Another process makes its
/// files. `None` where the system does not tell.
pub fn peak(scenario: &str, row: &str, dir: &Path) -> Result<Option<u64>> {
    let start = |arguments: &[&str]| -> Result<_> {
        let mut command = Command::new(std::env::current_exe()?);
        Ok(command.args(arguments).arg("--dir").arg(dir).output()?)
    };
    start(&["repeat", scenario, row, "0"])?;
    let output = start(&["peak", scenario, row])?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse().ok())
}

/// The greatest resident memory while `run` runs, in bytes above what there was before.
pub fn peak_of(run: &mut dyn FnMut() -> Result<()>) -> Result<u64> {
    let kib = |name: &str| -> Result<u64> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or("not in /proc/self/status")?.parse()?)
    };
    std::fs::write("/proc/self/clear_refs", "5")?; // the high-water mark begins anew
    let before = kib("VmRSS:")?;
    run()?;
    Ok(1024 * kib("VmHWM:")?.saturating_sub(before))
}

#[cfg(test)]
mod tests {
    use super::mount_of;
    use std::path::Path;

    #[test]
    fn the_nearest_mount_counts() {
        let mounts = "22 1 254:0 / / rw - ext4 /dev/vda rw,discard\n\
                      23 22 0:5 / /home rw shared:1 - xfs /dev/vdb rw\n\
                      24 23 0:6 / /home rw - btrfs /dev/vdc rw,ssd\n";
        let found = |path| mount_of(mounts, Path::new(path)).unwrap().0;
        assert_eq!(found("/home/ada"), "btrfs"); // mounted over xfs
        assert_eq!(found("/homes"), "ext4");
        assert_eq!(mount_of("", Path::new("/")), None);
    }
}
