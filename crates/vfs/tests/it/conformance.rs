//! The contract, on the kernel that runs the tests.

use vfs::OsFs;

#[test]
fn the_operating_system_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    vfs::conformance::check(OsFs::shared(), dir.path());
}
