//! Nothing goes around the seam, and nothing around the compiler.

use super::code::{code_only, has_word};
use super::{Finding, Repository};

/// Where the seam itself lives.
const SEAM: &str = "crates/vfs/src/";

/// A program that shows what the real mount does, and keeps no state of its own.
const PROGRAM: &str = "crates/persist-cli/src/";

/// A module of `unsafe` longer than this is not small.
const UNSAFE_LINES_MAX: usize = 150;

/// Ways to a file that do not pass the seam. `clippy.toml` bans most of them; this also finds the ban
/// lifted, and the names clippy does not know.
const BYPASSES: &[&str] = &[
    "std::fs",
    "rustix::fs",
    "rustix::io",
    "os::unix::fs",
    "os::windows::fs",
    "disallowed_methods",
    "disallowed_types",
];

/// No library but `vfs` names the file system of the platform.
pub(super) fn bypasses(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in repository.tree.texts(".rs") {
        let is_exempt = path.starts_with(SEAM) || path.starts_with(PROGRAM);
        if !path.starts_with("crates/") || !path.contains("/src/") || is_exempt {
            continue;
        }
        let code = code_only(source);
        for (index, line) in code.lines().enumerate() {
            for bypass in BYPASSES.iter().filter(|bypass| has_word(line, bypass)) {
                findings.push(Finding::new(path, format!("`{bypass}` goes around vfs")).at(index));
            }
        }
        if imports_fs_in_braces(&code) {
            findings.push(Finding::new(path, "`use std::{fs, …}` goes around vfs"));
        }
    }
    findings
}

/// Whether a `use std::{…}` names `fs` directly inside its braces.
fn imports_fs_in_braces(code: &str) -> bool {
    let packed: String = code.split_whitespace().collect();
    packed.match_indices("usestd::{").any(|(at, found)| {
        let (mut depth, mut item) = (1, String::new());
        for c in packed[at + found.len()..].chars() {
            if depth == 1 && item == "fs" && matches!(c, ',' | ':' | '}') {
                return true;
            }
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => item.clear(),
                _ if depth == 1 => item.push(c),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        false
    })
}

/// `unsafe` stands in at most one module, and that is a small one of `vfs`.
pub(super) fn unsafe_code(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut modules = Vec::new();
    for (path, source) in repository.tree.texts(".rs") {
        let code = code_only(source);
        let Some(index) = code.lines().position(|line| has_word(line, "unsafe")) else {
            continue;
        };
        if path.starts_with(SEAM) {
            modules.push(path);
            if source.lines().count() > UNSAFE_LINES_MAX {
                let what = format!("holds `unsafe` and more than {UNSAFE_LINES_MAX} lines");
                findings.push(Finding::new(path, what));
            }
        } else {
            findings.push(Finding::new(path, "`unsafe` outside vfs").at(index));
        }
    }
    let more = modules.iter().skip(1);
    findings.extend(
        more.map(|path| Finding::new(*path, format!("`unsafe` is in {} already", modules[0]))),
    );
    findings
}

#[cfg(test)]
mod tests {
    use super::{Finding, Repository, bypasses, unsafe_code};

    #[test]
    fn a_way_around_the_seam_is_found() {
        let found = |source: &str| {
            bypasses(&Repository::of(&[("crates/lock/src/holder.rs", source)])).len()
        };
        assert_eq!(found("use std::fs::File;"), 1);
        assert_eq!(found("fn f() { let x = rustix::fs::stat(p); }"), 1);
        assert_eq!(found("use std::{\n  io,\n  fs,\n};"), 1);
        assert_eq!(found("use std::{fs::File, io};"), 1);
        assert_eq!(found("#![allow(clippy::disallowed_types)]"), 1);
        assert_eq!(
            found("//! as `std::fs` does\nuse std::io; use std::{fmt, ffi::{OsStr, self}};"),
            0
        );
        assert_eq!(
            found("use vfs::{Fs, File}; const A: &str = \"std::fs\";"),
            0
        );
    }

    #[test]
    fn the_seam_and_the_tests_may_use_the_real_thing() {
        let use_fs = "use std::fs;";
        let files = [
            ("crates/vfs/src/os.rs", use_fs),
            ("crates/lock/tests/it/main.rs", use_fs),
            ("xtask/src/x.rs", use_fs),
            ("crates/persist-cli/src/doctor.rs", use_fs),
        ];
        assert_eq!(bypasses(&Repository::of(&files)), []);
    }

    #[test]
    fn unsafe_is_found_outside_its_one_module() {
        let code = "fn f() { unsafe { g() } }";
        assert_eq!(
            unsafe_code(&Repository::of(&[("crates/vfs/src/sys.rs", code)])),
            []
        );
        assert_eq!(
            unsafe_code(&Repository::of(&[(
                "crates/vfs/src/os.rs",
                "#![forbid(unsafe_code)] // unsafe"
            )])),
            []
        );
        assert_eq!(
            unsafe_code(&Repository::of(&[("crates/lock/src/lib.rs", code)])),
            [Finding::new("crates/lock/src/lib.rs", "`unsafe` outside vfs").at(0)]
        );
        let two = [("crates/vfs/src/a.rs", code), ("crates/vfs/src/b.rs", code)];
        assert_eq!(unsafe_code(&Repository::of(&two)).len(), 1);
        assert_eq!(
            unsafe_code(&Repository::of(&[(
                "crates/vfs/src/sys.rs",
                &format!("{code}{}", "\n//".repeat(200))
            )]))
            .len(),
            1
        );
    }
}
