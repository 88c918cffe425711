//! Directories: create, remove, list, describe, sync.

use std::ffi::OsString;
use std::io::ErrorKind;

use super::clauses;
use super::scratch::Scratch;
use crate::FileKind;

clauses![
    create_dir_needs_a_parent_and_a_free_name,
    remove_dir_needs_an_empty_directory,
    read_dir_is_sorted_by_bytes,
    read_dir_needs_a_directory,
    metadata_tells_what_it_is,
    sync_dir_needs_a_directory,
];

fn create_dir_needs_a_parent_and_a_free_name(s: &Scratch<'_>) {
    s.directory("dir");
    s.file("file", b"");
    s.equal(
        "a new directory",
        s.ok("read_dir", s.read_dir(&s.at("dir"))),
        vec![],
    );
    for name in ["dir", "file"] {
        let taken = s.create_dir(&s.at(name));
        s.fails(&format!("over a {name}"), ErrorKind::AlreadyExists, taken);
    }
    let orphan = s.create_dir(&s.at("missing/dir"));
    s.fails("without a parent", ErrorKind::NotFound, orphan);
    let below_file = s.create_dir(&s.at("file/dir"));
    s.fails("below a file", ErrorKind::NotADirectory, below_file);
}

fn remove_dir_needs_an_empty_directory(s: &Scratch<'_>) {
    s.directory("dir");
    s.file("dir/file", b"");
    s.fails(
        "of a full directory",
        ErrorKind::DirectoryNotEmpty,
        s.remove_dir(&s.at("dir")),
    );
    let file = s.remove_dir(&s.at("dir/file"));
    s.fails("of a file", ErrorKind::NotADirectory, file);
    s.ok("remove_file", s.remove_file(&s.at("dir/file")));
    s.ok("remove_dir", s.remove_dir(&s.at("dir")));
    s.absent("dir");
    s.fails(
        "of a missing directory",
        ErrorKind::NotFound,
        s.remove_dir(&s.at("dir")),
    );
}

fn read_dir_is_sorted_by_bytes(s: &Scratch<'_>) {
    // In the order that is expected, and made in another.
    let sorted = [
        "-",
        "0",
        "10",
        "2",
        "a",
        "a-",
        "a.b",
        "ab",
        "é",
        "\u{10000}",
    ];
    for name in sorted
        .iter()
        .rev()
        .step_by(2)
        .chain(sorted.iter().rev().skip(1).step_by(2))
    {
        s.file(name, b"");
    }
    let found = s.ok("read_dir", s.read_dir(s.dir()));
    s.equal("names", found, sorted.map(OsString::from).to_vec());
}

fn read_dir_needs_a_directory(s: &Scratch<'_>) {
    s.file("file", b"");
    s.fails(
        "of a missing one",
        ErrorKind::NotFound,
        s.read_dir(&s.at("missing")),
    );
    s.fails(
        "of a file",
        ErrorKind::NotADirectory,
        s.read_dir(&s.at("file")),
    );
    if s.unix() {
        s.directory("dir");
        s.file("dir/inside", b"");
        s.link("dir", "link");
        let through = s.ok("through a link", s.read_dir(&s.at("link")));
        s.equal("names", through, vec!["inside".into()]);
    }
}

fn metadata_tells_what_it_is(s: &Scratch<'_>) {
    let file = s.file("file", b"12345");
    s.directory("dir");
    let by_name = s.ok("metadata", s.metadata(&s.at("file")));
    s.equal("kind of a file", by_name.kind, FileKind::File);
    s.equal("size", by_name.size, 5);
    s.equal(
        "by name and by handle",
        s.ok("metadata", file.metadata()),
        by_name,
    );
    if s.unix() {
        s.equal("names", by_name.links, Some(1));
        s.holds("has an id", by_name.id.is_some());
    }
    let dir = s.ok("metadata", s.metadata(&s.at("dir")));
    s.equal("kind of a directory", dir.kind, FileKind::Directory);
    s.absent("missing");
    let below_file = s.metadata(&s.at("file/name"));
    s.fails("below a file", ErrorKind::NotADirectory, below_file);
}

fn sync_dir_needs_a_directory(s: &Scratch<'_>) {
    s.file("file", b"");
    s.ok("sync_dir", s.sync_dir(s.dir()));
    s.fails(
        "of a missing one",
        ErrorKind::NotFound,
        s.sync_dir(&s.at("missing")),
    );
    s.fails(
        "of a file",
        ErrorKind::NotADirectory,
        s.sync_dir(&s.at("file")),
    );
    if s.unix() {
        s.directory("dir");
        s.link("dir", "link");
        s.ok("through a link", s.sync_dir(&s.at("link")));
    }
}
