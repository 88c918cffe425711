//! A single file that is mounted, as container runtimes do: no rename can replace it.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use atomic_io::{ErrorKind, Mounted, OnDisk, Options, Retry};

/// Where the test finds its files once it runs in a mount namespace of its own.
const INSIDE: &str = "ATOMIC_IO_INSIDE_NAMESPACE";

#[test]
fn is_saved_in_place_where_that_is_safe_and_else_named_and_unchanged() {
    if let Some(dir) = std::env::var_os(INSIDE) {
        return inside(dir.as_ref());
    }
    let dir = tempfile::tempdir().unwrap();
    for name in ["same-device", "other-device", "source"] {
        fs::write(dir.path().join(name), "old").unwrap();
    }
    fs::create_dir(dir.path().join("tmpfs")).unwrap();
    let mount = "set -e; mount -t tmpfs none tmpfs; cp source tmpfs/; \
                 mount --bind source same-device; mount --bind tmpfs/source other-device; exec \"$0\" \"$@\"";
    let namespace = ["--user", "--map-root-user", "--mount"];
    let may_mount = Command::new("unshare")
        .args(namespace)
        .args(["mount", "-t", "tmpfs", "none", "/mnt"])
        .output();
    if !may_mount.is_ok_and(|output| output.status.success()) {
        return; // no namespaces for us on this machine, and so nothing can be mounted
    }
    let output = Command::new("unshare")
        .args(namespace)
        .args(["sh", "-c", mount])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "mount_point::is_saved_in_place_where_that_is_safe_and_else_named_and_unchanged",
        ])
        .env(INSIDE, dir.path())
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn inside(dir: &Path) {
    refused(
        &Options::new().retry(Retry::UpTo(Duration::from_secs(600))),
        &dir.join("other-device"),
        false,
    );
    // Nothing tells a mount on the same device from a file that is busy for a moment.
    let same_device = dir.join("same-device");
    let soon = Options::new().retry(Retry::UpTo(Duration::from_millis(5)));
    refused(&soon.clone().mounted(Mounted::Refuse), &same_device, true);

    let id = |path: &Path| fs::metadata(path).unwrap().ino();
    let before = id(&same_device);
    for content in ["new and longer than before", "new"] {
        soon.replace(&same_device, content).unwrap();
        assert_eq!(fs::read_to_string(&same_device).unwrap(), content);
    }
    assert_eq!(id(&same_device), before, "it still is the mounted file");
    assert_eq!(fs::read(dir.join("source")).unwrap(), b"new");
    assert!(fs::read_dir(dir).unwrap().all(|entry| {
        let name = entry.unwrap().file_name();
        let name = name.to_string_lossy();
        !name.ends_with(".tmp") && !name.ends_with(".journal")
    }));
}

fn refused(options: &Options, path: &Path, waits: bool) {
    let error = options.replace(path, "new").unwrap_err();
    assert_eq!(
        (error.kind(), error.on_disk()),
        (ErrorKind::MountPoint, OnDisk::Unchanged)
    );
    let message = error.to_string();
    assert!(message.contains("mount its directory instead"), "{message}");
    assert_eq!(message.contains("attempts"), waits, "{message}");
    assert_eq!(fs::read(path).unwrap(), b"old");
}
