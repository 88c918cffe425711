//! What kind of mount a directory is on.

use std::path::Path;

/// File systems of other machines, or of programs that may stand for one: `statfs(2)`.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn is_remote(dir: &Path) -> bool {
    const REMOTE: [u32; 10] = [
        0x0000_6969, // NFS
        0x0000_517b, // SMB
        0xff53_4d42, // CIFS
        0xfe53_4d42, // SMB 2
        0x6573_5546, // FUSE, which sshfs and virtiofs are as well
        0x0102_1997, // 9P
        0x00c3_6400, // Ceph
        0x5346_414f, // AFS
        0x7375_7245, // Coda
        0x0bd0_0bd0, // Lustre
    ];
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::unnecessary_cast,
        reason = "a number of 32 bits in a field of the machine's width"
    )]
    let is_remote = |answer: rustix::fs::StatFs| REMOTE.contains(&(answer.f_type as u32));
    rustix::fs::statfs(dir).is_ok_and(is_remote)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn is_remote(_: &Path) -> bool {
    false
}
