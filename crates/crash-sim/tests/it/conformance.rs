//! The simulator answers as the contract and the real file system do.

use std::path::Path;

use crash_sim::{Device, SimFs};
use proptest::collection::vec;
use proptest::prelude::*;
use vfs::conformance::{Op, check, compare};
use vfs::{Fs, OsFs};

#[test]
fn the_simulator_keeps_the_contract() {
    let fs = SimFs::new(Device::default());
    fs.create_dir(Path::new("/suite")).unwrap();
    check(fs.shared(), Path::new("/suite"));
}

#[test]
fn a_poorer_device_keeps_it_too() {
    let device = Device::default()
        .no_xattrs()
        .no_rename_no_replace()
        .no_direct();
    let fs = SimFs::new(device.allocation(crash_sim::Allocation::Unsupported));
    fs.create_dir(Path::new("/suite")).unwrap();
    check(fs.shared(), Path::new("/suite"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any sequence of calls is answered alike by the simulator and by the kernel.
    #[test]
    fn the_simulator_answers_as_the_kernel_does(codes in vec(any::<[u8; 4]>(), 1..60)) {
        let ops: Vec<Op> = codes.into_iter().map(Op::decode).collect();
        let dir = tempfile::tempdir().unwrap();
        let sim = SimFs::new(Device::default());
        sim.create_dir(Path::new("/root")).unwrap();
        let same = compare(&sim, Path::new("/root"), &OsFs, dir.path(), &ops);
        prop_assert!(same.is_ok(), "{}", same.unwrap_err());
    }
}
