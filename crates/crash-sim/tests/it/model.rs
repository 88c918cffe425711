//! Each rule of the crash model, one test a rule.

use std::collections::BTreeSet;
use std::path::Path;

use crash_sim::{Allocation, Device, Fate, Fault, Rot, SimFs};
use vfs::{File, Fs, LockKind, OpenOptions};

pub(crate) fn sim() -> SimFs {
    SimFs::new(Device::default())
}

pub(crate) fn path(text: &str) -> &Path {
    Path::new(text)
}

pub(crate) fn create(fs: &SimFs, name: &str) -> Box<dyn File> {
    fs.open(path(name), &OpenOptions::create_new()).unwrap()
}

fn read(fs: &SimFs, name: &str) -> Option<Vec<u8>> {
    (fs as &dyn Fs).read(path(name), 1 << 20).ok()
}

/// A file whose name and content are durable.
fn durable(fs: &SimFs, name: &str, content: &[u8]) -> Box<dyn File> {
    let file = create(fs, name);
    file.write_all_at(content, 0).unwrap();
    file.sync_all().unwrap();
    fs.sync_dir(path("/")).unwrap();
    file
}

/// Everything that `name` can be after a crash, over many seeds.
fn outcomes(fs: &SimFs, name: &str) -> BTreeSet<Option<Vec<u8>>> {
    (0..400)
        .map(|seed| read(&fs.power_loss(&Fate::seeded(seed)), name))
        .collect()
}

#[test]
fn a_files_sync_does_not_cover_its_name() {
    let fs = sim();
    create(&fs, "/a").sync_all().unwrap();
    assert_eq!(read(&fs.power_loss(&Fate::nothing()), "/a"), None);
    fs.sync_dir(path("/")).unwrap();
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/a"),
        Some(Vec::new())
    );
}

#[test]
fn a_directorys_sync_covers_neither_content_nor_its_own_entry() {
    let fs = sim();
    fs.create_dir(path("/d")).unwrap();
    create(&fs, "/d/a").write_all_at(b"text", 0).unwrap();
    fs.sync_dir(path("/d")).unwrap();
    assert!(
        fs.power_loss(&Fate::nothing())
            .metadata(path("/d"))
            .is_err()
    );
    fs.sync_dir(path("/")).unwrap();
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/d/a"),
        Some(Vec::new())
    );
    assert_eq!(
        read(&fs.power_loss(&Fate::everything()), "/d/a"),
        Some(b"text".to_vec())
    );
}

#[test]
fn writes_are_durable_only_by_a_sync_that_began_after_them() {
    let fs = sim();
    let file = durable(&fs, "/a", b"old");
    file.write_all_at(b"new", 0).unwrap();
    file.write_back(0, 3).unwrap();
    assert_eq!(read(&fs, "/a"), Some(b"new".to_vec()));
    drop(file);
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/a"),
        Some(b"old".to_vec())
    );
    fs.open(path("/a"), &OpenOptions::read())
        .unwrap()
        .sync_data()
        .unwrap();
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/a"),
        Some(b"new".to_vec())
    );
}

#[test]
fn sync_data_leaves_attributes_pending() {
    let fs = sim();
    let file = durable(&fs, "/a", b"");
    file.set_permissions(0o600).unwrap();
    file.sync_data().unwrap();
    let mode = |fs: &SimFs| fs.metadata(path("/a")).unwrap().mode;
    assert_eq!(mode(&fs.power_loss(&Fate::nothing())), 0o644);
    file.sync_all().unwrap();
    assert_eq!(mode(&fs.power_loss(&Fate::nothing())), 0o600);
}

#[test]
fn a_failed_sync_poisons_and_only_new_writes_can_be_durable() {
    let fs = sim();
    let file = durable(&fs, "/a", b"old");
    file.write_all_at(b"new", 0).unwrap();
    fs.inject(fs.now(), Fault::Io);
    assert!(file.sync_data().is_err());
    assert_eq!(
        read(&fs, "/a"),
        Some(b"new".to_vec()),
        "reads show it until the restart"
    );
    file.sync_data().unwrap();
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/a"),
        Some(b"old".to_vec())
    );
    assert_eq!(
        read(&fs.power_loss(&Fate::everything()), "/a"),
        Some(b"new".to_vec())
    );
    file.write_all_at(b"new", 0).unwrap();
    file.sync_data().unwrap();
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/a"),
        Some(b"new".to_vec())
    );
}

#[test]
fn a_sync_can_fail_although_the_data_did_persist() {
    let fs = sim();
    let file = durable(&fs, "/a", b"old");
    file.write_all_at(b"new", 0).unwrap();
    fs.inject(fs.now(), Fault::SyncedButFailed);
    assert!(file.sync_data().is_err());
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/a"),
        Some(b"new".to_vec())
    );
}

#[test]
fn a_rename_in_one_directory_is_one_step() {
    let fs = sim();
    durable(&fs, "/old", b"x");
    fs.rename(path("/old"), path("/new")).unwrap();
    for seed in 0..50 {
        let left = fs
            .power_loss(&Fate::seeded(seed))
            .read_dir(path("/"))
            .unwrap();
        assert!(left == ["old"] || left == ["new"], "{left:?}");
    }
}

#[test]
fn a_rename_across_directories_never_loses_both_names() {
    let fs = sim();
    for dir in ["/a", "/b"] {
        fs.create_dir(path(dir)).unwrap();
    }
    durable(&fs, "/a/x", b"x");
    fs.settle();
    fs.rename(path("/a/x"), path("/b/x")).unwrap();
    let names = |fs: &SimFs| (read(fs, "/a/x").is_some(), read(fs, "/b/x").is_some());
    let seen: BTreeSet<_> = (0..200)
        .map(|seed| names(&fs.power_loss(&Fate::seeded(seed))))
        .collect();
    assert_eq!(
        seen,
        BTreeSet::from([(true, false), (true, true), (false, true)])
    );
    fs.sync_dir(path("/a")).unwrap();
    assert_eq!(
        names(&fs.power_loss(&Fate::nothing())),
        (false, true),
        "the new name comes with the old one's end"
    );
}

#[test]
fn a_write_is_torn_at_sectors_and_a_small_one_at_any_byte() {
    let fs = sim();
    let file = durable(&fs, "/a", &[b'o'; 1024]);
    file.write_all_at(&[b'n'; 1024], 0).unwrap();
    let seen = outcomes(&fs, "/a");
    let half = |first: u8, second: u8| Some([[first; 512], [second; 512]].concat());
    for outcome in [
        half(b'o', b'o'),
        half(b'n', b'n'),
        half(b'o', b'n'),
        half(b'n', b'o'),
    ] {
        assert!(seen.contains(&outcome));
    }
    let fs = sim();
    let file = durable(&fs, "/b", b"old!");
    file.write_all_at(b"NEW?", 0).unwrap();
    let seen = outcomes(&fs, "/b");
    for outcome in [
        "old!", "NEW?", "Nld!", "NEd!", "NEW!", "oEW?", "olW?", "old?",
    ] {
        assert!(seen.contains(&Some(outcome.into())), "{outcome}");
    }
}

#[test]
fn sectors_show_different_ages() {
    let fs = sim();
    let file = durable(&fs, "/a", &[b'0'; 1024]);
    for age in [b'1', b'2'] {
        file.write_all_at(&[age; 1024], 0).unwrap();
    }
    let seen = outcomes(&fs, "/a");
    for first in [b'0', b'1', b'2'] {
        for second in [b'0', b'1', b'2'] {
            assert!(
                seen.contains(&Some([[first; 512], [second; 512]].concat())),
                "{first} {second}"
            );
        }
    }
}

#[test]
fn a_size_can_survive_without_its_bytes_and_the_gap_holds_anything() {
    let fs = sim();
    durable(&fs, "/other", b"SECRET");
    let file = durable(&fs, "/a", b"");
    file.write_all_at(b"text", 0).unwrap();
    let seen = outcomes(&fs, "/a");
    for outcome in [&b""[..], b"text", b"\0\0\0\0", b"SECR"] {
        assert!(seen.contains(&Some(outcome.to_vec())), "{outcome:?}");
    }
    assert!(
        seen.iter()
            .flatten()
            .any(|bytes| bytes.len() == 4 && bytes.iter().any(|&byte| byte > 127)),
        "noise"
    );
}

#[test]
fn extending_by_set_size_reads_as_zeros_and_preallocation_may_not() {
    let fs = sim();
    durable(&fs, "/other", b"SECRET");
    let file = durable(&fs, "/a", b"");
    file.set_size(4).unwrap();
    assert_eq!(
        outcomes(&fs, "/a"),
        BTreeSet::from([Some(vec![]), Some(vec![0; 4])])
    );
    let file = durable(&fs, "/b", b"");
    file.allocate(4).unwrap();
    assert!(outcomes(&fs, "/b").contains(&Some(b"SECR".to_vec())));
    let fs = SimFs::new(Device::default().allocation(Allocation::Unsupported));
    assert!(create(&fs, "/c").allocate(4).is_err());
}

#[test]
fn without_power_safe_overwrite_a_pending_write_takes_its_durable_neighbours() {
    let fs = SimFs::new(Device::default().no_power_safe_overwrite());
    let file = durable(&fs, "/a", &[b'o'; 4096]);
    file.write_all_at(b"n", 0).unwrap();
    let lost = outcomes(&fs, "/a")
        .into_iter()
        .flatten()
        .any(|bytes| bytes[1..].iter().any(|&byte| byte != b'o'));
    assert!(lost);
    let fs = sim();
    let file = durable(&fs, "/a", &[b'o'; 4096]);
    file.write_all_at(b"n", 0).unwrap();
    assert!(
        outcomes(&fs, "/a")
            .into_iter()
            .flatten()
            .all(|bytes| bytes[1..] == [b'o'; 4095])
    );
}

/// A retried program writes the block anew and syncs it: what the failed one did to it is gone.
#[test]
fn a_block_written_anew_and_synced_is_safe_from_an_earlier_poisoned_write() {
    let fs = SimFs::new(Device::default().no_power_safe_overwrite());
    let file = durable(&fs, "/a", &[b'o'; 4096]);
    file.write_all_at(b"n", 0).unwrap();
    fs.inject(fs.now(), Fault::Io);
    assert!(file.sync_data().is_err());
    file.write_all_at(&[b'w'; 4096], 0).unwrap();
    file.sync_data().unwrap();
    assert_eq!(
        outcomes(&fs, "/a"),
        BTreeSet::from([Some(vec![b'w'; 4096])])
    );
}

#[test]
fn a_kill_frees_locks_keeps_the_cache_and_ends_every_call() {
    let fs = sim();
    let victim = fs.process();
    let file = victim.open(path("/a"), &OpenOptions::create_new()).unwrap();
    file.write_all_at(b"text", 0).unwrap();
    assert!(file.try_lock(LockKind::Exclusive).unwrap());
    let other = fs.open(path("/a"), &OpenOptions::read()).unwrap();
    assert!(!other.try_lock(LockKind::Exclusive).unwrap());
    victim.kill();
    assert!(other.try_lock(LockKind::Exclusive).unwrap());
    assert!(file.write_at(b"more", 4).is_err());
    assert!(victim.metadata(path("/a")).is_err());
    assert_eq!(read(&fs, "/a"), Some(b"text".to_vec()));
}

#[test]
fn a_full_disk_takes_what_fits() {
    let fs = SimFs::new(Device::default().capacity(6));
    let file = create(&fs, "/a");
    assert_eq!(file.write_at(b"12345678", 0).unwrap(), 6);
    assert_eq!(
        file.write_at(b"7", 6).unwrap_err().kind(),
        std::io::ErrorKind::StorageFull
    );
    assert_eq!(
        file.write_at(b"x", 0).unwrap(),
        1,
        "overwriting needs no room"
    );
    fs.remove_file(path("/a")).unwrap();
    assert_eq!(
        create(&fs, "/b").write_at(b"123456", 0).unwrap(),
        6,
        "and the room is free again"
    );
}

#[test]
fn rot_damages_disk_and_cache() {
    let fs = sim();
    durable(&fs, "/a", b"text");
    fs.rot(path("/a"), Rot::Flip { byte: 0, bit: 0 }).unwrap();
    assert_eq!(read(&fs, "/a"), Some(b"uext".to_vec()));
    assert_eq!(
        read(&fs.power_loss(&Fate::nothing()), "/a"),
        Some(b"uext".to_vec())
    );
    fs.rot(path("/a"), Rot::Truncate { size: 1 }).unwrap();
    assert_eq!(read(&fs, "/a"), Some(b"u".to_vec()));
}

#[test]
fn a_trace_names_calls_operations_and_durability() {
    let fs = sim();
    durable(&fs, "/a", b"text");
    fs.remove_file(path("/a")).unwrap();
    let trace = fs.trace();
    assert_eq!(
        trace.names().collect::<Vec<_>>(),
        ["open", "write_at", "sync_all", "sync_dir", "remove_file"]
    );
    let text = trace.to_string();
    for line in [
        "0 p0 open /a",
        "name a in #0 -> #1, durable after call 3",
        "data of #1 at 0+4, durable after call 2",
        "name a in #0 gone, never durable",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}
