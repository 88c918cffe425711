//! The seam: the simulator and the operating system are asked the same.

use std::path::Path;

use crash_sim::{Device, SimFs};
use vfs::conformance::{Op, compare};
use vfs::{Fs, OsFs};

/// Calls in one sequence: the trees are compared after each.
const CALLS_MAX: usize = 200;

/// Any sequence of calls, four bytes each, is answered alike by the simulator and by the kernel.
///
/// The one body that touches a real disk: below a temporary folder of its own.
pub fn vfs_compare(data: &[u8]) {
    let codes = data.chunks_exact(4).take(CALLS_MAX);
    let ops: Vec<Op> = codes
        .map(|code| Op::decode([code[0], code[1], code[2], code[3]]))
        .collect();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let sim = SimFs::new(Device::default());
    sim.create_dir(Path::new("/root"))
        .expect("a fresh disk takes a folder");
    let same = compare(&sim, Path::new("/root"), &OsFs, dir.path(), &ops);
    assert_eq!(same, Ok(()));
}
