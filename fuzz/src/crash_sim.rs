//! The simulator itself: whatever is called and whatever a crash keeps, there is a disk afterwards.

use std::path::Path;

use crash_sim::{Case, Device, Fate, SimFs};
use vfs::conformance::{Op, compare};
use vfs::{Fs, OpenOptions};

/// Calls before the crash.
const CALLS_MAX: usize = 100;

/// After any calls and any fate the machine boots, every name on it can be followed, and a second crash of what nobody
/// has touched since changes nothing.
pub fn crash_sim_power_loss(data: &[u8]) {
    let (seed, calls) = data.split_at(data.len().min(8));
    let seed = seed
        .iter()
        .fold(0, |seed, &byte| seed << 8 | u64::from(byte));
    let codes = calls.chunks_exact(4).take(CALLS_MAX);
    let ops: Vec<Op> = codes
        .map(|code| Op::decode([code[0], code[1], code[2], code[3]]))
        .collect();
    let device = if seed & 1 == 0 {
        Device::default()
    } else {
        Device::default().no_power_safe_overwrite()
    };
    let sim = SimFs::new(device);
    for root in ["/root", "/other"] {
        sim.create_dir(Path::new(root))
            .expect("a fresh disk takes a folder");
    }
    sim.settle();
    let same = compare(
        &sim,
        Path::new("/root"),
        &sim.process(),
        Path::new("/other"),
        &ops,
    );
    assert_eq!(same, Ok(()), "two processes in two folders see the same");
    for fate in [Fate::nothing(), Fate::everything(), Fate::seeded(seed)] {
        let left = sim.power_loss(&fate);
        let tree = walk(&left, Path::new("/root"));
        assert_eq!(
            tree,
            walk(&left.power_loss(&Fate::nothing()), Path::new("/root")),
            "{fate}"
        );
        assert_eq!(
            tree,
            walk(&left.power_loss(&Fate::everything()), Path::new("/root")),
            "{fate}"
        );
    }
}

/// Every name below `dir` and what stands there.
fn walk(fs: &SimFs, dir: &Path) -> Vec<String> {
    let mut tree = Vec::new();
    for name in fs
        .read_dir(dir)
        .expect("a directory that is there can be read")
    {
        let path = dir.join(name);
        let metadata = fs
            .metadata(&path)
            .expect("a name that is there leads somewhere");
        let content = match fs.open(&path, &OpenOptions::read()) {
            Ok(file) if metadata.is_file() => file.read_all(1 << 31).expect("a file can be read"),
            _ => Vec::new(),
        };
        tree.push(format!(
            "{path:?} {:?} {:o} {content:?}",
            metadata.kind, metadata.mode
        ));
        if metadata.is_dir() {
            tree.extend(walk(fs, &path));
        }
    }
    tree
}

/// The name of a case is read without panic, and one that is read is printed as it was understood.
pub fn crash_sim_case(data: &[u8]) {
    let Ok(case) = String::from_utf8_lossy(data).parse::<Case>() else {
        return;
    };
    assert_eq!(case.to_string().parse(), Ok(case));
}
