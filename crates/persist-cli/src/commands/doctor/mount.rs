//! The mount that a directory is on, as the system tells it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::true_path;
use crate::check::as_text;
use crate::output::{Page, Paint};

/// A mount, as `/proc/self/mountinfo` and `statvfs` describe it.
#[derive(Debug, Serialize)]
pub(super) struct Mount {
    #[serde(serialize_with = "as_text")]
    pub(super) point: PathBuf,
    pub(super) file_system: String,
    source: String,
    /// Those of the mount and of the file system.
    pub(super) options: Vec<String>,
    /// A part of a file system that is mounted elsewhere, too: a bind mount, or a subvolume.
    root: Option<String>,
    pub(super) kind: Kind,
    space: Option<Space>,
    /// What the device says about its own cache.
    write_cache: Option<String>,
}

/// What a kind of file system means for what is saved on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Local,
    /// Gone at the next boot.
    Memory,
    Network,
    /// As good as what is under it; in a container, gone with it.
    Overlay,
    /// No journal, no permissions, no links.
    Simple,
    /// A program serves it, and it is as good as that.
    Fuse,
    Unknown,
}

#[derive(Debug, Serialize)]
struct Space {
    free_bytes: u64,
    total_bytes: u64,
    free_inodes: u64,
    total_inodes: u64,
}

impl Mount {
    /// `None` where the system does not tell.
    pub(super) fn of(dir: &Path) -> Option<Self> {
        let table = fs::read("/proc/self/mountinfo").ok()?;
        let mut mount = find(&String::from_utf8_lossy(&table), &true_path(dir))?;
        mount.1.space = space(dir);
        mount.1.write_cache = write_cache(&mount.0);
        Some(mount.1)
    }

    #[cfg(test)]
    pub(super) fn of_line(line: &str) -> Option<Self> {
        parse(line).map(|(_, mount)| mount)
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.options.iter().any(|option| option == "ro")
    }

    /// Whether it was asked not to wait for the device, which a power cut finds out.
    pub(super) fn without_barriers(&self) -> bool {
        let unsafe_options = ["nobarrier", "barrier=0"];
        self.options
            .iter()
            .any(|option| unsafe_options.contains(&option.as_str()))
    }

    pub(super) fn is_nearly_full(&self) -> bool {
        self.space.as_ref().is_some_and(|space| {
            space.free_bytes < 16 << 20 || (space.total_inodes > 0 && space.free_inodes < 100)
        })
    }

    pub(super) fn text(&self, page: &mut Page) {
        page.field(
            "file system",
            format_args!("{} ({})", self.file_system, self.kind.means()),
        );
        page.field(
            "mounted at",
            format_args!("{} from {}", self.point.display(), self.source),
        );
        if let Some(root) = &self.root {
            page.field(
                "part",
                format_args!("{root} of it: a bind mount or a subvolume"),
            );
        }
        page.field("options", self.options.join(","));
        if let Some(space) = &self.space {
            let free = format!(
                "{} of {} MiB free, {} of {} inodes",
                space.free_bytes >> 20,
                space.total_bytes >> 20,
                space.free_inodes,
                space.total_inodes
            );
            let paint = if self.is_nearly_full() {
                Paint::Bad
            } else {
                Paint::Good
            };
            page.field("space", page.paint(paint, &free));
        }
        if let Some(cache) = &self.write_cache {
            page.field("device cache", cache);
        }
    }
}

impl Kind {
    fn of(file_system: &str) -> Self {
        match file_system {
            "ext2" | "ext3" | "ext4" | "xfs" | "btrfs" | "zfs" | "f2fs" | "bcachefs" | "jfs"
            | "reiserfs" | "ntfs3" | "apfs" | "hfsplus" => Self::Local,
            "tmpfs" | "ramfs" | "rootfs" => Self::Memory,
            "nfs" | "nfs4" | "cifs" | "smb3" | "smbfs" | "9p" | "ceph" | "afs" | "glusterfs"
            | "lustre" | "virtiofs" | "vboxsf" | "vmhgfs" | "fuse.sshfs" | "fuse.glusterfs"
            | "fuse.rclone" | "fuse.s3fs" | "fuse.vmhgfs-fuse" => Self::Network,
            "overlay" | "aufs" => Self::Overlay,
            "vfat" | "msdos" | "exfat" => Self::Simple,
            other if other.starts_with("fuse") => Self::Fuse,
            _ => Self::Unknown,
        }
    }

    fn means(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Memory => "in memory: gone at the next boot",
            Self::Network => {
                "network: durable when the server says so, locks as far as it keeps them"
            }
            Self::Overlay => {
                "overlay: as durable as the layer below; a container's own layer goes with it"
            }
            Self::Simple => "no journal, no permissions, no links",
            Self::Fuse => "served by a program, and as good as it",
            Self::Unknown => "not known to this command",
        }
    }
}

/// The names in a directory that are mounts of their own, as containers mount single files.
pub(super) fn names_in(dir: &Path) -> Vec<OsString> {
    let table = fs::read("/proc/self/mountinfo").unwrap_or_default();
    points_in(&String::from_utf8_lossy(&table), &true_path(dir))
}

fn points_in(table: &str, dir: &Path) -> Vec<OsString> {
    let points = table.lines().filter_map(parse);
    let points = points.filter(|(_, mount)| mount.point.parent() == Some(dir));
    let mut names: Vec<_> = points
        .filter_map(|(_, mount)| mount.point.file_name().map(OsStr::to_owned))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The line of the table for a directory, with its device: the longest mount point above it, and the last
/// of those, which covers the others.
fn find(table: &str, dir: &Path) -> Option<(String, Mount)> {
    let mounts = table.lines().filter_map(parse);
    mounts
        .filter(|(_, mount)| dir.starts_with(&mount.point))
        .max_by_key(|(_, mount)| mount.point.components().count())
}

/// `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw,errors=continue`: `proc(5)`.
fn parse(line: &str) -> Option<(String, Mount)> {
    let (left, right) = line.split_once(" - ")?;
    let mut left = left.split(' ').skip(2);
    let (device, root, point, options) = (left.next()?, left.next()?, left.next()?, left.next()?);
    let mut right = right.splitn(3, ' ');
    let (file_system, source, super_options) = (right.next()?, right.next()?, right.next()?);
    let mut all: Vec<String> = Vec::new();
    for option in options.split(',').chain(super_options.split(',')) {
        // Layers of an overlay are long, and say nothing here.
        let is_layer = option.contains("dir=") || option.starts_with("lowerdir");
        if !is_layer && !all.iter().any(|known| known == option) {
            all.push(option.to_owned());
        }
    }
    if all.iter().any(|option| option == "ro") {
        all.retain(|option| option != "rw");
    }
    Some((
        device.to_owned(),
        Mount {
            point: PathBuf::from(unescape(point)),
            file_system: file_system.to_owned(),
            source: unescape(source),
            options: all,
            root: Some(unescape(root)).filter(|root| root != "/"),
            kind: Kind::of(file_system),
            space: None,
            write_cache: None,
        },
    ))
}

/// Spaces and the like are octal there.
fn unescape(text: &str) -> String {
    [
        (r"\040", " "),
        (r"\011", "\t"),
        (r"\012", "\n"),
        (r"\134", r"\"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (code, plain)| {
        text.replace(code, plain)
    })
}

#[cfg(unix)]
fn space(dir: &Path) -> Option<Space> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(Space {
        free_bytes: stat.f_bavail.saturating_mul(stat.f_frsize),
        total_bytes: stat.f_blocks.saturating_mul(stat.f_frsize),
        free_inodes: stat.f_favail,
        total_inodes: stat.f_files,
    })
}

#[cfg(not(unix))]
fn space(_dir: &Path) -> Option<Space> {
    None
}

/// The cache of the disk that a device is or is a part of.
fn write_cache(device: &str) -> Option<String> {
    let device = PathBuf::from("/sys/dev/block").join(device);
    let read = |path: PathBuf| fs::read_to_string(path).ok();
    let cache = read(device.join("queue/write_cache")).or_else(|| {
        read(
            fs::canonicalize(&device)
                .ok()?
                .parent()?
                .join("queue/write_cache"),
        )
    })?;
    Some(match cache.trim() {
        "write back" => "volatile, emptied by each sync".to_owned(),
        "write through" => "none that a power cut could empty".to_owned(),
        other => other.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw,barrier=0
30 22 0:26 / /tmp rw,nosuid - tmpfs tmpfs rw,size=1024k
31 22 0:27 /data /srv/my\\040files ro,noatime shared:5 - nfs4 server:/data rw,vers=4.2
32 30 0:28 / /tmp rw - overlay overlay rw,lowerdir=/a,upperdir=/b,workdir=/c
";

    fn at(dir: &str) -> Mount {
        find(TABLE, Path::new(dir)).unwrap().1
    }

    #[test]
    fn the_mount_of_a_directory_is_the_longest_and_last() {
        assert_eq!(
            (at("/home/ada").kind, at("/home/ada").without_barriers()),
            (Kind::Local, true)
        );
        assert_eq!(at("/tmp/x").file_system, "overlay");
        assert_eq!(at("/tmpx").point, Path::new("/"));
        assert_eq!(at("/tmp").options, ["rw"]);
    }

    #[test]
    fn a_bind_mount_a_space_and_read_only_are_seen() {
        let mount = at("/srv/my files/a");
        assert_eq!(
            (mount.kind, mount.root.as_deref(), mount.is_read_only()),
            (Kind::Network, Some("/data"), true)
        );
        assert_eq!(mount.options, ["ro", "noatime", "vers=4.2"]);
    }

    #[test]
    fn a_file_that_is_a_mount_of_its_own_is_seen() {
        let table = "40 22 0:26 /x /srv/notes.json rw - ext4 /dev/vda rw\n";
        assert_eq!(points_in(table, Path::new("/srv")), ["notes.json"]);
        assert_eq!(points_in(TABLE, Path::new("/")), ["tmp"]);
        assert!(points_in(table, Path::new("/")).is_empty());
    }

    #[test]
    fn what_is_no_table_is_nothing() {
        for table in ["", "x", "1 2 3 4 - 5", " - ", "22 1 254:0 / / rw - ext4"] {
            assert!(find(table, Path::new("/")).is_none(), "{table}");
        }
    }
}
