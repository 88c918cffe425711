//! Every command's help, success and failure, as it is printed: the documents in `tests/cmd`, each run on a
//! copy of `tests/fixture`.

use std::env;
use std::fs;
use std::path::Path;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry
            .map(|entry| (entry.path(), entry.file_name()))
            .unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// `TRYCMD=overwrite cargo test -p persist-cli` writes what is printed now; times that are not those of the
/// fixture are to be replaced by `[..]` then.
#[test]
fn what_is_printed_stays_as_it_is() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let scratch = tempfile::tempdir().unwrap();
    let cases = scratch.path().join("cmd");
    copy(&tests.join("cmd"), &cases);
    for entry in fs::read_dir(tests.join("cmd")).unwrap() {
        let name = entry.unwrap().file_name();
        copy(
            &tests.join("fixture"),
            &cases.join(name).with_extension("in"),
        );
    }
    let run = trycmd::TestCases::new();
    run.case(cases.join("*.md"));
    run.run();
    if env::var("TRYCMD").is_ok_and(|mode| mode == "overwrite") {
        for entry in fs::read_dir(tests.join("cmd")).unwrap() {
            let name = entry.unwrap().file_name();
            fs::copy(cases.join(&name), tests.join("cmd").join(name)).unwrap();
        }
    }
}
