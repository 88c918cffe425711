//! The common tools see what we see. On a machine without them the tests say that they were skipped.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::scratch::{log_dir, opened, small};

/// What a shell command in `dir` prints; `None` where the tool it needs is missing.
fn shell(dir: &Path, tool: &str, command: &str) -> Option<String> {
    let mut probe = Command::new(tool);
    let probe = probe
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no `{tool}` on this machine");
        return None;
    }
    let output = Command::new("sh")
        .current_dir(dir)
        .args(["-c", command])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn cut_and_jq_show_the_records_of_a_log_in_use() {
    let (_keep, dir) = log_dir();
    let (_, log, _) = opened(&small(), &dir).unwrap();
    // Enough to recycle files, too.
    for number in 1..=30_u64 {
        log.append_durable(format!(r#"{{"n":{number},"text":"{}"}}"#, "é".repeat(1500)).as_bytes())
            .unwrap();
        if number == 20 {
            log.truncate_before(wal::Lsn::new(18).unwrap()).unwrap();
        }
    }
    let command = "cut -c19- *.log | jq -c 'select(.n).n'";
    if let Some(shown) = shell(&dir, "jq", command) {
        let numbers: Vec<u64> = shown.lines().map(|line| line.parse().unwrap()).collect();
        let first = numbers[0];
        assert!((17..=18).contains(&first), "{numbers:?}");
        assert!(numbers.iter().copied().eq(first..=30), "{numbers:?}");
    }
    if let Some(shown) = shell(&dir, "grep", "grep -l '\"n\":30' *.log | wc -l") {
        assert_eq!(shown.trim(), "1");
    }
}
