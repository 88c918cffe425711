//! The helpers on `dyn Fs` and `dyn File`: code of ours, over calls that are not.

use std::io::ErrorKind;
use std::path::Path;

use super::clauses;
use super::scratch::Scratch;

clauses![
    create_dir_all_makes_what_is_missing,
    create_dir_all_needs_directories,
    create_dir_all_goes_through_links,
    find_tells_missing_from_failing,
    read_stops_at_its_limit,
];

fn create_dir_all_makes_what_is_missing(s: &Scratch<'_>) {
    for path in ["a/b/c", "a/b/d", "a/b/c", "a"] {
        s.ok(path, s.create_dir_all(&s.at(path)));
        s.holds(path, s.ok("metadata", s.metadata(&s.at(path))).is_dir());
    }
    s.ok("with `..` in it", s.create_dir_all(&s.at("a/../e/f")));
    s.ok("read_dir", s.read_dir(&s.at("e/f")));
    // What a relative file name has as its parent.
    s.ok("nothing", s.create_dir_all(Path::new("")));
    s.ok("here", s.create_dir_all(Path::new(".")));
    s.ok("the root", s.create_dir_all(Path::new("/")));
}

fn create_dir_all_needs_directories(s: &Scratch<'_>) {
    s.file("file", b"");
    let over_file = s.create_dir_all(&s.at("file"));
    s.fails("over a file", ErrorKind::NotADirectory, over_file);
    let below_file = s.create_dir_all(&s.at("file/a/b"));
    s.fails("below a file", ErrorKind::NotADirectory, below_file);
}

fn create_dir_all_goes_through_links(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    s.directory("real");
    s.link("real", "link");
    s.ok("a link to a directory", s.create_dir_all(&s.at("link")));
    s.ok("below a link", s.create_dir_all(&s.at("link/a/b")));
    s.ok("read_dir", s.read_dir(&s.at("real/a/b")));
    s.link("missing", "dangling");
    s.holds(
        "a dangling link fails",
        s.create_dir_all(&s.at("dangling")).is_err(),
    );
    s.absent("missing");
}

fn find_tells_missing_from_failing(s: &Scratch<'_>) {
    s.file("file", b"12");
    let found = s.ok("find", s.find(&s.at("file")));
    s.equal("size", found.map(|metadata| metadata.size), Some(2));
    s.equal("missing", s.ok("find", s.find(&s.at("missing"))), None);
    s.equal(
        "below what is missing",
        s.ok("find", s.find(&s.at("missing/file"))),
        None,
    );
    let failing = s.find(&s.at("file/below"));
    s.fails("below a file", ErrorKind::NotADirectory, failing);
}

fn read_stops_at_its_limit(s: &Scratch<'_>) {
    s.file("file", b"12345");
    s.equal(
        "at the limit",
        s.ok("read", s.read(&s.at("file"), 5)),
        b"12345".to_vec(),
    );
    s.fails(
        "above it",
        ErrorKind::FileTooLarge,
        s.read(&s.at("file"), 4),
    );
    s.file("empty", b"");
    s.equal("nothing", s.ok("read", s.read(&s.at("empty"), 0)), vec![]);
    s.fails("missing", ErrorKind::NotFound, s.read(&s.at("missing"), 4));
}
