//! Files and their names: open, rename, remove.

use std::io::ErrorKind;
use std::path::PathBuf;

use super::clauses;
use super::scratch::Scratch;
use crate::OpenOptions;

clauses![
    impossible_names_are_refused,
    open_needs_a_file,
    open_refuses_a_directory,
    create_new_is_exclusive,
    or_create_keeps_what_is_there,
    rename_replaces_in_one_step,
    rename_to_another_directory,
    rename_between_names_of_one_file_does_nothing,
    rename_refuses_what_does_not_fit,
    rename_moves_a_directory,
    rename_no_replace_replaces_nothing,
    remove_file_removes_a_name,
    an_open_file_outlives_its_name,
];

fn impossible_names_are_refused(s: &Scratch<'_>) {
    s.file("file", b"kept");
    let long = "x".repeat(1000);
    for (name, kind) in [
        (PathBuf::new(), ErrorKind::NotFound),
        (s.at("with\0nul"), ErrorKind::InvalidInput),
        (s.at(&long), ErrorKind::InvalidFilename),
    ] {
        s.fails("open", kind, s.open(&name, &OpenOptions::read()));
        s.fails(
            "or_create",
            kind,
            s.open(&name, &OpenOptions::read_write().or_create()),
        );
        s.fails("create_dir", kind, s.create_dir(&name));
        s.fails("metadata", kind, s.metadata(&name));
        s.fails("rename", kind, s.rename(&s.at("file"), &name));
        s.fails("hard_link", kind, s.hard_link(&s.at("file"), &name));
        s.fails("remove_file", kind, s.remove_file(&name));
        s.fails("read_dir", kind, s.read_dir(&name));
        s.fails("sync_dir", kind, s.sync_dir(&name));
    }
    s.equal(
        "what is there",
        s.ok("read_dir", s.read_dir(s.dir())),
        vec!["file".into()],
    );
    s.content("file", b"kept");
}

fn open_needs_a_file(s: &Scratch<'_>) {
    s.file("file", b"");
    for (how, options) in [
        ("read", OpenOptions::read()),
        ("read_write", OpenOptions::read_write()),
    ] {
        s.fails(how, ErrorKind::NotFound, s.open(&s.at("missing"), &options));
        s.absent("missing");
    }
    for (how, options) in [
        ("read", OpenOptions::read()),
        ("create_new", OpenOptions::create_new()),
        ("or_create", OpenOptions::read_write().or_create()),
    ] {
        let in_missing = s.open(&s.at("missing/file"), &options);
        s.fails(
            &format!("{how} in a missing directory"),
            ErrorKind::NotFound,
            in_missing,
        );
        let below_file = s.open(&s.at("file/file"), &options);
        s.fails(
            &format!("{how} below a file"),
            ErrorKind::NotADirectory,
            below_file,
        );
    }
}

fn open_refuses_a_directory(s: &Scratch<'_>) {
    s.directory("dir");
    for (how, options) in [
        ("read", OpenOptions::read()),
        ("read_write", OpenOptions::read_write()),
        ("or_create", OpenOptions::read_write().or_create()),
    ] {
        s.fails(how, ErrorKind::IsADirectory, s.open(&s.at("dir"), &options));
    }
}

fn create_new_is_exclusive(s: &Scratch<'_>) {
    s.file("file", b"old");
    let over_file = s.open(&s.at("file"), &OpenOptions::create_new());
    s.fails("over a file", ErrorKind::AlreadyExists, over_file);
    s.content("file", b"old");
    s.directory("dir");
    let over_dir = s.open(&s.at("dir"), &OpenOptions::create_new());
    s.fails("over a directory", ErrorKind::AlreadyExists, over_dir);
    if s.unix() {
        s.link("file", "link");
        s.link("missing", "dangling");
        for name in ["link", "dangling"] {
            let over_link = s.open(&s.at(name), &OpenOptions::create_new());
            s.fails(&format!("over {name}"), ErrorKind::AlreadyExists, over_link);
        }
        s.absent("missing");
    }
}

fn or_create_keeps_what_is_there(s: &Scratch<'_>) {
    let options = OpenOptions::read_write().or_create();
    let file = s.ok("first open", s.open(&s.at("file"), &options));
    s.ok("write", file.write_all_at(b"kept", 0));
    s.ok("second open", s.open(&s.at("file"), &options));
    s.content("file", b"kept");
}

fn rename_replaces_in_one_step(s: &Scratch<'_>) {
    let new = s.file("new", b"new");
    s.file("old", b"old");
    drop(new);
    let before = s.ok("metadata", s.metadata(&s.at("new")));
    s.ok("rename", s.rename(&s.at("new"), &s.at("old")));
    s.absent("new");
    s.content("old", b"new");
    let after = s.ok("metadata", s.metadata(&s.at("old")));
    s.equal("the file that moved", after, before);

    s.fails(
        "of a missing file",
        ErrorKind::NotFound,
        s.rename(&s.at("new"), &s.at("old")),
    );
    s.content("old", b"new");
}

fn rename_to_another_directory(s: &Scratch<'_>) {
    s.directory("a");
    s.directory("b");
    s.file("a/file", b"moved");
    s.ok("rename", s.rename(&s.at("a/file"), &s.at("b/file")));
    s.absent("a/file");
    s.content("b/file", b"moved");

    let to_missing = s.rename(&s.at("b/file"), &s.at("missing/file"));
    s.fails("to a missing directory", ErrorKind::NotFound, to_missing);
    s.content("b/file", b"moved");
}

fn rename_between_names_of_one_file_does_nothing(s: &Scratch<'_>) {
    s.file("one", b"both");
    s.ok("rename to itself", s.rename(&s.at("one"), &s.at("one")));
    s.content("one", b"both");
    if s.unix() {
        s.ok("hard_link", s.hard_link(&s.at("one"), &s.at("two")));
        s.ok("rename", s.rename(&s.at("one"), &s.at("two")));
        s.content("one", b"both");
        s.content("two", b"both");
    }
}

fn rename_refuses_what_does_not_fit(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    s.file("file", b"file");
    s.directory("dir");
    s.directory("full");
    s.file("full/file", b"");
    let onto_dir = s.rename(&s.at("file"), &s.at("dir"));
    s.fails("a file onto a directory", ErrorKind::IsADirectory, onto_dir);
    let onto_file = s.rename(&s.at("dir"), &s.at("file"));
    s.fails(
        "a directory onto a file",
        ErrorKind::NotADirectory,
        onto_file,
    );
    let onto_full = s.rename(&s.at("dir"), &s.at("full"));
    s.fails(
        "onto a full directory",
        ErrorKind::DirectoryNotEmpty,
        onto_full,
    );
    let into_itself = s.rename(&s.at("dir"), &s.at("dir/dir"));
    s.fails(
        "a directory into itself",
        ErrorKind::InvalidInput,
        into_itself,
    );
    s.content("file", b"file");
    s.equal(
        "what is left",
        s.ok("read_dir", s.read_dir(s.dir())).len(),
        3,
    );
}

fn rename_moves_a_directory(s: &Scratch<'_>) {
    s.directory("dir");
    s.directory("other");
    s.file("dir/file", b"inside");
    s.ok("rename", s.rename(&s.at("dir"), &s.at("other/dir")));
    s.absent("dir");
    s.content("other/dir/file", b"inside");
    s.equal(
        "the directory above `..`",
        s.ok("read_dir", s.read_dir(&s.at("other/dir/.."))),
        vec!["dir".into()],
    );
}

fn rename_no_replace_replaces_nothing(s: &Scratch<'_>) {
    s.file("from", b"from");
    let moved = s.rename_no_replace(&s.at("from"), &s.at("to"));
    if s.supported("to a free name", moved).is_none() {
        s.content("from", b"from");
        s.absent("to");
        return;
    }
    s.absent("from");
    s.content("to", b"from");

    s.file("from", b"second");
    s.ok("hard_link", s.hard_link(&s.at("to"), &s.at("also to")));
    s.link("missing", "dangling");
    s.directory("dir");
    for (from, to) in [
        ("from", "to"),
        ("from", "dangling"),
        ("from", "dir"),
        ("to", "also to"),
    ] {
        let refused = s.rename_no_replace(&s.at(from), &s.at(to));
        s.fails(
            &format!("{from} to {to}"),
            ErrorKind::AlreadyExists,
            refused,
        );
    }
    s.content("from", b"second");
    s.content("to", b"from");
    s.content("also to", b"from");
    let missing = s.rename_no_replace(&s.at("missing"), &s.at("free"));
    s.fails("of a missing file", ErrorKind::NotFound, missing);
}

fn remove_file_removes_a_name(s: &Scratch<'_>) {
    s.file("file", b"");
    s.directory("dir");
    s.ok("remove_file", s.remove_file(&s.at("file")));
    s.absent("file");
    s.fails(
        "of a missing file",
        ErrorKind::NotFound,
        s.remove_file(&s.at("file")),
    );
    // EISDIR on Linux, EPERM in POSIX.
    s.holds(
        "a directory is refused",
        s.remove_file(&s.at("dir")).is_err(),
    );
    s.ok("the directory is still there", s.read_dir(&s.at("dir")));
}

fn an_open_file_outlives_its_name(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    let removed = s.file("file", b"removed");
    s.ok("remove_file", s.remove_file(&s.at("file")));
    let replaced = s.file("file", b"replaced");
    s.file("temp", b"new");
    s.ok("rename", s.rename(&s.at("temp"), &s.at("file")));

    for (how, file) in [("removed", &removed), ("replaced", &replaced)] {
        s.equal(
            how,
            s.ok("read", file.read_all(64)),
            how.as_bytes().to_vec(),
        );
        s.ok("write", file.write_all_at(b"!", 0));
        let metadata = s.ok("metadata", file.metadata());
        s.equal(&format!("names of the {how} file"), metadata.links, Some(0));
    }
    s.content("file", b"new");
}
