//! Every call of a save fails once with every error: what the answer says is what is on the disk.

use atomic_io::{Durability, ErrorKind, Existing, Metadata, Mounted, OnDisk, Options, Retry};
use crash_sim::{Device, Fault, SimFs};

use crate::simulated::{calls, machine, options, put, read, temps};

const FAULTS: [Fault; 10] = [
    Fault::Io,
    Fault::NoSpace,
    Fault::Quota,
    Fault::Interrupted,
    Fault::Denied,
    Fault::ReadOnly,
    Fault::TooManyOpen,
    Fault::Busy,
    Fault::Short,
    Fault::SyncedButFailed,
];

/// Returns the kinds of error that came up.
fn fail_everywhere(
    device: &Device,
    old: Option<&[u8]>,
    path: &str,
    set: fn(Options) -> Options,
) -> Vec<ErrorKind> {
    let fs = SimFs::new(device.clone());
    if let Some(old) = old {
        put(&fs, path, old, 0o640);
    }
    let save = |fs: &SimFs, retry| set(options(fs).retry(retry)).replace(path, "new");
    let copy = fs.fork();
    let count = calls(&copy, || save(&copy, Retry::Never).unwrap()).len();
    let mut kinds = Vec::new();
    for (call, fault) in (0..count as u64).flat_map(|call| FAULTS.map(|fault| (call, fault))) {
        for retry in [Retry::Never, Retry::default()] {
            let fs = fs.fork();
            fs.inject(fs.now() + call, fault);
            let (now, old) = match save(&fs, retry) {
                Ok(_) => (Some(&b"new"[..]), old),
                Err(error) => {
                    kinds.push(error.kind());
                    assert!(error.to_string().contains(path), "{error}");
                    match error.on_disk() {
                        OnDisk::Unchanged => (old, old),
                        _ => (Some(&b"new"[..]), old),
                    }
                }
            };
            let trace = || format!("call {call}, {fault}, from {old:?}\n{}", fs.trace());
            assert_eq!(read(&fs, path).as_deref(), now, "{}", trace());
            let removal_failed = fs.trace().to_string().contains("remove_file");
            let is_litter = !removal_failed && !temps(&fs, "/").is_empty();
            assert!(!is_litter, "{}", trace());
        }
    }
    kinds.sort_by_key(|kind| format!("{kind:?}"));
    kinds.dedup();
    kinds
}

#[test]
fn replacing_a_file() {
    let kinds = fail_everywhere(&Device::default(), Some(b"old"), "/f", |options| {
        options.mounted(Mounted::Refuse)
    });
    for kind in [
        ErrorKind::Busy,
        ErrorKind::Io,
        ErrorKind::MountPoint,
        ErrorKind::PermissionDenied,
        ErrorKind::ReadOnly,
        ErrorKind::StorageFull,
        ErrorKind::SyncFailed,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} never came up in {kinds:?}");
    }
}

#[test]
fn creating_a_file_and_its_directories() {
    fail_everywhere(&Device::default(), None, "/a/b/f", |options| options);
}

#[test]
fn claiming_a_name() {
    for device in [Device::default(), Device::default().no_rename_no_replace()] {
        fail_everywhere(&device, None, "/f", |options| {
            options
                .existing(Existing::NoClobber)
                .metadata(Metadata::Mode(0o600))
        });
    }
}

/// Without power loss nothing is lost without syncs either.
#[test]
fn without_syncs_a_kill_is_survived() {
    let fs = machine();
    put(&fs, "/f", b"old", 0o640);
    let atomic = |fs: &SimFs| {
        options(fs)
            .durability(Durability::Atomic)
            .replace("/f", b"new")
    };
    let copy = fs.fork();
    let count = calls(&copy, || atomic(&copy).unwrap()).len() as u64;
    for call in 0..count {
        let fs = fs.fork();
        fs.inject(fs.now() + call, Fault::Kill);
        let saved = atomic(&fs).is_ok();
        let found = read(&fs.process(), "/f").unwrap();
        assert_eq!(found == b"new", saved, "{}", fs.trace());
        assert!(saved || found == b"old");
    }
}
