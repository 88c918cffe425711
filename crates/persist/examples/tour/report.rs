//! What the tour says, and what it counts.

use std::path::Path;

/// Whatever ends the tour early.
pub(crate) type Failed = Box<dyn std::error::Error>;

/// Promises and measured numbers.
#[derive(Debug, Default)]
pub(crate) struct Report {
    kept: u64,
    broken: Vec<String>,
    counts: Vec<(&'static str, u64)>,
}

/// Begins a stage.
pub(crate) fn stage(title: &str) {
    println!("\n── {title}");
}

impl Report {
    /// Writes down a promise, and whether it was kept.
    pub(crate) fn promise(&mut self, text: &str, is_kept: bool) {
        if is_kept {
            self.kept += 1;
            println!("   ✓ {text}");
        } else {
            self.broken.push(text.to_owned());
            println!("   ✗ BROKEN: {text}");
        }
    }

    /// A number that was measured.
    pub(crate) fn count(&mut self, what: &'static str, number: u64) {
        self.counts.push((what, number));
    }

    /// The numbers, where the files are, and an error if a promise was broken.
    pub(crate) fn summary(&self, dir: &Path) -> Result<(), Failed> {
        println!("\n── Measured");
        for (what, number) in &self.counts {
            println!("   {number:>6}  {what}");
        }
        println!("   {:>6}  promises kept", self.kept);
        println!("   {:>6}  promises broken", self.broken.len());
        let journal = dir.join("journal.json");
        let journal = journal.display();
        println!("\n── See for yourself");
        println!("   cat {journal}");
        println!("   jq .data {journal}");
        println!("   head -n -2 {journal} | sha256sum    # the digest in its last line but one");
        println!("   ls -a {}", dir.display());
        if self.broken.is_empty() {
            Ok(())
        } else {
            Err(format!("broken: {}", self.broken.join("; ")).into())
        }
    }
}
