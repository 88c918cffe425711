//! Several names for one file, and names that point to names.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::clauses;
use super::scratch::Scratch;
use crate::{FileKind, FinalLink, OpenOptions};

clauses![
    hard_link_gives_a_further_name,
    hard_link_needs_a_file_and_a_free_name,
    hard_link_takes_a_symbolic_link_itself,
    symlink_holds_any_text,
    open_follows_the_final_link_if_told_to,
    final_link_is_not_followed_elsewhere,
    earlier_links_are_followed,
    a_circle_of_links_ends,
];

fn hard_link_gives_a_further_name(s: &Scratch<'_>) {
    let file = s.file("one", b"old");
    s.ok("hard_link", s.hard_link(&s.at("one"), &s.at("two")));
    s.ok("write", file.write_all_at(b"new", 0));
    s.content("two", b"new");
    let one = s.ok("metadata", s.metadata(&s.at("one")));
    s.equal(
        "metadata of both names",
        s.ok("metadata", s.metadata(&s.at("two"))),
        one,
    );
    if s.unix() {
        s.equal("names", one.links, Some(2));
        s.holds("both are known to be one file", one.same_file(&one));
        s.file("other", b"new");
        let other = s.ok("metadata", s.metadata(&s.at("other")));
        s.holds("another file is another", !one.same_file(&other));
    }
    s.ok("remove_file", s.remove_file(&s.at("one")));
    s.content("two", b"new");
    if s.unix() {
        s.equal("names", s.ok("metadata", file.metadata()).links, Some(1));
    }
}

fn hard_link_needs_a_file_and_a_free_name(s: &Scratch<'_>) {
    s.file("file", b"file");
    s.file("taken", b"taken");
    s.directory("dir");
    let missing = s.hard_link(&s.at("missing"), &s.at("new"));
    s.fails("of a missing file", ErrorKind::NotFound, missing);
    let taken = s.hard_link(&s.at("file"), &s.at("taken"));
    s.fails("to a taken name", ErrorKind::AlreadyExists, taken);
    s.content("taken", b"taken");
    let directory = s.hard_link(&s.at("dir"), &s.at("new"));
    s.fails("of a directory", ErrorKind::PermissionDenied, directory);
    s.absent("new");
}

fn hard_link_takes_a_symbolic_link_itself(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    s.link("missing", "dangling");
    s.ok("hard_link", s.hard_link(&s.at("dangling"), &s.at("copy")));
    let text = s.ok("read_link", s.read_link(&s.at("copy")));
    s.equal("text", text, PathBuf::from("missing"));
    s.equal(
        "names",
        s.ok("metadata", s.metadata(&s.at("copy"))).links,
        Some(2),
    );
}

fn symlink_holds_any_text(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    for (name, target) in [
        ("a", "missing"),
        ("b", "../x/./y"),
        ("c", "/not here"),
        ("d", "d"),
    ] {
        s.link(target, name);
        let text = s.ok("read_link", s.read_link(&s.at(name)));
        s.equal("text", text, PathBuf::from(target));
        let metadata = s.ok("metadata", s.metadata(&s.at(name)));
        s.equal("kind", metadata.kind, FileKind::Symlink);
        s.equal("size", metadata.size, target.len() as u64);
    }
    s.file("file", b"");
    s.directory("dir");
    for name in ["file", "dir"] {
        let no_link = s.read_link(&s.at(name));
        s.fails(
            &format!("read_link of a {name}"),
            ErrorKind::InvalidInput,
            no_link,
        );
    }
    s.fails(
        "read_link of nothing",
        ErrorKind::NotFound,
        s.read_link(&s.at("missing")),
    );
    for name in ["file", "dir", "a"] {
        let taken = s.symlink(Path::new("target"), &s.at(name));
        s.fails(
            &format!("symlink over {name}"),
            ErrorKind::AlreadyExists,
            taken,
        );
    }
}

fn open_follows_the_final_link_if_told_to(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    s.file("file", b"file");
    s.link("file", "link");
    s.content("link", b"file");
    for options in [OpenOptions::read(), OpenOptions::read_write().or_create()] {
        let refused = s.open(&s.at("link"), &options.final_link(FinalLink::Refuse));
        s.fails("refused", ErrorKind::InvalidInput, refused);
    }

    s.link("made", "dangling");
    let read = s.open(&s.at("dangling"), &OpenOptions::read());
    s.fails("read of a dangling link", ErrorKind::NotFound, read);
    let or_create = OpenOptions::read_write().or_create();
    let refused = s.open(
        &s.at("dangling"),
        &or_create.clone().final_link(FinalLink::Refuse),
    );
    s.fails("refused", ErrorKind::InvalidInput, refused);
    s.absent("made");
    s.ok(
        "or_create through a dangling link",
        s.open(&s.at("dangling"), &or_create),
    );
    s.content("made", b"");

    s.directory("dir");
    s.link("dir", "to dir");
    let opened = s.open(&s.at("to dir"), &OpenOptions::read());
    s.fails("a link to a directory", ErrorKind::IsADirectory, opened);
}

fn final_link_is_not_followed_elsewhere(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    s.file("file", b"file");
    s.link("file", "link");
    s.equal(
        "kind",
        s.ok("metadata", s.metadata(&s.at("link"))).kind,
        FileKind::Symlink,
    );

    s.ok("rename of a link", s.rename(&s.at("link"), &s.at("moved")));
    s.absent("link");
    let text = s.ok("read_link", s.read_link(&s.at("moved")));
    s.equal("text", text, PathBuf::from("file"));

    s.file("new", b"new");
    s.ok("rename onto a link", s.rename(&s.at("new"), &s.at("moved")));
    s.equal(
        "kind",
        s.ok("metadata", s.metadata(&s.at("moved"))).kind,
        FileKind::File,
    );
    s.content("file", b"file");

    s.link("file", "link");
    s.ok("remove_file of a link", s.remove_file(&s.at("link")));
    s.content("file", b"file");

    s.directory("dir");
    s.link("dir", "to dir");
    let removed = s.remove_dir(&s.at("to dir"));
    s.fails("remove_dir of a link", ErrorKind::NotADirectory, removed);
    let created = s.create_dir(&s.at("to dir"));
    s.fails("create_dir over a link", ErrorKind::AlreadyExists, created);
}

fn earlier_links_are_followed(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    s.directory("real");
    s.directory("real/deep");
    s.link("real", "link");
    s.link("link/deep", "further");
    s.file("link/file", b"here");
    s.content("real/file", b"here");
    // `..` is the parent of the directory that the link leads to.
    s.content("further/../file", b"here");
    let refuse = OpenOptions::read().final_link(FinalLink::Refuse);
    s.ok(
        "Refuse means the last component only",
        s.open(&s.at("link/file"), &refuse),
    );

    s.ok(
        "rename",
        s.rename(&s.at("link/file"), &s.at("further/moved")),
    );
    s.content("real/deep/moved", b"here");
    let through = s.ok("metadata", s.metadata(&s.at("link/.")));
    s.equal("kind", through.kind, FileKind::Directory);
}

fn a_circle_of_links_ends(s: &Scratch<'_>) {
    if !s.unix() {
        return;
    }
    s.link("b", "a");
    s.link("a", "b");
    s.holds(
        "open fails",
        s.open(&s.at("a"), &OpenOptions::read()).is_err(),
    );
    let created = s.open(&s.at("a"), &OpenOptions::read_write().or_create());
    s.holds("or_create fails", created.is_err());
    s.holds("what is below fails", s.metadata(&s.at("a/file")).is_err());
    s.ok("remove_file", s.remove_file(&s.at("a")));
}
